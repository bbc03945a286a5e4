import { withAccount } from "./account";
import { clouds, environmentNames, targets, type AppInput, type Environment, type Target } from "./app";
import { isMap, own, showPath, type Path } from "./merge";
import { printable, show, showTyped, type Problem } from "./problems";
import { awsRegions, gcpRegions } from "./regions";
import { choices, nearest, oneOf } from "./suggest";

/** A stack's name and config: full keys → values, objects already parsed. */
export interface Settings {
    stack: string;
    /** `twinstack:app`, `aws:region`, … A key without a namespace is one of `twinstack:`. */
    config: Record<string, unknown>;
    /** The project's name, which `pulumi new` asks for: the namespace of keys that say none. @default "twinstack" */
    project?: string;
}

/** What the stack's provider takes beside region and project. */
export interface ProviderSettings {
    /** Named profile of the AWS credentials file. */
    profile?: string;
    /** AWS accounts that the stack may be deployed to, and no other. */
    allowedAccountIds?: string[];
}

/** The settings as far as they make sense; what does not is among the problems. */
export interface ReadSettings {
    key: string;
    app?: AppInput;
    cloud?: Target;
    environment?: Environment;
    domain?: string;
    image?: string;
    overrides?: unknown;
    /** USD a month that the stack may cost; absent: no limit. */
    monthlyBudget?: number;
    /** ARN of what bounds the stack's roles (AWS); absent elsewhere. */
    permissionsBoundary?: string;
    region: string;
    project: string;
    provider: ProviderSettings;
    problems: Problem[];
}

/** Values of keys that a stack file leaves out; those of Pulumi.yaml. The environment has none: it must be said. */
export const settingDefaults = { app: "todo", cloud: "aws" } as const;

export const settingKeys = [
    "app",
    "cloud",
    "environment",
    "domain",
    "image",
    "overrides",
    "monthlyBudget",
    "permissionsBoundary",
] as const;

/** The providers' keys that stacks hand on, and what stands in for some others. */
const providerKeys: Record<Target, string[]> = {
    aws: ["region", "profile", "allowedAccountIds"],
    gcp: ["project", "region"],
    local: [],
};
const instead: Record<string, string> = {
    "aws:accessKey": "the environment variable AWS_ACCESS_KEY_ID",
    "aws:secretKey": "the environment variable AWS_SECRET_ACCESS_KEY",
    "aws:token": "the environment variable AWS_SESSION_TOKEN",
    "aws:assumeRoles": "a profile with role_arn, named by aws:profile",
    "aws:assumeRole": "a profile with role_arn, named by aws:profile",
    "aws:defaultTags": "tags of the app: twinstack:overrides.tags",
    "gcp:credentials": "the environment variable GOOGLE_CREDENTIALS",
    "gcp:accessToken": "the environment variable GOOGLE_OAUTH_ACCESS_TOKEN",
    "gcp:impersonateServiceAccount": "the environment variable GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
    "gcp:billingProject": "the environment variable GOOGLE_BILLING_PROJECT",
    "gcp:defaultLabels": "tags of the app: twinstack:overrides.tags",
    "gcp:zone": "nothing: services and databases choose their zones",
};

const projectForm = "a project id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter";

const boundaryForm = "the ARN of a policy, such as arn:aws:iam::123456789012:policy/twinstack-boundary";

