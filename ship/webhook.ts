import { execFile } from "node:child_process";

import type { State } from "../operate/state";
import { secretOf } from "../stacks/secrets";
import type { Stack } from "../topology/validate";

/** Prints what a command of the cloud's says. */
export type Run = (command: string, args: string[]) => Promise<string>;

/** Milliseconds that a webhook may take. */
const timeout = 10_000;

/**
 * Tells somebody, by an incoming webhook of Slack's form (Mattermost, Rocket.Chat and others take it, too). Its address is read from
 * the app's secret for this once, by the `aws` or `gcloud` command, and shown to nobody.
 * @throws where it cannot be read, or does not take it; no message has the address
 */
export async function notify(
    stack: Stack,
    text: string,
    { state, run = command }: { state: () => Promise<State>; run?: Run },
): Promise<void> {
    const { webhook } = stack.app.deploy;
    if (webhook === undefined) return;
    const url = await addressOf(stack, webhook, await state(), run);
    const body = JSON.stringify({ text: text.replace(/[&<>]/g, (letter) => escapes[letter]) });
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeout) }).catch(
        ({ name }: Error) => {
            throw new Error(name === "TimeoutError" ? `no answer within ${timeout / 1000} s` : "nothing answers there");
        },
    );
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answers ${response.status}`);
}

/** What Slack's text has another meaning for. */
const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

async function addressOf(stack: Stack, webhook: string, { resources }: State, run: Run): Promise<URL> {
    const { cloud, place, provider } = stack;
    const [set, key] = webhook.split(".");
    const { type, name } = secretOf(cloud, place.prefix, set, key);
    const id = resources.find((one) => one.type === type && one.name === name)?.id;
    if (id === undefined) throw new Error(`${webhook} is not deployed yet: pulumi up makes it`);
    let value: string;
    if (cloud === "aws") {
        const profile = provider.profile === undefined ? [] : ["--profile", provider.profile];
        const said = await run("aws", [
            ...["secretsmanager", "get-secret-value", "--secret-id", id, "--region", place.region],
            ...["--query", "SecretString", "--output", "text", ...profile],
        ]);
        value = valueIn(said, key);
    } else {
        const [, project, secret] = /^projects\/([^/]+)\/secrets\/([^/]+)$/.exec(id) ?? [];
        const args = ["secrets", "versions", "access", "latest", `--secret=${secret}`, `--project=${project}`];
        value = await run("gcloud", args);
    }
    const url = URL.canParse(value.trim()) ? new URL(value.trim()) : undefined;
    const isLoopback = url !== undefined && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
    if (!url || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback)))
        throw new Error(`${webhook} holds no https:// address yet: put it there, in place of the random first value`);
    return url;
}

function valueIn(json: string, key: string): string {
    try {
        const value = (JSON.parse(json) as Record<string, unknown>)[key];
        return typeof value === "string" ? value : "";
    } catch {
        return "";
    }
}

function command(name: string, args: string[]): Promise<string> {
    return new Promise((done, fail) =>
        execFile(name, args, { timeout: 30_000 }, (error, stdout, stderr) => {
            if (!error) return done(stdout);
            const why = error.code === "ENOENT" ? "it is not on PATH" : stderr.trim().split("\n").at(-1);
            fail(new Error(`\`${name}\`, which reads it, fails: ${why}`));
        }),
    );
}
