import { Command, CommanderError } from "commander";

import { ProblemsError } from "../topology/validate";
import type { CompareOptions } from "./compare";
import type { ComposeOptions } from "./compose";
import type { CostOptions } from "./cost";
import type { CostDiffOptions } from "./costdiff";
import type { DestroyCheckOptions } from "./destroy-check";
import type { DevOptions } from "./dev";
import type { DiffOptions } from "./diff";
import type { HistoryFlags } from "./history";
import type { ImportOptions } from "./import";
import type { InitOptions } from "./init";
import type { ReportOptions } from "./report";
import { complain, errorColours, printJson } from "./output";
import { BadInput, invoked, type Selection } from "./selection";
import type { PinOptions } from "./pin";
import type { RecoverOptions } from "./recover";
import { addInside, addMeasuring } from "./inside-commands";
import { addHelp, configureHelp } from "./help";
import { addPipeline } from "./pipeline-commands";
import { addPrices } from "./price-commands";
import { addShip } from "./ship-commands";
import { several } from "./several";
import type { SmokeOptions } from "./smoke";
import type { UpgradeOptions } from "./upgrade";
import type { UsageOptions } from "./usage";
import { usageFlags } from "./usage-flags";

/** Exit codes: 0 good, 1 failed, 2 bad input, 3 a gate was exceeded. */
export async function main(args: string[]): Promise<number> {
    invoked();
    let code = 0;
    const program = commands((result) => (code = result));
    try {
        await program.parseAsync(args, { from: "user" });
        return code;
    } catch (error) {
        if (error instanceof CommanderError) {
            const { exitCode, code, message } = error;
            if (exitCode === 0) return 0;
            if (args.includes("--json") && code !== "commander.help")
                await printJson({ valid: false, message: message.replace(/^error: /, "") });
            return 2;
        }
        if (!(error instanceof ProblemsError || error instanceof BadInput)) throw error;
        const problems = error instanceof ProblemsError ? error.problems : undefined;
        if (args.includes("--json")) await printJson({ valid: false, problems, message: error.message });
        await complain(`${errorColours.red("error")}: ${error.message.trimEnd()}\n`);
        return 2;
    }
}

type Flags = Selection & { json?: boolean };

function commands(done: (code: number) => void): Command {
    const program = configureHelp(new Command("twinstack"))
        .description(
            "One app topology, two clouds: what a stack would build, without a cloud, an account or the Pulumi CLI.",
        )
        // `cost diff` has flags that `cost` has, too.
        .enablePositionalOptions();
    const add = (usage: string, description: string, parent = program) =>
        parent
            .command(usage)
            .description(description)
            .option(
                "-s, --stack <stack>",
                "stack, by its file Pulumi.<stack>.yaml (default: the environment's, else dev)",
            )
            .option("--app <app>", "this app instead of the stack file's")
            .option("--cloud <cloud>", "aws, gcp or local (Docker), instead of the stack file's")
            .option("--environment <environment>", "dev, staging or prod, instead of the stack file's")
            .option(
                "--region <region>",
                "the region, instead of the stack file's; for both clouds one of each, such as eu-west-1,europe-west1",
            )
            .option("--domain <name>", "the app's host name, instead of the stack file's")
            .option("--json", "print JSON")
            .allowExcessArguments(false);

    addRelease(add("plan", "what the stack would build, as a tree")).action(async (flags: Flags) =>
        done(await (await import("./plan")).plan(flags, { json: flags.json })),
    );
    add("start", "the plan, what to do next, and what it costs on either cloud").action(async (flags: Flags) => {
        done(await (await import("./plan")).start(flags, { json: flags.json }));
    });
    addRelease(add("diff", "what changes between two plans, or a plan and what is deployed; 3 if that would lose data"))
        .argument("[before]", "a stack, or a file with a saved plan or an exported state")
        .argument("[after]", "likewise (default: the plan of the selected stack)")
        .option("--against <file>", "compare with a saved plan (twinstack plan --json)")
        .option("--against-state <file>", "compare with what is deployed (pulumi stack export)")
        .option("--against-cloud <cloud>", "compare with the same stack on this cloud")
        .option("--against-environment <environment>", "compare with this environment")
        .action(async (before: string | undefined, after: string | undefined, flags: Flags & DiffOptions) =>
            done(await (await import("./diff")).diff(before, after, flags, flags)),
        );
    const cost = addRelease(
        addUsage(add("cost", "what the stack costs a month, and why; with --check, 3 beyond its budget")),
    )
        .option("--by <grouping>", "group by role, resource or service", "role")
        .option("--formulas", "show how each quantity comes about, and every assumption")
        .option("--free-tier", "count what the clouds give every account for nothing")
        .option("--markdown", "print Markdown")
        .option("--check", "hold the estimate to twinstack:monthlyBudget")
        .action(async (flags: Flags & CostOptions & UsageOptions) =>
            done(await (await import("./cost")).cost(flags, flags)),
        );
    addMeasuring(cost);
    addComparisons((usage, description, parent) => addUsage(add(usage, description, parent)), cost, done);
    addBounds(
        addRelease(
            addUsage(
                add("report", "one HTML file with everything: diagrams, comparison, break-even, sliders, every line"),
            ),
        ).option("--history", "with the totals of git revisions, as cost history tells them"),
    )
        .option("-o, --out <file>", "where to (default: <app>-report.html)")
        .option("--free-tier", "count what the clouds give every account for nothing")
        .action(async (flags: Flags & ReportOptions & UsageOptions) =>
            done(await (await import("./report")).report(flags, flags)),
        );
    add("parity", "field by field, how each cloud implements the topology").action(async (flags: Flags) =>
        done(await (await import("./parity")).parity(flags, { json: flags.json })),
    );
    add("validate", "the configuration alone: every problem at once").action(async (flags: Flags) =>
        done(await (await import("./validate")).validate(flags, { json: flags.json })),
    );
    add("compose", "the Compose file that runs the app on this machine, from the plan of cloud local")
        .option("-o, --output <file>", "write it there instead of printing it")
        .action(async (flags: Flags & ComposeOptions) => done(await (await import("./compose")).compose(flags, flags)));
    addLocal(add, done);
    addShip(add, done);
    addInside(add, done);
    addPipeline(program, done);
    addImports(program, done);
    addPrices(program, done);
    addOperations(program, add, done);
    addHelp(program, done);
    return program;
}

