import { partKinds, type ParsedApp } from "./app";
import { show, type Finding } from "./problems";

/** What an app that is an account's own says beside that: nothing, as every part of it would be shared by all stacks. */
export function* accountRules(app: ParsedApp): Generator<Finding> {
    const { account } = app;
    if (!account) return;
    for (const kind of ["services", ...partKinds] as const)
        for (const name of Object.keys(app[kind]))
            yield {
                at: [kind, name],
                found: `${show(name)}, beside account`,
                allowed: "no parts: what an account has once is an app of its own",
            };
    for (const field of ["domain", "cdn", "deployer", "pipeline"] as const)
        if (app[field])
            yield {
                at: [field],
                found: `${field}, beside account`,
                allowed: "nothing: what an account has once is an app of its own",
            };
    if (!account.branches.length && !account.environments.length)
        yield {
            at: ["account", "branches"],
            found: "no branch, and no environment either",
            allowed: "a branch or an environment whose workflows may deploy",
        };
    // Who deploys may change what begins with an app's name.
    for (const [index, name] of account.apps.entries())
        if (["twinstack-", `${app.name}-`].some((own) => own.startsWith(`${name}-`)))
            yield {
                at: ["account", "apps", index],
                found: `${show(name)}, with which names of the account's own begin`,
                allowed: "an app of another name",
            };
    for (const [index, branch] of account.branches.entries())
        if (/[*?\s]/.test(branch))
            yield {
                at: ["account", "branches", index],
                found: show(branch),
                allowed: "the whole name of a branch: no pattern may deploy",
            };
}
