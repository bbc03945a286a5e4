import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { apps } from "../../apps";
import { findEngine, Project } from "../../compose/engine";
import type { Compose } from "../../compose/file";
import { publications } from "../../compose/ports";
import { twinstack } from "../twinstack";
import { docker, eventually } from "./docker";
import { variablesLead } from "./leads";
import { roundTrips } from "./roundtrips";

interface Inspected {
    Name: string;
    State: { Status: string; ExitCode: number; StartedAt: string; FinishedAt: string; Health?: { Status: string } };
}

describe("twinstack compose on a real engine", function () {
    this.timeout(600_000);
    for (const app of Object.keys(apps))
        describe(app, () => {
            const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
            const file = join(folder, "compose.yaml");
            // No name that anybody's own stack has: it goes with its data.
            const name = `twinstack-test-${app}`;
            let project: Project;
            let compose: Compose;
            let secrets: Record<string, string>;

            before(async () => {
                const written = await twinstack(["compose", "--app", app, "--output", file]);
                assert.equal(written.status, 0, written.stderr);
                compose = parse(readFileSync(file, "utf8")) as Compose;
                project = new Project(await findEngine(), name, file);
                const asked = [...readFileSync(file, "utf8").matchAll(/\$\{(\w+):\?\}/g)].length;
                const lines = asked ? readFileSync(join(folder, ".env"), "utf8").trim().split("\n") : [];
                secrets = Object.fromEntries(lines.map((line) => line.split("=") as [string, string]));
            });
            after(async () => {
                await project?.run(["down", "--volumes", "--remove-orphans", "--timeout", "5"]);
                rmSync(folder, { recursive: true });
            });

            const inspect = async (service: string): Promise<Inspected> => {
                const container = await project.container(service);
                assert.ok(container, `no container ${service}`);
                return (JSON.parse(await docker("inspect", container)) as Inspected[])[0];
            };
            const settled = () =>
                eventually(async () => {
                    for (const [service, { restart, healthcheck, profiles }] of Object.entries(compose.services)) {
                        if (profiles) continue;
                        const { Status, ExitCode, Health } = (await inspect(service)).State;
                        if (restart === "no") assert.deepEqual([service, Status, ExitCode], [service, "exited", 0]);
                        else assert.deepEqual([service, Status], [service, "running"]);
                        if (healthcheck) assert.equal(Health?.Status, "healthy", service);
                    }
                }, 120);
            const at = (service: string, container: number): string => {
                const all = publications(compose);
                const found = all.find((one) => one.service === service && one.container === container);
                return `http://127.0.0.1:${found!.host}`;
            };

            it("is accepted, and comes up from nothing with everything healthy and every job done", async () => {
                await project.run(["config"]);
                await project.run(["up", "--detach", "--build"]);
                await settled();
            });

            it("runs what is waited for first, to its end", async () => {
                for (const [service, { depends_on: after = {} }] of Object.entries(compose.services))
                    for (const [other, { condition }] of Object.entries(
                        after as Record<string, { condition: string }>,
                    )) {
                        const [mine, its] = [(await inspect(service)).State, (await inspect(other)).State];
                        const before = condition === "service_completed_successfully" ? its.FinishedAt : its.StartedAt;
                        assert.ok(before <= mine.StartedAt, `${service} at ${mine.StartedAt}, ${other} at ${before}`);
                    }
            });

            it("gives services variables that lead somewhere, each of them", async () => {
                for (const service of Object.keys(apps[app].services)) {
                    const container = (await project.container(service))!;
                    const led = await variablesLead(container, `${name}_default`);
                    const contract = /_(HOST|PORT|NAME|USER|PASSWORD|URL|TABLE|BUCKET|PATH)$/;
                    const definition = compose.services[service].environment as Record<string, string>;
                    assert.deepEqual(
                        [...led].sort(),
                        Object.keys(definition)
                            .filter((key) => contract.test(key))
                            .sort(),
                    );
                }
            });

            it("reads back what it wrote, also after everything was taken down and brought up", async () => {
                const back = await eventually(() => roundTrips[app]({ at, secrets, project }));
                await eventually(back);
                await project.run(["down", "--timeout", "30"]);
                await project.run(["up", "--detach"]);
                await settled();
                await eventually(back);
            });

            it("leaves nothing behind when it goes with its data", async () => {
                await project.run(["down", "--volumes", "--timeout", "30"]);
                for (const kind of ["container", "volume", "network"]) {
                    const all = kind === "container" ? ["--all"] : [];
                    const label = `label=com.docker.compose.project=${name}`;
                    assert.equal(await docker(kind, "ls", ...all, "--quiet", "--filter", label), "", kind);
                }
            });
        });
});
