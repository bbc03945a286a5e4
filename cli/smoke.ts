import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { parse } from "yaml";

import { ownPorts } from "../compose/engine";
import type { Compose } from "../compose/file";
import { publications } from "../compose/ports";
import { ask, placed, reasonOf } from "../ship/ask";
import { publishedPorts } from "../topology/published";
import { smokeRequests, type SmokeRequest } from "../topology/smoke";
import type { Target } from "../topology/app";
import type { Stack } from "../topology/validate";
import { BadInput } from "./errors";
import { colours, complain, plural, printJson, say, table } from "./output";
import { select, type Selection } from "./selection";

export interface SmokeOptions {
    json?: boolean;
    url?: string;
    retries?: string;
    timeout?: string;
}

/** What became of a request. */
interface Outcome extends SmokeRequest {
    url?: string;
    ok: boolean;
    /** Times that it was asked. */
    tries: number;
    /** Milliseconds of the last answer. */
    ms?: number;
    /** What was wrong with the last answer. */
    problem?: string;
}

/** Seconds between two tries. */
const pause = 2;

/** `twinstack smoke`: asks a running stack its smoke requests. 1 if one of them is not answered as it should be. */
export async function smoke(selection: Selection, { json, url, ...numbers }: SmokeOptions): Promise<number> {
    const retries = wholeNumber("--retries", numbers.retries ?? "5", 0, 100);
    const timeout = wholeNumber("--timeout", numbers.timeout ?? "10", 1, 300) * 1000;
    const { stack } = select(selection);
    const local = stack.cloud === "local" && url === undefined;
    const requests = smokeRequests(stack.app, !local);
    const reached = requests.some(({ unreached }) => unreached === undefined);
    const base = local || !reached ? undefined : baseUrl(url ?? (await outputOf(stack.place.stack)));
    const ports = local ? await portsOf(stack) : undefined;
    const outcomes = await Promise.all(
        requests.map(async (request): Promise<Outcome> => {
            if (request.unreached) return { ...request, ok: true, tries: 0 };
            const target = base
                ? placed(base, url === undefined ? request : { path: request.path })
                : new URL(request.path, `http://localhost:${ports!(request)}`);
            const header = url !== undefined ? request.host : undefined;
            return { ...request, url: target.href, ...(await untilGood(target, request, header, retries, timeout)) };
        }),
    );
    const asked = outcomes.filter(({ tries }) => tries > 0);
    const failed = outcomes.filter(({ ok }) => !ok);
    const good = failed.length === 0 && asked.length > 0;
    if (json) await printJson({ ok: good, requests: outcomes });
    else await say(tableOf(outcomes));
    if (!asked.length)
        await complain("Nothing could be asked: no route leads from outside to any service's requests.\n");
    return good ? 0 : 1;
}

function tableOf(outcomes: Outcome[]): string {
    const { bold, dim, green, red } = colours;
    const rows = outcomes.map(({ ok, service, status, url, path, tries, ms, problem, unreached }) => [
        unreached ? dim("–") : ok ? green("✔") : red("✘"),
        service,
        url ?? path,
        unreached ? dim(`not asked: ${unreached}`) : ok ? `${status}` : red(problem!),
        unreached || ms === undefined ? "" : dim(`${ms} ms${tries > 1 ? `, try ${tries}` : ""}`),
    ]);
    const asked = outcomes.filter(({ tries }) => tries > 0);
    const failed = outcomes.filter(({ ok }) => !ok).length;
    const sum = failed
        ? red(`${failed} of ${plural(asked.length, "request")} failed`)
        : `${plural(asked.length, "request")}, all good`;
    return `${table(rows)}\n${bold(sum)}\n`;
}

/** The last outcome, after as many tries as it takes and as are allowed. */
async function untilGood(url: URL, request: SmokeRequest, host: string | undefined, retries: number, timeout: number) {
    for (let tries = 1; ; tries++) {
        const begun = Date.now();
        const problem = await ask(url, request, { host, timeout }).catch(reasonOf);
        const ms = Date.now() - begun;
        if (problem === undefined) return { ok: true, tries, ms };
        if (tries > retries) return { ok: false, tries, ms, problem };
        await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    }
}

/** @throws BadInput if it is none */
export function baseUrl(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol))
        throw new BadInput(
            `--url\n  found    ${JSON.stringify(text)}\n  allowed  a URL such as https://todo.example.com`,
        );
    return url;
}

/** What the deployed stack says of itself. */
async function outputOf(stack: string): Promise<string> {
    try {
        const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "url", "--stack", stack]);
        return stdout.trim();
    } catch (error) {
        const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
        const reason = code === "ENOENT" ? "there is no pulumi on PATH" : stderr?.trim().split("\n").at(-1);
        throw new BadInput(
            `--url\n  found    nothing, and pulumi stack output url --stack ${stack} does not tell: ${reason}\n  allowed  the stack's URL, such as https://todo.example.com`,
        );
    }
}

/** Ports of this machine: those of the Compose file that `dev` runs, or those that the plan gives. */
async function portsOf({ app, place }: Stack<Target>): Promise<(request: SmokeRequest) => number> {
    const project = `${place.app}-${place.stack}`;
    const file = join(".twinstack", project, "compose.yaml");
    if (existsSync(file) && (await ownPorts(project)).size) {
        const running = publications(parse(readFileSync(file, "utf8")) as Compose);
        return ({ service, port }) =>
            running.find((one) => one.service === service && one.container === app.services[service].ports[port])!.host;
    }
    const { services } = publishedPorts(app);
    return ({ service, port }) => services[service][port];
}

function wholeNumber(flag: string, text: string, low: number, high: number): number {
    if (/^\d{1,4}$/.test(text) && Number(text) >= low && Number(text) <= high) return Number(text);
    throw new BadInput(`${flag}\n  found    ${JSON.stringify(text)}\n  allowed  a whole number from ${low} to ${high}`);
}
