import assert from "node:assert/strict";

import fc from "fast-check";

import { apps as known } from "../apps";
import { planOf } from "../plan/plan";
import type { AppInput } from "../topology/app";
import { ProblemsError, resolve, type Settings, type Stack } from "../topology/validate";
import { everything, full } from "./everything";

/** Mutated stack configs a run; `FUZZ_RUNS` for more, `FUZZ_SEED` to repeat one. */
const runs = Number(process.env.FUZZ_RUNS ?? 500);
const seed = process.env.FUZZ_SEED === undefined ? undefined : Number(process.env.FUZZ_SEED);

const apps: Record<string, AppInput> = { todo: known.todo, everything };

type Outcome = { stack: Stack } | { problems: number };

/** A stack, or how many located problems its settings have. Whatever else is thrown is a bug. */
function outcome(settings: Settings): Outcome {
    try {
        return { stack: resolve(settings, apps) };
    } catch (error) {
        if (!(error instanceof ProblemsError)) throw error;
        assert.ok(error.problems.length > 0);
        for (const problem of error.problems) {
            for (const part of [problem.path, problem.found, problem.allowed]) {
                assert.ok(typeof part === "string" && part.trim() !== "", JSON.stringify(problem));
                assert.ok(!/undefined|\[object|\p{Cc}/u.test(part), JSON.stringify(problem));
            }
            assert.match(problem.path, /^(Pulumi\..*\.yaml|apps\/(todo|everything)\.ts): ./);
        }
        return { problems: error.problems.length };
    }
}

const slip = (key: string): string => (key.length > 2 ? key.slice(0, 1) + key[2] + key[1] + key.slice(3) : `${key}x`);
const hostileKeys = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "",
    "a.b",
    "0",
    "\u001b[31m",
];

/** Values that are wrong in most places: types, ranges, depths. */
const wrongValue = fc.oneof(
    fc.constantFrom<unknown>(
        null,
        "",
        [],
        {},
        true,
        "2",
        0,
        -1,
        1e300,
        0.1,
        Number.NaN,
        Infinity,
        65536,
        "null",
        [null],
        "10.0.0.0/8",
        "aws",
    ),
    fc.integer({ min: -10, max: 100_000 }),
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.jsonValue({ maxDepth: 4 }),
    fc
        .integer({ min: 1, max: 200 })
        .map((depth) => JSON.parse('{"services":'.repeat(depth) + "1" + "}".repeat(depth)) as unknown),
    fc.constantFrom(...hostileKeys).map((key) => JSON.parse(`{${JSON.stringify(key)}: {"polluted": true}}`) as unknown),
);

/** Values that are right somewhere. */
const plausible = fc.constantFrom<unknown>(
    0.25,
    0.5,
    1,
    2,
    4,
    512,
    1024,
    2048,
    8192,
    "14",
    "db-custom-2-7680",
    "db.t4g.micro",
    "single",
    true,
    false,
    30,
    "example.com",
    "10.0.8.0/24",
    "web",
    "files",
    "admin",
    "0 3 * * 1-5",
    "08:00",
    "Asia/Tokyo",
    "asia-northeast2",
    "us-west-2",
    "*.js",
    "id",
    ["db"],
);

interface Mutation {
    /** Chooses the place, by walking down from the root. */
    walk: number[];
    kind: "drop" | "replace" | "plausible" | "unknown" | "slip" | "hostile" | "wrap";
    wrong: unknown;
    right: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
    walk: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
    kind: fc.constantFrom("drop", "replace", "plausible", "unknown", "slip", "hostile", "wrap"),
    wrong: wrongValue,
    right: plausible,
});

function define(map: object, key: string, value: unknown): void {
    Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
}

function mutate(root: object, { walk, kind, wrong, right }: Mutation): void {
    let map = root as Record<string, unknown>;
    let key = "";
    for (const [index, step] of walk.entries()) {
        const keys = Object.keys(map);
        if (!keys.length) return;
        key = keys[step % keys.length];
        const next = Object.hasOwn(map, key) ? map[key] : undefined;
        if (index === walk.length - 1 || typeof next !== "object" || next === null) break;
        map = next as Record<string, unknown>;
    }
    const value = map[key];
    switch (kind) {
        case "drop":
            delete map[key];
            break;
        case "replace":
            define(map, key, wrong);
            break;
        case "plausible":
            define(map, key, right);
            break;
        case "unknown":
            define(map, "surprise", wrong);
            break;
        case "slip":
            delete map[key];
            define(map, slip(key), value);
            break;
        case "hostile":
            define(map, hostileKeys[walk[0] % hostileKeys.length], wrong);
            break;
        case "wrap":
            define(map, key, [value]);
            break;
    }
}

const settings: fc.Arbitrary<Settings> = fc
    .record({
        stack: fc.oneof(
            { arbitrary: fc.constant("dev"), weight: 9 },
            { arbitrary: fc.string({ maxLength: 40 }), weight: 1 },
        ),
        app: fc.constantFrom("todo", "everything"),
        cloud: fc.constantFrom("aws", "gcp"),
        environment: fc.constantFrom("dev", "staging", "prod"),
        mutations: fc.array(mutation, { maxLength: 4 }),
        configMutations: fc.oneof(
            { arbitrary: fc.constant([]), weight: 3 },
            { arbitrary: fc.array(mutation, { maxLength: 2 }), weight: 1 },
        ),
    })
    .map(({ stack, app, cloud, environment, mutations, configMutations }) => {
        const overrides = full[app]();
        for (const each of mutations) mutate(overrides, each);
        const config: Record<string, unknown> = {
            "twinstack:app": app,
            "twinstack:cloud": cloud,
            "twinstack:environment": environment,
            "twinstack:domain": "todo.example.com",
            "twinstack:overrides": overrides,
            "aws:region": "ap-northeast-1",
            "gcp:project": "twinstack-dev",
            "gcp:region": "asia-northeast1",
        };
        for (const each of configMutations) mutate(config, each);
        return { stack, config };
    });

describe("Any stack config", function () {
    this.timeout(Math.max(120_000, 100 * runs));

    it("is resolved, or refused with located problems; nothing else is ever thrown", async () => {
        const accepted: Stack[] = [];
        let refused = 0;
        await fc.assert(
            fc.asyncProperty(settings, async (each) => {
                const result = outcome(each);
                if ("stack" in result) accepted.push(result.stack);
                else refused++;
                assert.equal(({} as Record<string, unknown>).polluted, undefined);
            }),
            { numRuns: runs, seed, endOnFailure: false },
        );
        assert.ok(accepted.length + refused >= Math.min(runs, 1000));
        // A fuzz test that refuses everything, or nothing, tests only half.
        assert.ok(accepted.length > runs / 20, `only ${accepted.length} of ${runs} accepted`);
        assert.ok(refused > runs / 4, `only ${refused} of ${runs} refused`);

        // What validation accepts, the program must be able to build.
        for (const stack of accepted.filter((_, index) => index % 50 === 0)) {
            const { resources } = await planOf(stack);
            assert.ok(resources.length > 20, `${stack.cloud}: ${resources.length} resources`);
        }
    });

    it("is refused when all of it is noise", () => {
        fc.assert(
            fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (config, overrides) => {
                outcome({ stack: "dev", config: { ...config, "twinstack:overrides": overrides } });
            }),
            { numRuns: 500, seed },
        );
    });
});
