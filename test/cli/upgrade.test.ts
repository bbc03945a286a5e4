import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { steps } from "../../cli/upgrade";
import { explain, Upgrades, upgradesBetween, type Upgrade } from "../../plan/upgrades";
import type { Change } from "../../plan/diff";
import { replacing } from "../../plan/replacing";
import { root, twinstack } from "../twinstack";

const entry = (rest: Partial<Upgrade>): Upgrade => ({
    version: "0.2.0",
    change: "removed",
    types: ["aws:rds/instance:Instance"],
    text: "x",
    ...rest,
});
const replaced = (name: string, type: string, path: string, follows?: string[]): Change => ({
    kind: "replace",
    type,
    name,
    properties: [{ path, before: 1, after: 2, replaces: true, ...(follows && { follows }) }],
});

describe("twinstack upgrade", () => {
    it("is only ever a look: without --check it says what upgrades", async () => {
        const { status, stderr } = await twinstack(["upgrade"]);
        assert.equal(status, 2);
        assert.match(stderr, /no --check[^]*npm install --save-exact @twinstack\/core@<version>/);
    });

    it("asks for a version where package.json does not say where the package is from", async () => {
        const { status, stderr } = await twinstack(["upgrade", "--check"]);
        assert.equal(status, 2);
        assert.match(stderr, /--to\n {2}found {4}nothing, and package\.json has no @twinstack\/core\n/);
    });

    it("says which packages the project has to have in the version of the package", () => {
        const at = (version: string) => ({ dependencies: { "@pulumi/pulumi": version, zod: version } });
        assert.deepEqual(steps(at("1.0.0"), at("1.0.0")), []);
        assert.deepEqual(steps(at("1.0.0"), at("2.0.0")), ["npm install --save-exact @pulumi/pulumi@2.0.0"]);
    });

    it("counts what the later list has and the earlier has not, also where only a text was mended", () => {
        const [old, mended, more] = [entry({}), entry({ text: "y" }), entry({ version: "0.3.0" })];
        assert.deepEqual(upgradesBetween([old], [mended, more]), [more]);
        assert.deepEqual(upgradesBetween([old, more], [old]), []);
    });

    it("accounts for what follows something that is accounted for, and for nothing else", () => {
        const [group, db] = ["aws:rds/subnetGroup:SubnetGroup", "aws:rds/instance:Instance"];
        const changes = [replaced("g", group, "name"), replaced("db", db, "dbSubnetGroupName", ["g"])];
        const accounted = (...told: Upgrade[]) => explain({ changes }, told).map((each) => each.accounted);
        assert.deepEqual(accounted(), [false, false]);
        assert.deepEqual(accounted(entry({ change: "replaced", types: [group], inputs: ["name"] })), [true, true]);
        assert.deepEqual(accounted(entry({ change: "replaced", types: [db], inputs: ["dbSubnetGroupName"] })), [
            false,
            true,
        ]);
        // Something new of which nothing is said, such as a network under another name, is not accounted for either.
        const made: Change[] = [{ kind: "create", type: group, name: "g", properties: [] }, changes[1]];
        assert.deepEqual(
            explain({ changes: made }, []).map((each) => each.accounted),
            [true, false],
        );
    });

    it("has a list of types that there are", () => {
        const list = Upgrades.parse(JSON.parse(readFileSync(join(root, "upgrades.json"), "utf8")));
        const unknown = list.flatMap(({ types }) => types.filter((type) => !Object.hasOwn(replacing, type)));
        assert.deepEqual(unknown, []);
    });
});
