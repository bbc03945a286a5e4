import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { parse } from "yaml";

import { apps } from "../../apps";
import { settingDefaults, settingKeys } from "../../topology/settings";
import { ProblemsError, resolve } from "../../topology/validate";
import { accepted, goodConfig, problemsOf, refused, settle, smallApp, smallService } from "./settings";

const read = (file: string) => parse(readFileSync(file, "utf8")) as Record<string, Record<string, unknown>>;

describe("Stack config", () => {
    it("resolves the stack files of the repository on both clouds", () => {
        for (const stack of ["dev", "prod"])
            for (const cloud of ["aws", "gcp"]) {
                const config = { ...read(`Pulumi.${stack}.yaml`).config, "twinstack:cloud": cloud };
                const { place, environment } = resolve({ stack, config }, apps);
                assert.equal(environment, stack);
                assert.equal(place.prefix, `todo-${stack}`);
                assert.equal(place.region, cloud === "aws" ? "ap-northeast-1" : "asia-northeast1");
                assert.deepEqual(place.zones, cloud === "aws" ? ["ap-northeast-1a", "ap-northeast-1c"] : []);
                assert.equal(place.project, cloud === "aws" ? "" : `twinstack-${stack}`);
            }
    });

    it("declares in Pulumi.yaml the keys and defaults that are read", () => {
        const declared = read("Pulumi.yaml").config as Record<
            string,
            { default?: unknown; description?: string; type?: string }
        >;
        assert.deepEqual(Object.keys(declared).sort(), [...settingKeys].sort());
        for (const [key, { description, type }] of Object.entries(declared)) assert.ok(description && type, key);
        assert.deepEqual({ app: declared.app.default, cloud: declared.cloud.default }, settingDefaults);
        // Every key has a default, or the engine would ask for it; an empty environment is refused by us.
        for (const { default: value } of Object.values(declared)) assert.notEqual(value, undefined);
        assert.equal(declared.environment.default, "");
        refused(
            { config: { "twinstack:environment": "" } },
            "Pulumi.dev.yaml: twinstack:environment",
            /^one of/,
            "nothing",
        );
    });

    it("takes the default app and cloud, and empty optional keys as absent", () => {
        const config = {
            "twinstack:app": undefined,
            "twinstack:cloud": undefined,
            "twinstack:domain": "",
            "twinstack:image": "",
            "twinstack:overrides": {},
        };
        const { app, cloud } = settle({ config });
        assert.deepEqual([app.name, cloud, app.domain], ["todo", "aws", undefined]);
    });

    it("takes whole USD as a budget, also as the text that the engine makes of it; nothing and 0 are no limit", () => {
        for (const said of [150, "150"])
            assert.equal(settle({ config: { "twinstack:monthlyBudget": said } }).monthlyBudget, 150);
        for (const said of [0, "0", "", undefined])
            assert.ok(!("monthlyBudget" in settle({ config: { "twinstack:monthlyBudget": said } })));
        for (const said of [-1, 1.5, "many", "1e3", true, { secure: "x" }])
            refused(
                { config: { "twinstack:monthlyBudget": said } },
                "Pulumi.dev.yaml: twinstack:monthlyBudget",
                /^whole USD a month/,
            );
    });

    it("takes a key without a namespace as one of the project", () => {
        accepted({ config: { "twinstack:environment": undefined, environment: "dev" } });
    });

    it("refuses an unknown app, cloud, environment and region, and suggests", () => {
        refused(
            { config: { "twinstack:app": "toto" } },
            "Pulumi.dev.yaml: twinstack:app",
            /^did you mean todo\? one of account, factify, /,
            '"toto"',
        );
        refused(
            { config: { "twinstack:cloud": "gpc" } },
            "Pulumi.dev.yaml: twinstack:cloud",
            /^did you mean gcp\? one of aws\b/,
        );
        refused(
            { config: { "twinstack:environment": "production" } },
            "Pulumi.dev.yaml: twinstack:environment",
            "did you mean prod? one of dev, staging or prod",
        );
        refused(
            { config: { "twinstack:environment": undefined } },
            "Pulumi.dev.yaml: twinstack:environment",
            "one of dev, staging or prod",
            "nothing",
        );
        refused(
            { config: { "aws:region": "ap-northeast-11" } },
            "Pulumi.dev.yaml: aws:region",
            /^did you mean ap-northeast-1\? one of /,
        );
        refused(
            { cloud: "gcp", config: { "gcp:region": "asia-northeast-1" } },
            "Pulumi.dev.yaml: gcp:region",
            /^did you mean asia-northeast1\? /,
        );
        refused(
            { cloud: "gcp", config: { "gcp:region": undefined } },
            "Pulumi.dev.yaml: gcp:region",
            /^one of africa-south1, /,
            "nothing",
        );
        for (const name of ["constructor", "__proto__", "toString"])
            refused({ config: { "twinstack:app": name } }, "Pulumi.dev.yaml: twinstack:app", /^one of account, /);
    });

    it("needs a region and, on GCP, a project of the stack's cloud only", () => {
        accepted({ config: { "gcp:project": undefined, "gcp:region": undefined } });
        accepted({ cloud: "gcp", config: { "aws:region": undefined } });
        refused({ config: { "aws:region": undefined } }, "Pulumi.dev.yaml: aws:region", /^one of af-south-1, /);
        refused(
            { cloud: "gcp", config: { "gcp:project": undefined } },
            "Pulumi.dev.yaml: gcp:project",
            /6 to 30 lower-case letters/,
            "nothing",
        );
        refused(
            { cloud: "gcp", config: { "gcp:project": "My_Project" } },
            "Pulumi.dev.yaml: gcp:project",
            /^a project id/,
        );
        refused(
            { cloud: "gcp", config: { "gcp:project": 123456789 } },
            "Pulumi.dev.yaml: gcp:project",
            /^a project id/,
            "the number 123456789",
        );
    });

    it("looks at the other cloud's region, too", () => {
        refused({ config: { "gcp:region": "tokyo" } }, "Pulumi.dev.yaml: gcp:region", /^one of/);
        refused({ cloud: "gcp", config: { "aws:region": "tokyo" } }, "Pulumi.dev.yaml: aws:region", /^one of/);
    });

    it("refuses unknown keys with what was probably meant", () => {
        refused(
            { config: { "twinstack:clouds": "aws" } },
            "Pulumi.dev.yaml: twinstack:clouds",
            /^did you mean twinstack:cloud\? /,
            "a key that nothing reads",
        );
        refused(
            { config: { "twinstak:cloud": "aws" } },
            "Pulumi.dev.yaml: twinstak:cloud",
            "did you mean twinstack:cloud?",
        );
        accepted({ config: { "docker-build:host": "unix:///x", "pulumi:tags": {}, "random:x": 1 } });
    });

    it("keeps its namespace in a project of another name", () => {
        const declared = {
            "shop:app": "todo",
            "shop:cloud": "aws",
            "shop:environment": "",
            "shop:overrides": {},
            "shop:monthlyBudget": "0",
        };
        const all = { ...goodConfig, ...declared };
        assert.equal(resolve({ stack: "dev", project: "shop", config: all }, apps).place.prefix, "todo-dev");
        assert.throws(
            () => resolve({ stack: "dev", project: "shop", config: { ...all, "shop:cloud": "gcp" } }, apps),
            /Pulumi\.dev\.yaml: shop:cloud\n.*\n +allowed +twinstack:cloud, whatever/,
        );
    });

    it("refuses provider keys that the stacks do not hand on, and says what does the same", () => {
        refused(
            { config: { "aws:accessKey": "AKIASECRETSECRET" } },
            "Pulumi.dev.yaml: aws:accessKey",
            "the environment variable AWS_ACCESS_KEY_ID",
            "a key that nothing reads",
        );
        refused(
            { config: { "aws:skipRegionValidation": "true" } },
            "Pulumi.dev.yaml: aws:skipRegionValidation",
            /environment variables$/,
        );
        refused(
            { cloud: "gcp", config: { "gcp:credentials": "{}" } },
            "Pulumi.dev.yaml: gcp:credentials",
            "the environment variable GOOGLE_CREDENTIALS",
        );
        accepted({ cloud: "gcp", config: { "aws:accessKey": "AKIA" } });
        accepted({ config: { "gcp:credentials": "{}" } });
    });

    it("hands on the profile and the accounts that AWS may be reached with", () => {
        const { provider } = settle({ config: { "aws:profile": "dev", "aws:allowedAccountIds": ["123456789012"] } });
        assert.deepEqual(provider, { profile: "dev", allowedAccountIds: ["123456789012"] });
        assert.deepEqual(settle({ cloud: "gcp", config: { "aws:profile": "dev" } }).provider, {});
        refused(
            { config: { "aws:allowedAccountIds": ["123"] } },
            "Pulumi.dev.yaml: aws:allowedAccountIds[0]",
            /12-digit/,
        );
        refused(
            { config: { "aws:allowedAccountIds": "123456789012" } },
            "Pulumi.dev.yaml: aws:allowedAccountIds",
            /12-digit/,
        );
    });

    it("never shows an encrypted value", () => {
        for (const key of ["twinstack:domain", "twinstack:overrides", "aws:region"])
            refused(
                { config: { [key]: { secure: "v1:canary" } } },
                `Pulumi.dev.yaml: ${key}`,
                /plain value/,
                "an encrypted value",
            );
    });

    it("refuses overrides that are no map", () => {
        for (const overrides of ["{", "services", [], null, 3, true])
            refused({ overrides }, "Pulumi.dev.yaml: twinstack:overrides", /^a map: a part of the topology/);
    });

    it("reads maps of overrides in the order of their keys, as the engine hands them over", () => {
        const origins = { web: { service: "web" }, apples: { service: "web", path: "/apples" } };
        const { app } = settle({
            app: { ...smallApp, domain: { name: "shop.example.com" } },
            overrides: {
                cdn: { host: "cdn.shop.example.com", origins, behaviors: [{ path: "/web/*", origin: "web" }] },
            },
        });
        assert.deepEqual(Object.keys(app.cdn!.origins), ["apples", "web"]);
    });

    it("deploys twinstack:image as the app's only service", () => {
        const image = `registry.example.com/todo@sha256:${"a".repeat(64)}`;
        assert.equal(settle({ config: { "twinstack:image": image } }).app.services.api.image.reference, image);
        const prod = { "twinstack:environment": "prod", "twinstack:domain": "todo.example.com" };
        const inProd = { ...prod, "twinstack:image": "todo:latest" };
        refused({ config: inProd }, "Pulumi.dev.yaml: twinstack:image", /^in prod a digest/);
        refused({ config: { "twinstack:image": "to do" } }, "Pulumi.dev.yaml: twinstack:image", /an image such as/);
        const two = {
            ...smallApp,
            services: { web: smallService, job: { ...smallService, routes: [{ path: "/jobs" }] } },
        };
        refused(
            { app: two, config: { "twinstack:image": image } },
            "Pulumi.dev.yaml: twinstack:image",
            /overrides\.services\.<service>\.image\.reference/,
        );
        refused(
            { overrides: { services: { api: { image: { reference: image } } } }, config: { "twinstack:image": image } },
            "Pulumi.dev.yaml: twinstack:overrides.services.api.image.reference",
            /twinstack:image/,
        );
    });

    it("insists on a domain in prod, on both clouds", () => {
        for (const cloud of ["aws", "gcp"] as const) {
            refused(
                { cloud, environment: "prod", stack: "prod" },
                "Pulumi.prod.yaml: twinstack:domain",
                /prod serves HTTPS only/,
                "nothing",
            );
            accepted({ cloud, environment: "prod", stack: "prod", config: { "twinstack:domain": "todo.example.com" } });
        }
        refused(
            { environment: "prod", config: { "twinstack:domain": "todo" } },
            "Pulumi.dev.yaml: twinstack:domain",
            /host name/,
            '"todo"',
        );
        refused(
            { environment: "prod", config: { "twinstack:domain": 5 } },
            "Pulumi.dev.yaml: twinstack:domain",
            /host name/,
            "the number 5",
        );
    });

    it("refuses a stack's name that no resource could bear", () => {
        for (const stack of ["Dev", "dev.1", "my_stack", "a--b"])
            refused({ stack }, `Pulumi.${stack}.yaml: the stack's name`, /pulumi stack rename/);
        accepted({ stack: "feature-1" });
    });

    it("reports every problem at once, in a block each", () => {
        const overrides = {
            services: { api: { cpu: "2", scale: { max: 0 }, typo: 1 }, apy: {} },
            network: { cidr: "10.0.0.1/16" },
        };
        const config = {
            "twinstack:environment": "prod",
            "aws:region": "x",
            "aws:accessKey": "canary",
            "gcp:region": "y",
        };
        try {
            resolve({ stack: "dev", config: { ...goodConfig, ...config, "twinstack:overrides": overrides } }, apps);
            assert.fail("accepted");
        } catch (error) {
            assert.ok(error instanceof ProblemsError);
            assert.equal(error.problems.length, 9);
            assert.match(error.message, /^9 problems in the configuration of stack dev:\n\n/);
            assert.ok(
                error.message.includes(
                    '  Pulumi.dev.yaml: twinstack:overrides.services.api.cpu\n    found    the string "2"\n    allowed  a number above 0, without quotes\n',
                ),
            );
            assert.ok(!error.message.includes("canary"));
        }
        assert.equal(problemsOf({ overrides, config }).length, 9);
    });
});
