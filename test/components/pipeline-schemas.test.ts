import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { buildspec } from "../../components/aws/pipeline";
import { build } from "../../components/gcp/pipeline";

const PATH = [process.env.PATH, join(homedir(), ".local/bin")].join(":");
const pipeline = {
    folder: "infra",
    timeoutMinutes: 90,
    aws: { state: "s3://acme-state?region=us-east-1" },
    gcp: { state: "gs://acme-state" },
} as Parameters<typeof buildspec>[2] & Parameters<typeof build>[1];

/** Cloud Build's own words for what the provider calls otherwise. */
const cloudBuild = (): Record<string, unknown> => {
    const { steps, ...rest } = build({ stack: "prod", project: "acme" }, pipeline);
    const said = (steps as unknown as Record<string, unknown>[]).map(({ envs, ...each }) => ({
        ...each,
        ...(envs ? { env: envs } : {}),
    }));
    return { ...rest, steps: said };
};

/**
 * Cloud Build's schema is SchemaStore's, as check-jsonschema has it. What AWS publishes for editors lies where a test should not have to look
 * (d3rrggjwfhwld2.cloudfront.net), so its reference is written down here, and strictly.
 */
describe("What the clouds' own pipelines run", () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-schema-"))));
    after(() => rmSync(folder, { recursive: true }));

    /** What is wrong with a file; undefined where nobody is there to ask. */
    function faults(text: string, schema: string[]): string | undefined {
        const file = join(folder, "said.yaml");
        writeFileSync(file, text);
        const { error, status, stdout, stderr } = spawnSync("check-jsonschema", [...schema, file], {
            encoding: "utf8",
            env: { ...process.env, PATH },
        });
        if (!error) return status === 0 ? "" : stdout + stderr;
        process.stderr.write("      skipped: there is no check-jsonschema on PATH; .ci/run says how it is installed\n");
        return undefined;
    }

    const ofCodeBuild = ["--schemafile", join(__dirname, "buildspec.schema.json")];
    for (const stage of ["test", "deploy"] as const)
        it(`is a buildspec, in the stage ${stage}`, function () {
            const text = buildspec(stage, { stack: "prod" }, pipeline);
            const found = faults(text, ofCodeBuild);
            if (found === undefined) return this.skip();
            assert.equal(found, "");
            assert.match(faults(text.replace("commands:", "command:"), ofCodeBuild)!, /command/);
        });

    it("is a build of Cloud Build", function () {
        const ofCloudBuild = ["--builtin-schema", "vendor.cloudbuild"];
        const found = faults(stringify(cloudBuild()), ofCloudBuild);
        if (found === undefined) return this.skip();
        assert.equal(found, "");
        assert.match(faults(stringify({ ...cloudBuild(), timeout: 90 }), ofCloudBuild)!, /timeout/);
    });
});
