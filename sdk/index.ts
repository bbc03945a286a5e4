import type { AppInput } from "../topology/app";

export type { App, AppInput, Cloud, Environment, Refinement, Target } from "../topology/app";
export { ProblemsError, resolve, type Problem, type Settings, type Stack } from "../topology/validate";

/** What a Pulumi program of twinstack is made of. */
export interface ProgramOptions {
    /** Every app that `twinstack:app` may name, by its key. */
    apps: Record<string, AppInput>;
}

/**
 * An app: its services, and what they use. Answers what it is given, so that an editor completes and checks it:
 * `export const shop = defineApp({ name: "shop", services: { … } });`. Every field
 * is described in the types.
 */
export const defineApp = (app: AppInput): AppInput => app;

/**
 * The Pulumi program that puts one of the apps on the cloud that the stack's config names: `export = program({ apps });` in
 * index.ts. The stack's outputs are `url`, the names of what was made, and what
 * twinstack itself remembers. Nothing of a cloud's SDK is loaded before it runs.
 * What is wrong with the configuration fails the program with every problem and its place, before anything is registered.
 */
export function program({ apps }: ProgramOptions): () => Promise<Record<string, unknown>> {
    return async () => ({ ...(await (await import("../stacks/program")).run(apps)) });
}