type Add = (usage: string, description: string, parent?: Command) => Command;

function addComparisons(add: Add, cost: Command, done: (code: number) => void): void {
    addRelease(
        add("compare", "AWS beside GCP: what each role costs on either, and why; with --check, 3 beyond the budget"),
    )
        .option("--markdown", "print Markdown")
        .option("--html", "print an HTML page")
        .option("--free-tier", "count what the clouds give every account for nothing")
        .option("--break-even", "cost against traffic, also with Spot, ARM, NAT and more instances")
        .option("--environments <names>", "several, with commas between them: the totals of each")
        .option("--apps <names>", "several, with commas between them: the totals of each")
        .option(
            "--regions <names>",
            "regions of either cloud, with commas between them, or aws, gcp or all: where it costs least",
        )
        .option("--check", "hold both clouds to twinstack:monthlyBudget")
        .action(async (flags: Flags & CompareOptions & UsageOptions) => {
            done(await (await import("./compare")).compare(flags, flags));
        });
    add("savings", "changes that cost less: what each saves, what it gives up, the lines to write")
        .option("--free-tier", "count what the clouds give every account for nothing")
        .action(async (flags: Flags & UsageOptions) => done(await (await import("./savings")).savings(flags, flags)));
    add("posture", "what each step of hardening costs, on either cloud")
        .option("--free-tier", "count what the clouds give every account for nothing")
        .action(async (flags: Flags & UsageOptions) => {
            done(await (await import("./savings")).posture(flags, flags));
        });
    addBounds(add("history", "the total of each git revision that changed it, at today's prices", cost))
        .option("--since <revision>", "only what came after this one")
        .option("--free-tier", "count what the clouds give every account for nothing")
        .action(async (flags: Flags & HistoryFlags & UsageOptions) => {
            done(await (await import("./history")).history(flags, flags));
        });
    add("diff", "what a change does to the cost: two saved plans or git revisions", cost)
        .argument("<before>", "a file with a saved plan (twinstack plan --json), or a git revision")
        .argument("[after]", "likewise (default: the working tree)")
        .option("--free-tier", "count what the clouds give every account for nothing")
        .option("--markdown", "print Markdown, for a comment on a pull request")
        .option("--check", "hold what it costs afterwards to twinstack:monthlyBudget")
        .action(async (before: string, after: string | undefined, flags: Flags & CostDiffOptions & UsageOptions) =>
            done(await (await import("./costdiff")).diff(before, after, flags, flags)),
        );
}

/** Seconds and revisions that looking back may take. */
const addBounds = (command: Command): Command =>
    command
        .option("--last <number>", "at most so many revisions, the newest first (default: 50)")
        .option("--seconds <number>", "seconds that it may take (default: 120)");

function addLocal(add: Add, done: (code: number) => void): void {
    add("dev", "the app on this machine, in Docker: builds, starts in order, follows the logs; Ctrl-C stops it")
        .option("--watch", "build and replace what changed whenever a source file is saved")
        .option("--detach", "leave it running when it is ready")
        .option("--stop", "stop what runs, and keep its data")
        .option("--reset", "begin from nothing: deletes containers and data first")
        .action(async (flags: Flags & DevOptions) => done(await (await import("./dev")).dev(flags, flags)));
    add("smoke", "asks a running stack its smoke requests, or its health paths; 1 if an answer is wrong")
        .option("--url <url>", "where the stack is (default: on a laptop its ports, else pulumi stack output url)")
        .option("--retries <number>", "tries after the first, two seconds apart (default: 5)")
        .option("--timeout <seconds>", "seconds that an answer may take (default: 10)")
        .action(async (flags: Flags & SmokeOptions) => done(await (await import("./smoke")).smoke(flags, flags)));
}

