import { Provider } from "@pulumi/aws/provider";

import { Account } from "../components/aws/account";
import type { AccountOutputs } from "../components/roles";
import type { Stack } from "../topology/validate";
import { accountArgs, accountOutputs } from "./account";

/** What an AWS account has once. Its twin is ./gcp-account.ts. */
export function deploy(stack: Stack): AccountOutputs {
    const { app, environment, place, provider } = stack;
    const { prefix, region } = place;
    const defaultTags = { tags: { ...app.tags, app: app.name, environment, stack: place.stack } };
    const opts = { provider: new Provider(`${prefix}-aws`, { region, ...provider, defaultTags }) };
    return accountOutputs(new Account(prefix, accountArgs(stack), opts));
}