/** Reads everything of a stack's config but the topology itself. Never throws. */
export function readSettings(
    { stack, config, project: namespace = "twinstack" }: Settings,
    apps: Record<string, AppInput>,
): ReadSettings {
    const file = stackFile(stack);
    const problems: Problem[] = [];
    const refuse = (key: string, found: string, allowed: string) =>
        void problems.push({ path: `${file}: ${key}`, found, allowed });

    const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, value] of Object.entries(config)) values[key.includes(":") ? key : `twinstack:${key}`] = value;

    /** Text of a key; undefined where there is none or it is refused. An empty optional one counts as absent. */
    const text = (key: string, allowed: string, required = true): string | undefined => {
        const value = values[key];
        if (isEncrypted(value)) refuse(key, "an encrypted value", "a plain value, there is nothing secret in it");
        else if (value === undefined || value === "") {
            if (required) refuse(key, "nothing", allowed);
        } else if (typeof value === "string") return value;
        else refuse(key, showTyped(value), allowed);
        return undefined;
    };
    const choice = <T extends string>(key: string, candidates: readonly T[], required: boolean): T | undefined => {
        const value = text(key, choices(undefined, candidates), required);
        if (value === undefined || (candidates as readonly string[]).includes(value)) return value as T | undefined;
        refuse(key, show(value), choices(value, candidates));
        return undefined;
    };

    // Who has one app need not name it.
    const only = Object.keys(apps).length === 1 ? Object.keys(apps)[0] : undefined;
    const defaults = { ...settingDefaults, ...(only !== undefined && { app: only }) };
    for (const name of ["app", "cloud"] as const)
        values[`twinstack:${name}`] ??= own(config, `twinstack:${name}`) === null ? null : defaults[name];
    const all = withAccount(apps);
    const key = choice("twinstack:app", Object.keys(all).sort(), true);
    const app = key === undefined ? undefined : appOf(key, all, problems);
    const cloud = choice("twinstack:cloud", targets, true);
    // Development is what a laptop is for; nobody need say so.
    if (cloud === "local" && !values["twinstack:environment"]) values["twinstack:environment"] = "dev";
    const environment = choice("twinstack:environment", environmentNames, true);
    if (cloud === "local" && environment !== undefined && environment !== "dev")
        refuse(
            "twinstack:environment",
            show(environment),
            `dev: cloud local is for development; ${environment} needs aws or gcp`,
        );
    const domain = text("twinstack:domain", "a host name such as todo.example.com", false);
    const image = text("twinstack:image", "an image such as registry/name@sha256:…", false);
    const overrides = values["twinstack:overrides"];
    if (overrides !== undefined && isEncrypted(overrides))
        refuse("twinstack:overrides", "an encrypted value", "a plain value, there is nothing secret in it");
    else if (overrides !== undefined && !isMap(overrides))
        refuse(
            "twinstack:overrides",
            showTyped(overrides),
            "a map: a part of the topology, such as { services: { api: { cpu: 1 } } }",
        );

    const monthlyBudget = budgetOf(values["twinstack:monthlyBudget"], (found) =>
        refuse("twinstack:monthlyBudget", found, "whole USD a month, such as 150; 0 for no limit"),
    );

    const boundary = text("twinstack:permissionsBoundary", boundaryForm, false);
    if (boundary !== undefined && !/^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/.test(boundary))
        refuse("twinstack:permissionsBoundary", show(boundary), boundaryForm);

    // The other cloud's region and project may stay in the file, so that changing the cloud is one line; they are
    // still looked at, so that it is one line indeed.
    const regions = {
        aws: choice("aws:region", Object.keys(awsRegions), cloud === "aws"),
        gcp: choice("gcp:region", gcpRegions, cloud === "gcp"),
    };
    const project = text("gcp:project", projectForm, cloud === "gcp");
    if (project !== undefined && !/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project))
        refuse("gcp:project", show(project), projectForm);
    const provider = awsProvider(values, text, refuse, cloud);

    for (const name of Object.keys(values)) {
        const fault = keyFault(name, cloud) ?? renamedFault(name, values[name], namespace);
        if (fault) refuse(showKey(name), "a key that nothing reads", fault);
    }
    return {
        key: key ?? "",
        app,
        cloud,
        environment,
        domain,
        image,
        overrides: isMap(overrides) && !isEncrypted(overrides) ? overrides : undefined,
        monthlyBudget,
        permissionsBoundary: cloud === "aws" ? boundary : undefined,
        region: (cloud === "local" ? "local" : cloud && regions[cloud]) ?? "",
        project: (cloud === "gcp" && project) || "",
        provider: cloud === "aws" ? provider : {},
        problems,
    };
}

/** An app that can be deployed as itself: a map, under a name that no other app has, as resources are named by it. */
function appOf(key: string, apps: Record<string, AppInput>, problems: Problem[]): AppInput | undefined {
    const app: unknown = own(apps, key);
    if (!isMap(app)) {
        problems.push({
            path: `apps/${key}.ts`,
            found: show(app),
            allowed: "an app: a map with name, services and what they use",
        });
        return undefined;
    }
    const namesake = Object.keys(apps).find((other) => {
        const candidate: unknown = other === key ? undefined : apps[other];
        return isMap(candidate) && candidate !== app && typeof app.name === "string" && candidate.name === app.name;
    });
    if (namesake !== undefined)
        problems.push({
            path: `apps/${key}.ts: name`,
            found: `${show(app.name)}, which is the name of the app ${show(namesake)} too`,
            allowed: "a name of its own: resources are named by it, and one app would be deployed over the other",
        });
    return app as unknown as AppInput;
}

export const stackFile = (stack: string): string => `Pulumi.${printable(stack)}.yaml`;

const showKey = (key: string): string => printable(key);

/** What `pulumi config set --secret` leaves in a stack file. */
const isEncrypted = (value: unknown): boolean =>
    isMap(value) && Object.keys(value).length === 1 && typeof value.secure === "string";