function addImports(program: Command, done: (code: number) => void): void {
    program
        .command("pin")
        .description("write the digest of each image that the app names by a tag, as its registry tells it")
        .option("-s, --stack <stack>", "stack whose app and images are meant (default: dev)")
        .option("--app <app>", "this app instead of the stack file's")
        .option("--check", "write nothing: say which images are named by a tag, and what to write; 3 if there are any")
        .option("--json", "print JSON")
        .allowExcessArguments(false)
        .action(async (flags: PinOptions) => done(await (await import("./pin")).pin(flags)));
    program
        .command("init")
        .description("a project of your own, with twinstack as a dependency; asks on a terminal for what no flag says")
        .argument("[folder]", "where to (default: this one)")
        .option("--from <file>", "begin with the app of this Compose file")
        .option("--name <name>", "the app's name (default: the folder's, or the Compose file's)")
        .option("--cloud <cloud>", "aws, gcp or local (default: aws)")
        .option("--region <region>", "the cloud's region (default: us-east-1, us-central1)")
        .option("--project <id>", "the Google Cloud project")
        .option(
            "--github",
            "with workflows for GitHub, as `pipeline github` writes them, and a stack for its branch develop",
        )
        .option("-y, --yes", "ask nothing")
        .option("--force", "overwrite files of those names")
        .option("--json", "print JSON, and ask nothing")
        .action(async (folder: string | undefined, flags: InitOptions) => {
            done(await (await import("./init")).init(folder, flags));
        });
    program
        .command("import")
        .description("write an app from what there is")
        .command("compose")
        .description("an app from Compose files, each laid upon those before it, and a list of what has no place in it")
        .argument("<files...>", "the Compose file, and those laid upon it")
        .option(
            "--env-file <file>",
            "variables from it, instead of the .env beside the first file; again for more",
            several,
        )
        .option("--profile <name>", "take in the services of this profile; again for more, * for all", several)
        .option("--check", "write nothing: say what would be built on each cloud, what it would cost, and what is lost")
        .option("--name <name>", "the app's name (default: the file's own, or its folder's)")
        .option("-o, --output <file>", "write it there, and leave apps/index.ts alone (default: apps/<name>.ts)")
        .option("--force", "overwrite an app of that name, and write one that is not right yet")
        .option("--json", "print JSON")
        .action(async (files: string[], flags: ImportOptions) => {
            done(await (await import("./import")).importCompose(files, flags));
        });
}

function addOperations(program: Command, add: Add, done: (code: number) => void): void {
    program
        .command("recover")
        .description(
            "what a killed `pulumi up` left behind, how to find it, and what to type next; 3 while something is pending",
        )
        .option("-s, --stack <stack>", "stack (default: the one that the Pulumi CLI has selected)")
        .option("--state <file>", "read an exported state (pulumi stack export) instead of asking the Pulumi CLI")
        .option("--unlock", "release the stack's lock: only when nothing is running any more")
        .option("--clear", "forget pending creates: only when what they made is deleted")
        .option("--json", "print JSON")
        .allowExcessArguments(false)
        .action(async (flags: RecoverOptions) => done(await (await import("./recover")).recover(flags)));
    add(
        "destroy-check",
        "what stands in the way of `pulumi destroy`, in which order, what is lost and what stays; 3 if it would refuse",
    )
        .option("--state <file>", "read an exported state (pulumi stack export) instead of asking the Pulumi CLI")
        .option("--plan", "what the stack file would build, instead of what is deployed")
        .action(async (flags: Flags & DestroyCheckOptions) =>
            done(await (await import("./destroy-check")).destroyCheck(flags, flags)),
        );
    add(
        "upgrade",
        "with --check: what another version of twinstack would do to the project's stacks; 3 if data would be lost",
    )
        .option("--check", "plan every stack by both versions, and change nothing")
        .option(
            "--to <version>",
            "a version, tarball, git URL or folder (default: the newest from where it was installed)",
        )
        .option("--from <version>", "likewise, as after an upgrade the version before it (default: the installed one)")
        .action(async (flags: Flags & UpgradeOptions) => done(await (await import("./upgrade")).upgrade(flags, flags)));
}

/** Looks at a release before it happens. */
const addRelease = (command: Command): Command =>
    command.option(
        "--release <file>",
        "as it would be with this release: a file of JSON, as twinstack ship hands it to pulumi up",
    );

/** Says how much the app is used, in place of the topology. */
function addUsage(command: Command): Command {
    command.option(
        "--usage <preset|file>",
        "small, medium or large (docs/costs.md), or a YAML file with quantities, under Infracost's names",
    );
    for (const { flag, what } of usageFlags) command.option(`--${flag} <number>`, what);
    return command
        .option(
            "--price <id=usd>",
            "a price of your own per unit, in every region; again for more (prices.local.json keeps them)",
            several,
        )
        .option("--estimate-missing", "estimate what a region has no price for; marked wherever it counts");
}
