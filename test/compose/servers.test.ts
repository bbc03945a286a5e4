import assert from "node:assert/strict";

import { oneService, reasons } from "./importing";

describe("A stranger's servers and workers", () => {
    it("is a worker where a check asks Celery, or a script starts one, whoever waits for it", () => {
        const worker = { image: "registry.example.com/app:1" };
        const waits = (healthy: object) =>
            oneService(
                {},
                {
                    beat: {
                        ...worker,
                        command: "/start-beat",
                        depends_on: { worker: { condition: "service_healthy" } },
                    },
                    worker: { ...worker, ...healthy },
                },
            );
        const celery = { healthcheck: { test: ["CMD", "celery", "-A", "app", "inspect", "ping"] } };
        for (const healthy of [celery, { command: "/start-worker" }, { command: ["./bin/run-celery-worker"] }]) {
            const found = waits(healthy);
            assert.deepEqual(found.app.services.worker.ports, undefined);
            assert.deepEqual(
                found.notes.filter(({ mend }) => mend),
                [],
            );
        }
        assert.match(reasons(waits({ command: ["serve"] }), "services.worker"), /no port, although beat/);
    });

    it("is told of what its store does otherwise in the cloud, and has to be mended where it sees that", () => {
        const store = (image: string, command: string) =>
            oneService(
                { environment: { DATABASE_URL: "postgres://u:p@db/app", REDIS_URL: "redis://redis" } },
                {
                    db: { image: "postgres:16" },
                    redis: { image: "redis:7" },
                    [image.split(":")[0] === "redis" ? "redis" : "db"]: { image, command },
                },
            );
        const said = (image: string, command: string) =>
            store(image, command).notes.find(({ at }) => at.endsWith(".command"))!;
        for (const [image, command] of [
            ["postgres:16", "postgres -c max_connections=30 -c timezone=Asia/Tokyo"],
            ["postgres:16", "-c shared_preload_libraries=timescaledb"],
            ["redis:7", "redis-server --notify-keyspace-events Ex"],
            ["redis:7", "redis-server --databases 32"],
        ])
            assert.equal(said(image, command).mend, true, command);
        for (const [image, command, reason] of [
            [
                "postgres:16",
                "postgres -c max_connections=30",
                /^max_connections=30: left out, as it follows from the size/,
            ],
            ["redis:7", "redis-server --appendonly yes --maxmemory-policy noeviction", /not by noeviction$/],
        ] as const) {
            const { mend, reason: why } = said(image, command);
            assert.equal(mend, false, command);
            assert.match(why, reason);
        }
    });

    it("leads to no store of one's own machine, and has no empty password", () => {
        const at = (environment: object) =>
            oneService({ environment }, { db: { image: "postgres:16" } }).notes.filter(({ mend }) => mend);
        assert.match(
            at({ CACHE: "redis://localhost:6379/0" })[0].reason,
            /a store on the machine that Compose runs on/,
        );
        assert.match(
            at({ MAIN: "postgresql+asyncpg://u:p@127.0.0.1:5432/app" })[0].reason,
            /a store on the machine that Compose runs on/,
        );
        const whole = { DB_HOST: "db", DB_USER: "u", DB_PASSWORD: "p", DB_NAME: "app" };
        assert.deepEqual(at({ ...whole, DB_PASSWORD_EMPTY: "0" }), []);
        assert.match(at({ ...whole, DB_PASSWORD_EMPTY: "1" })[0].reason, /has no password/);
    });

    it("listens at the port that both clouds say as PORT", () => {
        const at = (value: string) =>
            oneService({ environment: { PORT: value } })
                .notes.filter(({ mend }) => mend)
                .map(({ reason }) => reason);
        assert.deepEqual(at("8080"), []);
        assert.match(at("3000").join(), /^both clouds say PORT, .* 8080 here: .* or take 3000 by another name$/);
    });

    it("mounts no folder of the machine within another one", () => {
        const volumes = (...mounted: string[]) =>
            oneService({ volumes: mounted })
                .notes.filter(({ mend }) => mend)
                .map(({ reason }) => reason);
        assert.deepEqual(volumes("./data:/data", "./data2:/more"), []);
        assert.match(volumes("./data:/data", "./data/images:/images").join(), /lie in each other/);
        assert.match(volumes("./data/images:/images", "./data:/data").join(), /lie in each other/);
    });

    it("has a read-only root on AWS where /tmp alone is written to", () => {
        const root = (tmpfs: string[]) =>
            oneService({ read_only: true, tmpfs }).app.services.api.aws?.readonlyRootFilesystem ?? false;
        assert.equal(root(["/tmp"]), true);
        assert.equal(root(["/tmp:size=64m", "/run"]), false);
    });

    it("is checked where a variable of its own leads", () => {
        const found = oneService({
            environment: { BASE: "http://localhost:8080" },
            healthcheck: { test: "curl --fail $$BASE/info" },
        });
        const { path, container } = found.app.services.api.health!;
        assert.deepEqual([path, container?.command], ["/info", ["sh", "-c", "curl --fail $BASE/info"]]);
    });

    it("names no other service within a longer value, but where visitors come from", () => {
        const others = { web: { image: "registry.example.com/web:1", ports: ["80:80"] } };
        const mended = (environment: object) =>
            oneService({ environment }, others)
                .notes.filter(({ at, mend }) => mend && at.startsWith("services.api"))
                .map(({ reason }) => reason);
        for (const value of [
            "http://web:80,http://web:80/b",
            "a.example.com:80 web:80",
            "https://a.example.com,http://web",
        ])
            assert.match(mended({ TARGETS: value }).join(), /names web, which only Compose's network knows/, value);
        for (const value of [
            "http://web.example.com:80,http://a",
            "the web: 80 pages",
            "web",
            "localhost:80,127.0.0.1:80",
        ])
            assert.deepEqual(mended({ TARGETS: value }), [], value);
        assert.deepEqual(mended({ CORS_ORIGINS: "http://localhost:3000,http://web:80" }), []);
    });

    it("has no value that stands for one", () => {
        const mended = (value: string) =>
            oneService({ environment: { HOSTS: value } }).notes.filter(({ mend }) => mend).length;
        for (const value of ["<YOUR_DOMAIN.COM>", "#SITE_URL#", "a.example.com,<your domain>", "{{ domain }}"])
            assert.equal(mended(value), 1, value);
        for (const value of ["<b>Shop</b> is open", "#fff", "<info@example.com> Shop", "{{user}} of {{shop}}"])
            assert.equal(mended(value), 0, value);
    });

    it("leads a script that waits for a store by its bare name to it", () => {
        const waits = (command: string) =>
            oneService(
                { command, environment: { DATABASE_URL: "postgres://u:p@db/app" } },
                { db: { image: "postgres:16" } },
            );
        const found = waits("sh -c './wait-for-postgres.sh db && ./app'");
        assert.deepEqual(found.app.services.api.command, ["sh", "-c", "./wait-for-postgres.sh $DB_HOST && ./app"]);
        assert.equal(waits("./wait-for-postgres.sh dbx ./app").notes.filter(({ mend }) => mend).length, 0);
    });
});