/** A number, which the engine hands over as text. Whole, because that is the only kind of number that its config has. */
function budgetOf(value: unknown, refuse: (found: string) => void): number | undefined {
    if (value === undefined || value === "") return undefined;
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number || undefined;
    refuse(isEncrypted(value) ? "an encrypted value" : showTyped(value));
    return undefined;
}

function awsProvider(
    values: Record<string, unknown>,
    text: (key: string, allowed: string, required?: boolean) => string | undefined,
    refuse: (key: string, found: string, allowed: string) => void,
    cloud: Target | undefined,
): ProviderSettings {
    if (cloud !== "aws") return {};
    const profile = text("aws:profile", "the name of a profile in your AWS configuration", false);
    const ids = values["aws:allowedAccountIds"];
    const allowed = 'a list of 12-digit account ids in quotes, such as ["123456789012"]';
    if (ids !== undefined && (!Array.isArray(ids) || ids.length === 0))
        refuse("aws:allowedAccountIds", showTyped(ids), allowed);
    const faulty = Array.isArray(ids) ? ids.findIndex((id) => typeof id !== "string" || !/^\d{12}$/.test(id)) : -1;
    if (faulty >= 0)
        refuse(`aws:allowedAccountIds${showPath([faulty])}`, showTyped((ids as unknown[])[faulty]), allowed);
    return {
        ...(profile === undefined ? {} : { profile }),
        ...(Array.isArray(ids) && ids.length && faulty < 0 ? { allowedAccountIds: ids as string[] } : {}),
    };
}

/** What to write instead of a key that nothing reads; undefined for a key that something does. */
function keyFault(key: string, cloud: Target | undefined): string | undefined {
    const [namespace, ...rest] = key.split(":");
    const name = rest.join(":");
    if (namespace === "twinstack")
        return (settingKeys as readonly string[]).includes(name) ? undefined : prefixed("twinstack", name, settingKeys);
    if (namespace === "aws" || namespace === "gcp") {
        if (namespace !== cloud || providerKeys[namespace].includes(name)) return undefined;
        const other = own(instead, key);
        return (
            other ??
            `${prefixed(namespace, name, providerKeys[namespace])}; for the rest the provider's environment variables`
        );
    }
    // Other packages have config of their own; a near miss of one of ours is a slip.
    const meant = namespace === "pulumi" ? undefined : nearest(namespace, ["twinstack", ...clouds]);
    const slip = meant && (namespace.length > 3 || namespace.length === meant.length);
    return slip ? `did you mean ${meant}:${name}?` : undefined;
}

/** Values that Pulumi.yaml gives to keys that a stack file leaves out; `environment` must be said. */
const declaredDefaults: Record<string, unknown> = {
    ...settingDefaults,
    environment: "",
    domain: "",
    image: "",
    monthlyBudget: 0,
    permissionsBoundary: "",
};

/**
 * In a project of another name the engine takes Pulumi.yaml's keys, and those set without a namespace, for the
 * project's own. Their defaults mean nothing; a value that somebody set must not be lost.
 */
function renamedFault(key: string, value: unknown, project: string): string | undefined {
    const name = key.slice(project.length + 1);
    if (project === "twinstack" || key !== `${project}:${name}` || !(settingKeys as readonly string[]).includes(name))
        return undefined;
    const isDefault =
        name === "overrides"
            ? isMap(value) && !Object.keys(value).length
            : [declaredDefaults[name], String(declaredDefaults[name])].includes(value);
    return isDefault ? undefined : `twinstack:${name}, whatever the project is called`;
}

function prefixed(namespace: string, name: string, keys: readonly string[]): string {
    const meant = nearest(name, keys);
    const all = oneOf(keys.map((key) => `${namespace}:${key}`));
    return `${meant === undefined ? "" : `did you mean ${namespace}:${meant}? `}one of ${all}`;
}

/** Names that no part of a topology has, and that would mean something else to JavaScript. */
const unsafeKeys = ["__proto__", "constructor", "prototype"];
const deepest = 20;

/** Keys and depths of overrides that are refused before anything is merged. */
export function* unsafeParts(data: unknown, path: Path = []): Generator<{ at: Path; found: string; allowed: string }> {
    if (typeof data !== "object" || data === null) return;
    if (path.length > deepest) {
        yield {
            at: path.slice(0, 2),
            found: `${deepest} levels and more`,
            allowed: "the few levels that a topology has",
        };
        return;
    }
    for (const [key, value] of Object.entries(data)) {
        const at = [...path, Array.isArray(data) ? Number(key) : key];
        if (unsafeKeys.includes(key)) yield { at, found: `the unknown key ${show(key)}`, allowed: "another name" };
        else yield* unsafeParts(value, at);
    }
}
