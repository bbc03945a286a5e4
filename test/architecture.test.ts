import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { ESLint } from "eslint";

/** From the ground up: a room knows those before it, never those behind it. */
const rooms = [
    "topology",
    "components",
    "stacks",
    "plan",
    "operate",
    "cost",
    "report",
    "compose",
    "ship",
    "pipeline",
    "sdk",
    "cli",
];
/** These see a stack only as the plan shows it; and nothing but the command looks at a report. */
const hidden: Record<string, string[]> = {
    operate: ["components", "stacks"],
    cost: ["components", "stacks"],
    report: ["components", "stacks"],
    compose: ["stacks", "report"],
    ship: ["components", "report", "compose"],
    // A pipeline is of a project as the command describes it, and of what a plan tells.
    pipeline: ["components", "stacks", "report", "compose", "ship"],
    // What other programs import loads a program, and nothing that is only for people.
    sdk: ["plan", "operate", "cost", "report", "compose", "ship", "pipeline"],
};

describe("The rooms", () => {
    const eslint = new ESLint();
    const lint = async (file: string, specifier: string) => {
        const [result] = await eslint.lintText(`import { x } from "${specifier}";\nexport const y = x;\n`, {
            filePath: file,
        });
        return result.messages.some(({ ruleId }) => ruleId === "no-restricted-imports") ? "refused" : "allowed";
    };

    for (const [index, room] of rooms.entries())
        it(`keep ${room}/ from importing what stands on it, and let it import what it stands on`, async () => {
            for (const above of rooms.slice(index + 1))
                assert.equal(await lint(`${room}/x.ts`, `../${above}/y`), "refused", `${room} → ${above}`);
            for (const below of rooms.slice(0, index)) {
                const verdict = hidden[room]?.includes(below) ? "refused" : "allowed";
                assert.equal(await lint(`${room}/x.ts`, `../${below}/y`), verdict, `${room} → ${below}`);
            }
        });

    it("have no files that import each other in a circle, be it for a type", () => {
        const files = rooms.flatMap((room) =>
            readdirSync(room, { recursive: true, encoding: "utf8" })
                .filter((file) => /(?<!\.d)\.tsx?$/.test(file))
                .map((file) => join(room, file)),
        );
        const known = new Set(files);
        const imports = new Map(
            files.map((file) => [
                file,
                [...readFileSync(file, "utf8").matchAll(/^(?:import|export|\}).* from "(\.[^"]+)";$/gm)]
                    .map(([, specifier]) => join(dirname(file), specifier))
                    .flatMap((path) => [`${path}.ts`, `${path}.tsx`, join(path, "index.ts")])
                    .filter((path) => known.has(path)),
            ]),
        );
        assert.ok(imports.get("compose/import/map.ts")!.includes("compose/import/parts.ts"));
        const done = new Set<string>();
        const follow = (file: string, way: string[]): void => {
            const from = way.indexOf(file);
            assert.ok(from < 0, [...way.slice(from), file].join(" → "));
            if (done.has(file)) return;
            for (const next of imports.get(file)!) follow(next, [...way, file]);
            done.add(file);
        };
        for (const file of files) follow(file, []);
    });

    it("keep the two clouds' components apart", async () => {
        assert.equal(await lint("components/aws/x.ts", "../gcp/y"), "refused");
        assert.equal(await lint("components/gcp/x.ts", "../aws/y"), "refused");
        assert.equal(await lint("components/aws/x.ts", "@pulumi/gcp/storage"), "refused");
        assert.equal(await lint("components/gcp/x.ts", "@pulumi/aws/s3"), "refused");
    });

    it("keep Docker's components and the clouds' apart", async () => {
        for (const cloud of ["aws", "gcp"]) {
            assert.equal(await lint("components/local/x.ts", `../${cloud}/y`), "refused");
            assert.equal(await lint("components/local/x.ts", `@pulumi/${cloud}/storage`), "refused");
            assert.equal(await lint(`components/${cloud}/x.ts`, "../local/y"), "refused");
            assert.equal(await lint(`components/${cloud}/x.ts`, "@pulumi/docker/container"), "refused");
            assert.equal(await lint(`components/${cloud}/x.ts`, "@pulumi/docker-build"), "allowed");
        }
        assert.equal(await lint("components/local/x.ts", "@pulumi/docker/container"), "allowed");
    });

    it("keep what asks the two clouds of a running stack apart", async () => {
        assert.equal(await lint("ship/live/aws/x.ts", "../gcp/y"), "refused");
        assert.equal(await lint("ship/live/gcp/x.ts", "../aws/y"), "refused");
        assert.equal(await lint("ship/live/aws/x.ts", "../client"), "allowed");
        assert.equal(await lint("ship/live/x.ts", "./gcp/y"), "allowed");
    });

    it("keep Pulumi out of the topology, and the SDKs' indexes out of everything", async () => {
        assert.equal(await lint("topology/x.ts", "@pulumi/pulumi"), "refused");
        assert.equal(await lint("components/aws/x.ts", "@pulumi/aws"), "refused");
        assert.equal(await lint("components/aws/x.ts", "@pulumi/aws/ecs"), "allowed");
    });
});

describe("The twins", () => {
    /** Files that are a role of their own; the others in a folder are parts of one. */
    const roles = [
        "account",
        "alarms",
        "bucket",
        "cache",
        "cdn",
        "database",
        "deployer",
        "dns",
        "filesystem",
        "firewall",
        "image",
        "ingress",
        "job",
        "network",
        "pipeline",
        "platform",
        "queue",
        "rotation",
        "secret",
        "service",
        "table",
    ];
    const classOf = (cloud: string, role: string) =>
        [...readFileSync(`components/${cloud}/${role}.ts`, "utf8").matchAll(/^export class (\w+)/gm)].map(
            ([, name]) => name,
        );

    for (const role of roles)
        it(`export the same class from ${role}.ts on both clouds`, () => {
            assert.deepEqual(classOf("aws", role), classOf("gcp", role));
            assert.deepEqual(classOf("aws", role), [role[0].toUpperCase() + role.slice(1)]);
        });

    it("have a third where a laptop can have one, of the same class", () => {
        // Not made on a laptop: what watches, guards, scales and names a public entrance.
        const absent =
            "account alarms cdn deployer dns firewall ingress pipeline platform queue rotation scaling".split(" ");
        const parts = ["dynamodb"];
        const local = readdirSync("components/local")
            .map((file) => file.replace(".ts", ""))
            .filter((file) => classOf("local", file).length > 0);
        assert.deepEqual(
            local.filter((file) => !parts.includes(file)).sort(),
            roles.filter((role) => !absent.includes(role)).sort(),
        );
        for (const role of local) assert.equal(classOf("local", role)[0].toLowerCase(), role);
    });

    it("are all there are: a file that exports a class is a role, or belongs to one", () => {
        const parts = { aws: ["accesslogs"], gcp: [] as string[] };
        for (const cloud of ["aws", "gcp"] as const) {
            const files = readdirSync(`components/${cloud}`).map((file) => file.replace(".ts", ""));
            const classes = files.filter((file) => classOf(cloud, file).length > 0);
            assert.deepEqual(classes.sort(), [...roles, ...parts[cloud]].sort());
        }
    });
});
