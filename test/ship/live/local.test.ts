import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Missing, type LiveCloud } from "../../../ship/live/client";
import { cloudOf } from "../../../ship/live/cloud";
import type { Target } from "../../../topology/app";
import { resolve } from "../../../topology/validate";
import { twinstack } from "../../twinstack";
import { setEnvironment, shop } from "./clouds";

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);

/** A `docker` that has two containers: that of `api` runs, that of `web` has ended with 3. */
const docker = `
case "$1" in
ps) case "$*" in
    *service=api*) echo aaaaaaaaaaaa1111 ;;
    *name=^/shop-dev-web*) echo bbbbbbbbbbbb2222 ;;
    esac ;;
inspect) case "$4" in
    a*) echo '{"Running":true,"ExitCode":0,"FinishedAt":"0001-01-01T00:00:00Z","Error":""}' ;;
    *) echo '{"Running":false,"ExitCode":3,"FinishedAt":"2026-01-01T00:05:00Z","Error":""}' ;;
    esac ;;
logs) for last; do :; done
    case "$last" in
    a*) printf '2026-01-01T00:00:01.5Z one\\n2026-01-01T00:00:03Z a \\342\\200\\250 b\\r\\n'
        echo '2026-01-01T00:00:02Z to stderr' >&2
        case "$*" in *--follow*) exec sleep 60 ;; esac ;;
    *) echo '2026-01-01T00:00:02.5Z of web' ;;
    esac ;;
exec) echo "$@" ; exit 7 ;;
esac
`;

describe("Docker, asked while an app runs on this machine", function () {
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), "twinstack-docker-"));
    let cloud: LiveCloud;
    let restore: () => void;
    before(async () => {
        writeFileSync(join(folder, "docker"), `#!/bin/sh\n${docker}`);
        chmodSync(join(folder, "docker"), 0o755);
        restore = setEnvironment({ PATH: `${folder}:${process.env.PATH}` });
        const config = { "twinstack:app": "shop", "twinstack:cloud": "local", "twinstack:environment": "dev" };
        const stack = resolve<Target>({ stack: "dev", config }, { shop });
        cloud = await cloudOf(stack, () => Promise.reject(new Error("no state is read")));
    });
    after(() => {
        restore();
        rmSync(folder, { recursive: true });
    });
    const read = async (query: Parameters<LiveCloud["logs"]>[0]) => {
        const lines: string[] = [];
        for await (const { service, text } of cloud.logs(query)) lines.push(`${service} ${text}`);
        return lines;
    };

    it("finds the containers of dev, and those of pulumi up", async () => {
        assert.deepEqual(await cloud.deployed(), ["api", "web"]);
        assert.deepEqual([await cloud.running("api"), await cloud.running("web")], [1, 0]);
        await assert.rejects(cloud.running("inner"), /inner does not run on this machine: npx --no twinstack dev/);
        await assert.rejects(cloud.running("api-candidate"), /there are no candidates/);
    });

    it("tells how a container ended", async () => {
        assert.deepEqual(await cloud.stopped("api", at("00:00:00")), []);
        assert.deepEqual(await cloud.stopped("web", at("00:00:00")), [
            { at: at("00:05:00"), exitCode: 3, reason: "the container ended with exit code 3" },
        ]);
        assert.deepEqual(await cloud.stopped("web", at("00:06:00")), []);
    });

    it("counts no requests, and says so", async () => {
        await assert.rejects(cloud.metrics("api", at("00:00:00"), at("00:01:00")), Missing);
    });

    it("gives the lines of both streams and all containers in the order of their times", async () => {
        const all = ["api one", "api to stderr", "web of web", "api a \u2028 b"];
        assert.deepEqual(await read({ services: ["api", "web"], since: at("00:00:00") }), all);
        assert.deepEqual(await read({ services: ["api", "web"], since: at("00:00:00"), lines: 2 }), all.slice(2));
        assert.deepEqual(await cloud.lastLogs("api", at("00:00:00"), 1), ["a \u2028 b"]);
    });

    it("follows until it is told to stop", async () => {
        const stop = new AbortController();
        const lines: string[] = [];
        for await (const { text } of cloud.logs({
            services: ["api"],
            since: at("00:00:00"),
            follow: true,
            signal: stop.signal,
        })) {
            lines.push(text);
            if (lines.length === 3) stop.abort();
        }
        assert.deepEqual(lines.sort(), ["a \u2028 b", "one", "to stderr"]);
    });

    it("says what is wrong without Docker", async () => {
        const back = setEnvironment({ PATH: "/nonexistent" });
        try {
            await assert.rejects(cloud.running("api"), /no `docker` on PATH/);
        } finally {
            back();
        }
    });

    it("runs a command in a container, whose exit code is the command's", async () => {
        const container = `#!/bin/sh\nif [ "$1" = ps ]; then echo cccccccccccc3333; else shift; echo "$@" > ${folder}/called; exit 7; fi\n`;
        writeFileSync(join(folder, "docker"), container);
        const { status } = await twinstack(["exec", "api", "--app", "todo", "--cloud", "local", "--", "ls", "/tmp"]);
        const { readFileSync } = await import("node:fs");
        assert.equal(status, 7);
        assert.match(readFileSync(join(folder, "called"), "utf8"), /^--interactive.* cccccccccccc3333 ls \/tmp\n$/);
    });
});
