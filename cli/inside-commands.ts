import type { Command } from "commander";

import type { ExecOptions } from "./exec";
import type { LogsOptions } from "./logs";
import type { Selection } from "./selection";

/** What programs say and do where they run. */
export function addInside(add: (usage: string, description: string) => Command, done: (code: number) => void): void {
    const state = "read an exported state (pulumi stack export) instead of asking the Pulumi CLI";
    add(
        "logs",
        "what services write, word by word: secrets that a program prints are in it; with --json an object a line",
    )
        .argument("[services...]", "services, or their candidates (default: all that are deployed)")
        .option("-f, --follow", "go on with what is written from now on, until Ctrl-C")
        .option("--since <time>", "how long ago, such as 10m, 2h or 7d, or a time (default: 10m)")
        .option("--lines <number>", "the last so many (default: all)")
        .option("--state <file>", state)
        .allowExcessArguments(true)
        .action(async (services: string[], flags: Selection & LogsOptions) =>
            done(await (await import("./logs")).logs(flags, services, flags)),
        );
    add(
        "exec",
        "run a command in a running instance of a service, at this terminal: on AWS where aws.exec is on, or in Docker",
    )
        .argument("<service>", "the service, or its candidate")
        .argument("[command...]", "what to run, after --")
        .option("--state <file>", state)
        .action(async (service: string, command: string[], flags: Selection & ExecOptions) =>
            done(await (await import("./exec")).exec(flags, service, command, flags)),
        );
}

/** How much the stack was used, from the cloud that it runs on. */
export const addMeasuring = (command: Command): Command =>
    command
        .option("--usage-from <cloud>", "measure the last 30 days on aws or gcp, and keep them in usage.<stack>.yaml")
        .option("--state <file>", "with --usage-from: an exported state instead of asking the Pulumi CLI");
