import { isTree, type Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import type { Around } from "./around";
import { builtFrom } from "./own";
import type { ServiceInput } from "./parts";
import { checkOf, clamp, environmentOf, numberOf, secondsOf, textsOf } from "./values";

/** Health checks: what a container runs of them, what a load balancer asks, and what is said of both. */

interface Check {
    container: NonNullable<NonNullable<ServiceInput["health"]>["container"]>;
    path?: string;
    port?: number;
}

/** What the load balancer asks where the file says nothing of it. */
export function sayCheck(check: Check | undefined, built: string | undefined, { note }: Around): void {
    if (built !== undefined) note([], `no health check: ${built} is asked, as the Dockerfile's HEALTHCHECK does`);
    else if (!check) note([], "no health check: / is asked, which must answer 200; say health.path");
    else if (check.path === undefined)
        note(["healthcheck", "test"], "asks nothing over HTTP: load balancers ask /; say health.path");
    else if (passesAnything(check.container.command.join(" ")))
        note(
            ["healthcheck", "test"],
            `is content with any answer, as curl is without -f: load balancers ask ${check.path}, which must answer 200; say health.path`,
        );
}

/** Whether a check by curl does not look at what the answer is. */
const passesAnything = (command: string): boolean =>
    /\bcurl\b/.test(command) && !/\s(-[a-zA-Z]*f[a-zA-Z]*|--fail\S*)(\s|$)|\b(grep|http_code|wget)\b|\|/.test(command);

/** A check that asks another port than those of the service: its server is another one, or nobody. */
export function sayPort(check: Check, ports: number[], { note }: Around): void {
    const asked = portOf(check);
    if (asked === undefined || !ports.length || ports.includes(asked)) return;
    note(
        ["healthcheck", "test"],
        `asks ${asked}, and the service answers at ${ports.join(", ")}: AWS ends a container whose check fails, so let it ask where it listens, or leave it out`,
    );
}

/** What the Dockerfile's own check asks over HTTP, where the file says no check, and it is not content with any answer. */
export function builtCheck(raw: Tree): { path: string; port: number } | undefined {
    if (isTree(raw.healthcheck)) return undefined;
    const build = builtFrom(raw);
    const text = ((build && baseOf({ build })?.check) ?? "").replace(/^CMD\s+/i, "");
    const words = /^\[.*\]$/.test(text) ? [...text.matchAll(/"([^"]*)"/g)].map(([, word]) => word) : [text];
    const check = checkOf(["CMD-SHELL", words.join(" ")]);
    // What a shell fills in is known to nobody.
    if (check?.path === undefined || /[$`]/.test(check.path) || passesAnything(words.join(" "))) return undefined;
    return { path: check.path, port: check.port ?? 80 };
}

/** The port that a check asks over HTTP. */
export const portOf = ({ path, port }: { path?: string; port?: number }): number | undefined =>
    port ?? (path === undefined ? undefined : 80);

export function checkFrom(raw: Tree, from: string): Check | undefined {
    const { healthcheck } = raw;
    // Compose's network knows the service by its name, a container of a cloud itself alone.
    const own = new RegExp(`(://|\\s)${from.replace(/\W/g, "\\$&")}(?=:\\d|/)`, "g");
    const test = isTree(healthcheck)
        ? textsOf(healthcheck.test).map((word) => word.replace(own, (_, before: string) => `${before}localhost`))
        : [];
    const values = new Map(environmentOf(raw));
    const filled = test.map((word) => word.replace(/\$\{?(\w+)\}?/g, (all, name: string) => values.get(name) ?? all));
    const isOn = isTree(healthcheck) && healthcheck.disable !== true;
    // What a shell fills in as it runs, the load balancer has to be told.
    const check = isOn ? ((said) => said && { ...checkOf(filled), ...said })(checkOf(test)) : undefined;
    if (!isTree(healthcheck) || !check) return undefined;
    const said = (key: string, min: number, max: number) => {
        const seconds = secondsOf(healthcheck[key]);
        return seconds === undefined ? undefined : clamp(seconds, min, max);
    };
    // As Compose has it where the file says nothing; how long an app may take to start is ours.
    const intervalSeconds = said("interval", 5, 300) ?? 30;
    const startSeconds = said("start_period", 0, 240);
    const container = {
        command: check.command,
        intervalSeconds,
        // Less than the interval, as both clouds want it.
        timeoutSeconds: Math.min(said("timeout", 2, 60) ?? 30, Math.max(2, intervalSeconds - 1)),
        retries: clamp(numberOf(healthcheck.retries ?? 3) || 3, 1, 10),
        ...(startSeconds === undefined ? {} : { startSeconds }),
    };
    return { ...check, container };
}
