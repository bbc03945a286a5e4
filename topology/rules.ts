import type { Cloud, Environment, ParsedApp } from "./app";
import type { Finding } from "./problems";
import { accountRules } from "./rules-account";
import { dataRules } from "./rules-data";
import { entranceRules } from "./rules-entrance";
import { firewallRules } from "./rules-firewall";
import { jobRules } from "./rules-jobs";
import { partRules } from "./rules-parts";
import { reachRules } from "./rules-reach";
import { referenceRules } from "./rules-references";
import { linkRules, secretFileRules } from "./secret-files";
import { secretFormatRules } from "./secret-formats";
import { rolloutRules } from "./rules-rollout";
import { sidecarRules } from "./sidecars";
import { backlogRules, serviceRules } from "./rules-services";
import { variableRules } from "./rules-variables";

/** What must hold between the fields of an app, on either cloud. Fields by themselves are the schema's business. */
export function commonRules(app: ParsedApp, cloud: Cloud | undefined, environment: Environment): Finding[] {
    if (app.account) return [...accountRules(app)];
    if (!Object.keys(app.services).length)
        return [{ at: ["services"], found: "nothing", allowed: "at least one service" }];
    return [
        ...partRules(app),
        ...serviceRules(app, environment),
        ...backlogRules(app),
        ...reachRules(app),
        ...referenceRules(app),
        ...secretFileRules(app),
        ...secretFormatRules(app),
        ...linkRules(app),
        ...sidecarRules(app),
        ...variableRules(app, cloud),
        ...dataRules(app),
        ...jobRules(app, environment),
        ...rolloutRules(app),
        ...entranceRules(app, environment),
        ...(app.firewall.enabled ? firewallRules(app, cloud) : []),
    ];
}
