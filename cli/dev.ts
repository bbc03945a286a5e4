import { existsSync } from "node:fs";
import { join, relative } from "node:path";

import { Dev } from "../compose/dev";
import { Failed, findEngine, NoEngine } from "../compose/engine";
import { Logs } from "../compose/follow";
import { watchFolders } from "../compose/watch";
import { selectLocal } from "./compose";
import { colours, complain, errorColours, print, printJson, say, table, width } from "./output";
import { BadInput, type Selection } from "./selection";
import { command } from "../topology/command";

export interface DevOptions {
    json?: boolean;
    watch?: boolean;
    detach?: boolean;
    reset?: boolean;
    stop?: boolean;
}

/** `twinstack dev`: the local stack, with one command, until Ctrl-C. */
export async function dev(selection: Selection, options: DevOptions): Promise<number> {
    const { json, watch, detach, reset, stop } = options;
    if (json && !detach && !stop)
        throw new BadInput(
            "--json\n  found    without --detach\n  allowed  with --detach or --stop: logs have no end to wait for",
        );
    if (watch && detach)
        throw new BadInput("--watch\n  found    beside --detach\n  allowed  without it: somebody has to watch");
    const { stack, project } = selectLocal(selection, "dev");
    const { bold, dim } = colours;
    const tell = (step: string, what: string, seconds?: number) => {
        const time = seconds === undefined ? "" : dim(`  ${seconds.toFixed(1)} s`);
        if (!json) void say(`  ${step.padEnd(9)} ${what}${time}\n`);
    };
    try {
        const local = new Dev(await findEngine(), stack, project, process.cwd(), tell);
        if (!json) await say(`${bold(`${stack.app.name} on this machine`)}  project ${local.project.name}\n\n`);
        if (stop) {
            await local.stop();
            if (json) await printJson({ project: local.project.name, stopped: true });
            return 0;
        }
        const ending = detach ? undefined : endsBySignal();
        if (reset) await local.reset();
        const begun = new Date();
        const up = local.up();
        if (ending && (await Promise.race([up.then(() => "up"), ending])) !== "up") {
            up.catch(() => undefined);
            await local.stop();
            return 0;
        }
        await up;
        const file = relative(process.cwd(), local.project.file);
        if (json) await printJson({ project: local.project.name, file, addresses: local.addresses });
        else await say(addresses(local));
        if (!ending) {
            if (!json) await say(dim(`\nIt runs on. ${command("dev --stop")} stops it, --reset deletes its data.\n`));
            return 0;
        }
        await print(
            dim(
                `\nLogs follow. Ctrl-C stops; data is kept, until --reset.${watch ? " Saved files are built." : ""}\n\n`,
            ),
        );
        await untilStopped(local, begun, ending, watch);
        return 0;
    } catch (error) {
        if (!(error instanceof Failed || error instanceof NoEngine)) throw error;
        await complain(`${errorColours.red("error")}: ${error.message.trimEnd()}\n`);
        return 1;
    }
}

function addresses(local: Dev): string {
    const { cyan, dim } = colours;
    const rows = local.addresses.map(({ url, part, what }) => [cyan(url), part, dim(what)]);
    const secrets = relative(process.cwd(), join(local.folder, ".env"));
    return `\n${table(rows, "  ")}${existsSync(secrets) ? dim(`  passwords and other secrets are in ${secrets}\n`) : ""}`;
}

/** Follows the logs, and builds what is saved, until a signal; then stops everything. */
async function untilStopped(local: Dev, since: Date, ending: Promise<unknown>, watch?: boolean): Promise<void> {
    const paint = [colours.cyan, colours.yellow, colours.green, colours.magenta, colours.blue];
    const widest = Math.max(...local.services.map(width));
    const logs = new Logs(local.project, (service, text) => {
        const colour = paint[local.services.indexOf(service) % paint.length];
        void print(`${colour(`${service.padEnd(widest)} |`)} ${text}\n`);
    });
    logs.follow(local.services, since);
    // One build after the other; what is saved meanwhile is built next.
    let building = Promise.resolve();
    const unwatch = watch
        ? watchFolders(local.contexts, () => {
              building = building.then(async () => {
                  try {
                      await local.again();
                  } catch (error) {
                      const message = error instanceof Error ? error.message : String(error);
                      await complain(`${errorColours.red("not built")}: ${message.trimEnd()}\n`);
                  }
              });
          })
        : undefined;
    await ending;
    unwatch?.();
    logs.stop();
    await say("\n");
    await building;
    await local.stop();
}

/** Resolves at the first Ctrl-C (or SIGTERM); the second ends the process where it is. */
const endsBySignal = (): Promise<string> =>
    new Promise((resolve) => {
        let asked = false;
        for (const signal of ["SIGINT", "SIGTERM"] as const)
            process.on(signal, () => {
                if (asked) process.exit(130);
                asked = true;
                resolve(signal);
            });
    });
