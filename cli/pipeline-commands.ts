import type { Command } from "commander";

import type { GithubOptions } from "./pipeline";
import type { ReviewOptions } from "./pipeline-review";
import type { DriftOptions } from "./pipeline-drift";
import type { StackOptions } from "./pipeline-stack";
import type { Selection } from "./selection";

/** `twinstack pipeline`: the workflows, and what their steps run. */
export function addPipeline(program: Command, done: (code: number) => void): void {
    const pipeline = program
        .command("pipeline")
        .description("from a pull request to production: the workflows, and what their steps run");
    const add = (usage: string, description: string) =>
        pipeline
            .command(usage)
            .description(description)
            .option("--app <app>", "this app instead of what the stack files say")
            .option("--cloud <cloud>", "aws or gcp instead of what the stack files say")
            .option("--json", "print JSON")
            .allowExcessArguments(false);
    add("github", "write the workflows of this project for GitHub (.github/workflows)")
        .option("--check", "write nothing: show what differs from what would be written; 1 if anything does")
        .option("--force", "overwrite workflows that were changed by hand, too")
        .action(async (flags: Selection & GithubOptions) => {
            done(await (await import("./pipeline")).github(flags, flags));
        });
    add("review", "what a change does to every stack: valid, resources, cost, budget; 3 if somebody has to look at it")
        .requiredOption("--base <revision>", "git revision that it is compared with")
        .option("-s, --stack <stack>", "only this stack (default: all that have a file)")
        .option("--out <folder>", "write comment.md there as well")
        .action(async (flags: Selection & ReviewOptions) => {
            done(await (await import("./pipeline-review")).review(flags, flags));
        });
    pipeline
        .command("stack")
        .description("write the stack file of a preview: like another stack's, under host names of its own")
        .argument("<name>", "its name, such as pr-12")
        .requiredOption("--like <stack>", "a stack of environment dev")
        .option("--json", "print JSON")
        .allowExcessArguments(false)
        .action(async (name: string, flags: StackOptions) => {
            done(await (await import("./pipeline-stack")).stackLike(name, flags));
        });
    pipeline
        .command("drift")
        .description(
            "whether what is deployed was changed past the code, without what clouds change by themselves; 3 if it was",
        )
        .requiredOption("-s, --stack <stack>", "the stack")
        .option("--json", "print JSON")
        .allowExcessArguments(false)
        .action(async (flags: DriftOptions) => done(await (await import("./pipeline-drift")).drift(flags)));
}
