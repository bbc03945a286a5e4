import type { Command } from "commander";

import { several } from "./several";
import type { ShipOptions } from "./ship";
import type { GoOptions } from "./ship-go";
import type { Selection } from "./selection";

type Add = (usage: string, description: string, parent?: Command) => Command;
type Done = (code: number) => void;

/** How a new version gets to its users, and back. */
export function addShip(add: Add, done: Done): void {
    const ship = addUrl(
        add(
            "ship",
            "decides what each service needs, builds it, and takes it to everybody in steps, watched; goes back by itself if it is no good",
        ),
    )
        .argument("[services...]", "only these (default: all)")
        .option("--image <service=image>", "run this image, and build nothing; again for more", several)
        .option("--from <stack>", "build nothing: take the images that this stack runs, if built from the same files")
        .option("--plan", "only say what each service needs, and why")
        .option(
            "--release <file>",
            "with --plan: compare with this (pulumi stack output --json --show-secrets), without a cloud",
        )
        .option(
            "--allow <resource>",
            "this resource may be replaced or deleted, with the data in it; again for more",
            several,
        )
        .option("--take-over", "drop the ship that is under way, and release the lock of one that has died")
        .option("--detach", "print an id at once, and go on in the background")
        .option("--id <id>", "the ship's id (default: made of the time)")
        .option("-y, --yes", "ask nobody")
        .action(async (services: string[], flags: Selection & ShipOptions) =>
            done(await (await import("./ship")).ship(services, flags, flags)),
        );
    // What stands before the name of a command of these counts, too.
    const all = <T>(command: Command) => command.optsWithGlobals<Selection & T>();
    add("status", "the ship that is under way, or the last one; 1 if it was taken back", ship)
        .argument("[id]", "this ship")
        .option("--follow", "until it is over")
        .action(async (id: string | undefined, _: unknown, command: Command) => {
            const flags = all<{ json?: boolean; follow?: boolean }>(command);
            done(await (await import("./ship-list")).status(id, flags, flags));
        });
    add("list", "every ship that the stack remembers", ship).action(async (_: unknown, command: Command) => {
        const flags = all<{ json?: boolean }>(command);
        done(await (await import("./ship-list")).list(flags, flags));
    });
    add("history", "what ran before each of the last releases: what rollback --to goes back to", ship).action(
        async (_: unknown, command: Command) => {
            const flags = all<{ json?: boolean }>(command);
            done(await (await import("./ship-list")).history(flags, flags));
        },
    );
    for (const [which, description] of [
        ["resume", "goes on with a ship whose driver is gone, from the state that it had reached"],
        ["abort", "takes back the ship that is under way, whoever drives it"],
    ] as const)
        addUrl(add(which, description, ship))
            .option("--take-over", "release the lock of a run that has died")
            .action(async (_: unknown, command: Command) => {
                const flags = all<GoOptions>(command);
                done(await (await import("./ship-go")).goOn(which, flags, flags));
            });
    addUrl(
        add("rollback", "takes the services of the last release back to what ran before, or aborts what is under way"),
    )
        .option("--to <number>", "go so many releases back (default: 1); ship history numbers them")
        .option("--take-over", "release the lock of a run that has died")
        .option("-y, --yes", "ask nobody")
        .action(async (flags: Selection & GoOptions & { to?: string }) => {
            const { newId } = await import("./ship");
            done(await (await import("./ship-go")).rollback(flags, flags, newId));
        });
}

const addUrl = (command: Command): Command =>
    command.option("--url <url>", "where the stack answers smoke requests (default: its output url)");
