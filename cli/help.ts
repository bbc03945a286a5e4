import type { Command } from "commander";

import { command } from "../topology/command";
import { nearest } from "../topology/suggest";
import { columns } from "./layout";
import { complain, say } from "./output";
import { own } from "./own";

/** How wide help is where nobody says how wide the terminal is. */
const usual = 80;
const width = () => (columns() === Infinity ? usual : columns());

/** Commands by what somebody wants to do, in the order of help. */
const groups: Record<string, string[]> = {
    "Begin:": ["init", "import", "start"],
    "See what would be built:": ["plan", "diff", "parity", "validate"],
    "See what it costs:": ["cost", "compare", "savings", "posture", "report", "prices"],
    "On this machine:": ["dev", "compose"],
    "On a cloud:": ["pin", "pipeline", "ship", "rollback", "smoke", "logs", "exec"],
    "When something failed, changes or goes:": ["recover", "destroy-check", "upgrade"],
    "This command:": ["help", "version"],
};

/** Help, and what is said of flags and words, are printed as everything else is. Commands take this from the one they are added to. */
export const configureHelp = (program: Command): Command =>
    program
        .exitOverride()
        .showHelpAfterError("(--help shows what there is)")
        .configureOutput({
            writeOut: (text) => void say(text),
            writeErr: (text) => void complain(text),
            getOutHelpWidth: width,
            getErrHelpWidth: width,
        })
        .configureHelp({
            minWidthToWrap: 20,
            // Nearly all commands have options: what tells them apart is the rest.
            subcommandTerm: (of) =>
                [of.name(), of.usage().replace(/^\[options\] ?(\[command\] ?)?/, "")].join(" ").trim(),
        });

/** `help` and `version` as words too, since npx takes flags before a command for its own. Call it when all commands are there. */
export function addHelp(program: Command, done: (code: number) => void): void {
    const parents = [program, ...program.commands].filter((group) =>
        group
            .createHelp()
            .visibleCommands(group)
            .some((one) => one.name() === "help"),
    );
    for (const group of parents)
        group
            .helpCommand(false)
            .command("help")
            .description("what there is, or what a command takes")
            .argument("[command...]")
            .action((words: string[]) => {
                find(group, words).outputHelp();
                done(0);
            });
    program
        .version(own.version, "-V, --version", "print the version")
        .command("version")
        .description("print the version")
        .allowExcessArguments(false)
        .action(async () => {
            await say(`${own.version}\n`);
            done(0);
        })
        .parent!.showHelpAfterError(`(${command("help")} shows what there is)`);
    const order = Object.values(groups).flat();
    for (const [heading, names] of Object.entries(groups))
        for (const one of program.commands) if (names.includes(one.name())) one.helpGroup(heading);
    (program.commands as Command[]).sort((a, b) => order.indexOf(a.name()) - order.indexOf(b.name()));
}

/** The command that words call; ends with an error where none is called so. */
function find(group: Command, [word, ...rest]: string[]): Command {
    if (word === undefined) return group;
    const found = group.commands.find((one) => one.name() === word);
    if (found) return find(found, rest);
    const names = group.commands.map((one) => one.name());
    const near = nearest(word, names);
    return group.error(`error: unknown command '${word}'${near === undefined ? "" : `\n(Did you mean ${near}?)`}`);
}
