import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { apps } from "../../apps";
import { composeOf, type Compose } from "../../compose/file";
import { listening, publications, withFreePorts } from "../../compose/ports";
import { planOf } from "../../plan/plan";
import type { AppInput, Target } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { bothWays } from "../everything";
import { twinstack } from "../twinstack";

const composeOfApp = async (app: string) =>
    composeOf(
        await planOf(
            resolve<Target>({ stack: "dev", config: { "twinstack:app": app, "twinstack:cloud": "local" } }, apps),
        ),
    );
describe("twinstack compose", function () {
    this.timeout(60000);
    let compose: Compose;
    let variables: string[];
    before(async () => ({ compose, variables } = await composeOfApp("morrow")));

    it("has the services of Morrow's own development file: its ports, its images, its volume", () => {
        const { backend, frontend, db, redis } = compose.services;
        assert.deepEqual(backend.ports, ["127.0.0.1:8080:8080"]);
        assert.deepEqual(frontend.ports, ["127.0.0.1:3000:3000"]);
        assert.equal(db.image, "postgres:15-alpine");
        assert.equal(redis.image, "redis:7-alpine");
        assert.deepEqual(db.volumes, ["db-data:/var/lib/postgresql/data"]);
        assert.ok("db-data" in compose.volumes!);
        const { DB_HOST, REDIS_HOST } = backend.environment as Record<string, string>;
        assert.deepEqual([DB_HOST, REDIS_HOST], ["db", "redis"]);
        assert.deepEqual(frontend.build, { context: "workloads/morrow/frontend", dockerfile: "Dockerfile" });
    });

    it("asks for each secret once, by name, and holds no value", () => {
        assert.deepEqual(variables, ["DB_PASSWORD", "REDIS_PASSWORD"]);
        const { DATABASE_URL, DB_PASSWORD } = compose.services.backend.environment as Record<string, string>;
        assert.equal(DB_PASSWORD, "${DB_PASSWORD:?}");
        assert.equal(DATABASE_URL, "postgresql://app:${DB_PASSWORD:?}@db:5432/app?sslmode=disable");
        assert.doesNotMatch(JSON.stringify(compose), /\[secret\]|\.result\}/);
    });

    it("starts what is used first: healthy, ended or merely started", () => {
        assert.deepEqual(compose.services.backend.depends_on, {
            "assets-prepare": { condition: "service_completed_successfully" },
            db: { condition: "service_healthy" },
            migrate: { condition: "service_completed_successfully" },
            redis: { condition: "service_healthy" },
        });
        assert.deepEqual(compose.services.frontend.depends_on, { backend: { condition: "service_started" } });
    });

    it("has services that call each other know both names, and one alone wait", async () => {
        const config = { "twinstack:app": bothWays.name, "twinstack:cloud": "local" };
        const plan = await planOf(resolve<Target>({ stack: "dev", config }, { [bothWays.name]: bothWays }));
        const { api, chat } = composeOf(plan).compose.services;
        assert.equal((api.environment as Record<string, string>).CHAT_URL, "http://chat:3000");
        assert.equal((chat.environment as Record<string, string>).API_URL, "http://api:8080");
        assert.equal(api.depends_on, undefined);
        assert.deepEqual(chat.depends_on, { api: { condition: "service_started" } });
    });

    it("runs services, what is beside them and what runs before them in the folders that they say", async () => {
        const image = { reference: "registry.example.com/api:1" };
        const app = {
            name: "folders",
            services: {
                api: {
                    image,
                    workingDirectory: "/app",
                    ports: { http: 8000 },
                    health: { path: "/" },
                    sidecars: { agent: { image, workingDirectory: "/agent" } },
                },
            },
            jobs: {
                migrate: { service: "api", command: ["migrate"], run: "deployment" },
                tables: { service: "api", image, workingDirectory: "/sql", run: "deployment" },
                other: { service: "api", image, run: "deployment" },
                entered: { service: "api", entrypoint: ["/enter"], run: "deployment" },
            },
        } satisfies AppInput;
        const config = { "twinstack:app": app.name, "twinstack:cloud": "local" };
        const plan = await planOf(resolve<Target>({ stack: "dev", config }, { [app.name]: app }));
        const { services } = composeOf(plan).compose;
        assert.deepEqual([services.entered.entrypoint, services.entered.command], [["/enter"], undefined]);
        const folders = Object.entries(services).map(([name, one]) => [name, one.working_dir]);
        assert.deepEqual(Object.fromEntries(folders), {
            api: "/app",
            "api-agent": "/agent",
            entered: "/app",
            migrate: "/app",
            other: undefined,
            tables: "/sql",
        });
    });

    it("names only what it has: services that are waited for, volumes, variables", async () => {
        for (const app of Object.keys(apps)) {
            const made = await composeOfApp(app);
            const { services, volumes = {} } = made.compose;
            const text = JSON.stringify(services);
            for (const [name, service] of Object.entries(services)) {
                assert.match(name, /^[a-z][a-z0-9-]*$/);
                for (const other of Object.keys((service.depends_on as object | undefined) ?? {}))
                    assert.ok(other in services, `${app}: ${name} waits for ${other}`);
                for (const volume of (service.volumes as string[] | undefined) ?? [])
                    assert.ok(volume.split(":")[0] in volumes, `${app}: ${name} mounts ${volume}`);
            }
            const asked = new Set([...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, variable]) => variable));
            assert.deepEqual([...asked].sort(), made.variables, app);
            // Whatever else begins with a dollar would be a variable to Compose.
            assert.doesNotMatch(text.replaceAll("$$", "").replace(/\$\{\w+:\?\}/g, ""), /\$/, app);
        }
    });

    it("prints YAML, or writes a file whose build contexts are found from where it is", async () => {
        const printed = await twinstack(["compose", "--app", "morrow"]);
        assert.equal(printed.status, 0, printed.stderr);
        const data = parse(printed.stdout) as Compose;
        assert.equal(data.services.backend.build!.context, "./workloads/morrow/backend");
        assert.match(printed.stdout, /^# morrow on this machine/);
        // `no` without quotes is a boolean to many readers of YAML.
        assert.match(printed.stdout, /restart: "no"/);

        const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        try {
            const file = join(folder, "compose.yaml");
            const written = await twinstack(["compose", "--app", "todo", "--output", file]);
            assert.equal(written.status, 0, written.stderr);
            assert.match(written.stdout, /docker compose -p todo-dev -f .*compose\.yaml up --build/);
            // Its secrets lie beside it, for nobody else to read; a second run leaves them, and what a person added, alone.
            const secrets = join(folder, ".env");
            const first = readFileSync(secrets, "utf8");
            assert.match(first, /^API_TOKEN=[A-Za-z0-9]{40}\nDB_PASSWORD=[A-Za-z0-9]{40}\n$/);
            assert.equal(statSync(secrets).mode & 0o777, 0o600);
            assert.doesNotMatch(written.stdout, new RegExp(first.trim().split(/[=\n]/)[1]));
            writeFileSync(secrets, "API_TOKEN=mine");
            assert.equal((await twinstack(["compose", "--app", "todo", "--output", file])).status, 0);
            assert.match(readFileSync(secrets, "utf8"), /^API_TOKEN=mine\nDB_PASSWORD=[A-Za-z0-9]{40}\n$/);
            const { context } = (parse(readFileSync(file, "utf8")) as Compose).services.api.build!;
            assert.equal(join(folder, context), join(process.cwd(), "workloads/todo"));
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("chooses another port for one that is taken, and never one that the file has already", async () => {
        const before = publications(compose).map(({ host }) => host);
        assert.deepEqual(before, [8080, 5432, 3000, 6379]);
        const taken = async (port: number) => [8080, 8081, 6379, 3000, 3001].includes(port);
        const { compose: after, moved } = await withFreePorts(compose, taken);
        const at = (service: string) => (after.services[service].ports as string[])[0];
        assert.deepEqual(["backend", "db", "frontend", "redis"].map(at), [
            "127.0.0.1:8082:8080",
            "127.0.0.1:5432:5432",
            "127.0.0.1:3002:3000",
            "127.0.0.1:6380:6379",
        ]);
        assert.deepEqual(moved[0], { service: "backend", container: 8080, wanted: 8080, host: 8082 });
        assert.equal(moved.length, 3);
        // What containers call each other by is left alone.
        assert.equal(
            (after.services.frontend.environment as Record<string, string>).BACKEND_URL,
            "http://backend:8080",
        );
    });

    it("knows a port that something listens at", async () => {
        const server = createServer().listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
        const { port } = server.address() as AddressInfo;
        assert.equal(await listening(port), true);
        await new Promise((resolve) => server.close(resolve));
        assert.equal(await listening(port), false);
    });

    it("is about nothing but this machine: another cloud or environment is bad input", async () => {
        for (const [flags, message] of [
            [["--cloud", "aws"], /--cloud\n {2}found {4}"aws"/],
            [["--environment", "prod"], /--environment\n {4}found {4}"prod"\n {4}allowed {2}dev:/],
        ] as const) {
            const { status, stderr } = await twinstack(["compose", ...flags]);
            assert.equal(status, 2);
            assert.match(stderr, message);
            assert.doesNotMatch(stderr, / {4}at /);
        }
    });
});

describe("A local stack", function () {
    this.timeout(60000);

    it("is planned as any other", async () => {
        const { status, stdout } = await twinstack(["plan", "--cloud", "local"]);
        assert.equal(status, 0);
        assert.match(stdout, /^todo on Docker in dev {2}local, stack dev\n/);
        assert.match(stdout, /docker\.Container +postgres:15-alpine · localhost:5432/);
    });

    it("costs nothing, and says so at the place that chose it", async () => {
        for (const command of ["cost"]) {
            const { status, stderr } = await twinstack([command, "--cloud", "local"]);
            assert.equal(status, 2);
            assert.match(stderr, /--cloud\n {4}found {4}"local", where nothing is paid\n {4}allowed {2}aws or gcp/);
        }
    });
});
