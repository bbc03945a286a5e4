import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A command line of a cloud's CLI, as its public reference has it. */
export interface Parsed {
    program: string;
    /** `rds delete-db-instance`. */
    command: string;
    positionals: string[];
    /** Flag → values; a switch has none. */
    flags: Record<string, string[]>;
}

interface Syntax {
    positionals: number;
    /** Flag → whether it takes a value. */
    flags: Map<string, boolean>;
    required: string[];
}

/** Flags that every command of a program takes; `true`: with a value. */
const everywhere: Record<string, Record<string, boolean>> = {
    aws: { region: true, query: true, output: true, profile: true },
    gcloud: { project: true, quiet: false, format: true, flatten: true, account: true, verbosity: true },
    npm: {},
    pg_dump: {},
    pg_restore: {},
    dig: {},
};

/** What else the runbook types. */
const others: Record<string, string> = {
    npm: "ci | 0 |\n",
    pg_dump: " | 1 | format= clean if-exists no-owner\n",
    pg_restore: " | 1 | clean if-exists no-owner single-transaction !dbname=\n",
    dig: " | 9 |\n",
};

/**
 * A program's commands: a line each, `command | positionals | flags`, where `flag=` takes a value and `!` marks what must be
 * there. aws.txt follows botocore's service models, gcloud.txt the surface of the Google Cloud CLI (578).
 */
function commandsOf(program: string): Map<string, Syntax> {
    const text = others[program] ?? readFileSync(join(__dirname, `${program}.txt`), "utf8");
    const lines = text.split("\n").filter(Boolean);
    return new Map(
        lines.map((line) => {
            const [command, positionals, flags = ""] = line.split("|").map((part) => part.trim());
            const words = flags.split(" ").filter(Boolean);
            const bare = (word: string) => word.replace(/^!|=$/g, "");
            return [
                command!,
                {
                    positionals: Number(positionals),
                    flags: new Map(words.map((word) => [bare(word), word.endsWith("=")])),
                    required: words.filter((word) => word.startsWith("!")).map(bare),
                },
            ];
        }),
    );
}

export const programs = Object.keys(everywhere);
const known = new Map(programs.map((program) => [program, commandsOf(program)]));

/** Reads a command line as its program would. @throws Error that says what the program would refuse */
export function parseCommand(program: string, args: string[]): Parsed {
    const commands = known.get(program)!;
    const names = [...commands.keys()].filter((name) => {
        const words = name.split(" ").filter(Boolean);
        return words.every((word, index) => args[index] === word);
    });
    const command = names.sort((a, b) => b.length - a.length)[0];
    if (command === undefined) throw new Error(`${program}: unknown command: ${args.join(" ")}`);
    const syntax = commands.get(command)!;
    const parsed: Parsed = { program, command, positionals: [], flags: {} };
    const rest = args.slice(command.split(" ").filter(Boolean).length);
    for (let index = 0; index < rest.length; index++) {
        const word = rest[index]!;
        if (!word.startsWith("-") || word === "-") {
            parsed.positionals.push(word);
            continue;
        }
        const [flag, inline] = word.replace(/^--?/, "").split(/=(.*)/s) as [string, string | undefined];
        const takesValue = word.startsWith("--") ? (syntax.flags.get(flag) ?? everywhere[program]![flag]) : undefined;
        if (takesValue === undefined) throw new Error(`${program} ${command}: unknown flag ${word}`);
        const values = inline === undefined ? [] : [inline];
        if (takesValue && inline === undefined) {
            // Lists of the AWS CLI are words until the next flag; others take one.
            do values.push(rest[++index] ?? "");
            while (program === "aws" && rest[index + 1] !== undefined && !rest[index + 1]!.startsWith("--"));
            if (values[0] === "" || values[0]!.startsWith("--"))
                throw new Error(`${program} ${command}: --${flag} takes a value`);
        }
        parsed.flags[flag] = values;
    }
    if (parsed.positionals.length > syntax.positionals)
        throw new Error(`${program} ${command}: unexpected ${parsed.positionals.join(" ")}`);
    const missing = syntax.required.filter((flag) => !(flag in parsed.flags));
    if (missing.length) throw new Error(`${program} ${command}: --${missing.join(", --")} must be given`);
    return parsed;
}
