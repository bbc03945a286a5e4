import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { build, docker, dockerCode, eventually, publishedAt, statusOf, Talking } from "./docker";
import { workloads, type Workload } from "./workloads";

const requests = 300;

/** A container as Fargate runs it: a read-only root, `/tmp` as the Dockerfile declares it, and no low port for everyone. */
async function start({ env, port }: Workload, tag: string): Promise<string> {
    const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const limits = ["--read-only", "--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE"];
    const low = ["--sysctl", "net.ipv4.ip_unprivileged_port_start=1024"];
    return docker("run", "--detach", "--publish", `127.0.0.1::${port}`, ...limits, ...low, ...variables, tag);
}

describe("The images of workloads/", function () {
    this.timeout(600_000);
    const containers: string[] = [];
    const images: string[] = [];
    after(async () => {
        if (containers.length) await docker("rm", "--force", "--volumes", ...containers);
        if (images.length) await docker("image", "rm", "--force", ...new Set(images));
    });
    const tagOf = ({ name }: Workload) => `twinstack-test-${name.replace("/", "-")}`;
    const started = async (workload: Workload) => {
        const id = await start(workload, tagOf(workload));
        containers.push(id);
        const url = `http://127.0.0.1:${await publishedAt(id, workload.port)}`;
        try {
            await eventually(async () => assert.equal(await statusOf(url + workload.path), 200), 30);
        } catch (error) {
            throw new Error(`${workload.name} does not answer: ${(await dockerCode("logs", id)).said}`, {
                cause: error,
            });
        }
        return { id, url };
    };

    for (const workload of workloads)
        describe(workload.name, () => {
            const tag = tagOf(workload);

            it("builds as its Dockerfile is written, and runs as a number that is not root's", async () => {
                await build(tag, workload.context);
                images.push(tag);
                assert.match(
                    await docker("image", "inspect", "--format", "{{.Config.User}}", tag),
                    /^[1-9]\d*:[1-9]\d*$/,
                );
            });

            it("serves with a read-only root, and writes nowhere but to /tmp", async () => {
                const { id } = await started(workload);
                const user = await docker("exec", id, "id", "-u");
                assert.notEqual(user, "0");
                for (const folder of ["/", "/srv", "/app"])
                    assert.notEqual((await dockerCode("exec", id, "touch", `${folder}/written`)).code, 0, folder);
                assert.equal((await dockerCode("exec", id, "touch", "/tmp/written")).code, 0);
            });

            it(`holds no ${workload.absent.join(", no ")}`, async () => {
                for (const program of workload.absent) {
                    const { said } = await dockerCode("run", "--rm", "--entrypoint", program, tag, "--version");
                    assert.match(said, /executable file not found|no such file/i, program);
                }
                if (workload.absent.includes("pip")) {
                    const { said } = await dockerCode("run", "--rm", tag, "python", "-m", "pip", "--version");
                    assert.match(said, /No module named pip/);
                }
            });

            if (workload.healthCommand)
                it("checks itself from inside: 0 while it serves, something else where nothing does", async () => {
                    const { id } = await started(workload);
                    assert.equal((await dockerCode("exec", id, ...workload.healthCommand!)).code, 0);
                    assert.notEqual((await dockerCode("run", "--rm", tag, ...workload.healthCommand!)).code, 0);
                });

            it(`answers ${requests} requests that SIGTERM finds in flight, and ends within its time`, async () => {
                const { id } = await started(workload);
                const { load, port, path, readyPath } = workload;
                const asked = { ...load, port, count: requests, watched: readyPath ? [readyPath, path] : [path] };
                const client = new Talking("docker", [
                    ...["run", "--rm", "--interactive", "--network", `container:${id}`],
                    ...["--volume", `${resolve("test/docker/load.js")}:/load.js:ro`, "node:22-alpine"],
                    ...["node", "/load.js", JSON.stringify(asked)],
                ]);
                await client.says(/^in flight 300$/m);
                const begun = Date.now();
                await docker("kill", "--signal", "TERM", id);
                client.write("stopped");
                const code = docker("wait", id);
                const [, outcome] = await client.says(/^outcome (.*)$/m);
                assert.equal(await code, "0", (await dockerCode("logs", id)).said);
                const seconds = (Date.now() - begun) / 1000;

                const { tally, said } = JSON.parse(outcome) as { tally: object; said: Record<string, unknown[]> };
                assert.deepEqual(tally, { [load.status]: requests });
                assert.ok(seconds < workload.drainSeconds, `${seconds} s of ${workload.drainSeconds}`);
                // Who comes too late is refused, or answered, and never left waiting.
                for (const status of said[path])
                    assert.ok([200, "ECONNREFUSED", "ECONNRESET"].includes(status as string | number), String(status));
                if (!readyPath) return;
                // It says no while it still listens, and says it before anything else ends.
                assert.equal(said[readyPath][0], 503);
                assert.equal(said[path][0], 200);
            });

            it("takes every layer again when nothing changed, and rebuilds the last ones for a changed source file", async () => {
                const again = await build(tag, workload.context);
                assert.deepEqual(
                    again.filter(({ cached }) => !cached),
                    [],
                );
                assert.ok(again.length > 2);
                const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
                try {
                    cpSync(workload.context, folder, { recursive: true });
                    const comment = /\.py$/.test(workload.source) ? "#" : "//";
                    appendFileSync(join(folder, workload.source), `\n${comment} ${Date.now()}\n`);
                    images.push(`${tag}-changed`);
                    const changed = await build(`${tag}-changed`, folder);
                    const anew = changed.filter(({ cached }) => !cached).map(({ instruction }) => instruction);
                    assert.ok(anew.length > 0);
                    for (const instruction of anew)
                        assert.ok(
                            workload.rebuilt.some((expected) => instruction.startsWith(expected)),
                            `rebuilt: ${instruction}`,
                        );
                } finally {
                    rmSync(folder, { recursive: true });
                }
            });
        });
});
