import { Provider } from "@pulumi/gcp/provider";

import { Account } from "../components/gcp/account";
import type { AccountOutputs } from "../components/roles";
import type { Stack } from "../topology/validate";
import { accountArgs, accountOutputs } from "./account";
import { labelOf } from "./gcp-app";

/** What a GCP project has once. Its twin is ./aws-account.ts. */
export function deploy(stack: Stack): AccountOutputs {
    const { app, environment, place, provider } = stack;
    const { prefix, project, region } = place;
    const defaultLabels = { ...app.tags, app: app.name, environment, stack: labelOf(place.stack) };
    const opts = { provider: new Provider(`${prefix}-gcp`, { project, region, ...provider, defaultLabels }) };
    return accountOutputs(new Account(prefix, accountArgs(stack), opts));
}
