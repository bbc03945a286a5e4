import { all, interpolate, output } from "@pulumi/pulumi";

import type { Account, AccountArgs, AccountOutputs } from "../components/roles";
import { isProtected } from "../topology/protection";
import type { Stack } from "../topology/validate";

/** What both clouds' stacks of an account have in common. */

export const accountArgs = ({ app, place }: Stack): AccountArgs => ({
    place,
    account: app.account!,
    deletionProtection: isProtected(app, {}),
});

/** Everything that is to be typed after it, ready to be copied. */
export function accountOutputs(account: Account): AccountOutputs {
    const { preview, deploy, provider, state, secrets, permissionsBoundary, variables } = account;
    const lines = Object.entries(variables).map(([name, value]) => output(value).apply((text) => `${name}=${text}`));
    return {
        preview,
        deploy,
        provider,
        state,
        secrets,
        ...(permissionsBoundary && { permissionsBoundary }),
        login: interpolate`pulumi login '${state}'`,
        init: interpolate`pulumi stack init <stack> --secrets-provider '${secrets}'`,
        variables: all(lines).apply((each) => each.join("\n")),
    };
}
