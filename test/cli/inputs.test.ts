import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root, twinstack, type Said } from "../twinstack";

/** A file that somebody may write, and what is said of it: nothing where it is right, else each problem with its place. */
type Case = [text: string | Buffer, ...said: RegExp[]];

const stack = (...lines: string[]) => ["config:", ...lines.map((line) => `  ${line}`), ""].join("\n");
const dev = ["twinstack:app: todo", "twinstack:cloud: aws", "twinstack:environment: dev", "aws:region: ap-northeast-1"];

const stacks: Record<string, Case> = {
    good: [stack(...dev)],
    bom: [`\ufeff${stack(...dev)}`],
    crlf: [stack(...dev).replaceAll("\n", "\r\n")],
    case: [
        stack("twinstack:cloud: AWS", "twinstack:environment: production", "aws:region: Tokyo"),
        /3 problems/,
        /twinstack:cloud\n {4}found {4}"AWS"\n {4}allowed {2}did you mean aws\?/,
        /did you mean prod\?/,
        /aws:region\n {4}found {4}"Tokyo"/,
    ],
    dup: [stack("twinstack:app: todo", "twinstack:app: logo"), /Map keys must be unique at line 3, column 3/],
    empty: ["", /2 problems/, /twinstack:environment\n {4}found {4}nothing/, /aws:region\n {4}found {4}nothing/],
    nullconfig: ["config:\n", /2 problems/, /twinstack:environment\n {4}found {4}nothing/],
    listconfig: ["config: []\n", /config\n {2}found {4}a list\n {2}allowed {2}a map/],
    noconfig: [
        dev.join("\n"),
        /twinstack:app\n {2}found {4}a key that nothing reads\n {2}allowed {2}.*indented below config:/,
    ],
    noprefix: [stack("app: todo", "cloud: gcp", "environment: dev"), /2 problems/, /gcp:region/, /gcp:project/],
    scalar: ["hello\n", /a map was expected/],
    strover: [
        stack(...dev, 'twinstack:overrides: "cpu=2"'),
        /overrides\n {4}found {4}the string "cpu=2"\n {4}allowed {2}a map/,
    ],
    tabs: [
        "config:\n\ttwinstack:app: todo\n",
        /Tabs are not allowed as indentation at line 2, column 1/,
        /\\x09twinstack/,
    ],
    types: [
        stack(
            "twinstack:app: [todo]",
            "twinstack:cloud: {a: b}",
            "twinstack:environment: 1",
            "aws:region: true",
            "twinstack:monthlyBudget: lots",
        ),
        /5 problems/,
        /twinstack:app\n {4}found {4}a list of 1/,
        /monthlyBudget\n {4}found {4}the string "lots"/,
    ],
    typo: [stack(...dev, "twinstack:clowd: aws"), /1 problem /, /did you mean twinstack:cloud\?/],
    huge: [
        stack(
            ...dev,
            "twinstack:overrides:",
            '  services: { api: { memory: 1e400, cpu: -1, scale: { min: 99999999999999999999, max: "ten" } } }',
        ),
        /4 problems/,
        /memory\n {4}found {4}Infinity/,
        /scale\.max\n {4}found {4}the string "ten"/,
    ],
    unicode: [
        stack(
            ...dev,
            "twinstack:overrides:",
            "  services: { apî: { cpu: 1 }, __proto__: { cpu: 1 }, constructor: { cpu: 1 } }",
        ),
        /3 problems/,
        /services\["apî"\]/,
        /services\.__proto__/,
        /services\.constructor/,
    ],
    deep: [stack(`twinstack:overrides: ${"[".repeat(5000)}${"]".repeat(5000)}`), /is not valid YAML/],
    binary: [
        Buffer.from([0x8b, 0x45, 0x38, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x00, 0x0a, 0x3a, 0x07]),
        /Pulumi\.binary\.yaml/,
    ],
};

const usages: Record<string, Case> = {
    "good.yaml": ["monthly_requests: 100000\n"],
    "good.json": ['{ "monthly_requests": 5 }'],
    "empty.yaml": [""],
    "bom.json": ['\ufeff{"monthly_requests": 5}'],
    "bad.json": ['{"requests": 5,}', /bad\.json: requests\n {4}found {4}the unknown key "requests"/],
    "dup.yaml": ["monthly_requests: 1\nmonthly_requests: 2\n", /dup\.yaml:2\n {4}found {4}Map keys must be unique/],
    "huge.yaml": ["monthly_requests: 1e999\n", /monthly_requests\n {4}found {4}Infinity/],
    "huge2.yaml": ["monthly_requests: 1e18\n", /monthly_requests\n.*\n {4}allowed {2}a number from 0 to 1000000000000/],
    "list.yaml": [
        "- monthly_requests: 1\n",
        /list\.yaml\n {4}found {4}a list of 1\n {4}allowed {2}a map with monthly_requests/,
    ],
    "nan.yaml": ["monthly_requests: .nan\n", /found {4}NaN/],
    "neg.yaml": ["monthly_requests: -1\n", /found {4}-1/],
    "proto.yaml": ["__proto__: {a: 1}\n", /the unknown key "__proto__"/],
    "scalar.yaml": ["lots\n", /scalar\.yaml\n {4}found {4}the string "lots"/],
    "str.yaml": ['monthly_requests: "many"\n', /a number from 0 to 1000000000000, without quotes/],
    "tabs.yaml": ["\tmonthly_requests: 1\n", /tabs\.yaml:1\n {4}found {4}Tabs are not allowed/],
    "unk.yaml": ["monthly_request: 1\n", /did you mean monthly_requests\?/],
};

describe("A file of settings", function () {
    this.timeout(60_000);
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-inputs-"));
        mkdirSync(join(folder, "apps"));
        cpSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
        writeFileSync(
            join(folder, "apps/index.ts"),
            `const shop = (name: string) => ({
                name,
                services: { api: { image: { reference: "registry.example.com/api:1.2.3" }, ports: { http: 80 }, health: { path: "/" } } },
            });
            export const apps = { todo: shop("todo"), logo: shop("logo") };`,
        );
    });
    after(() => rmSync(folder, { recursive: true }));

    const judge = (name: string, { status, stdout, stderr }: Said, said: RegExp[]) => {
        assert.equal(status, said.length ? 2 : 0, `${name}: ${stdout}${stderr}`);
        assert.doesNotMatch(`${stdout}${stderr}`, /\n\s+at \S+ \(|node:internal|a bug/, name);
        for (const form of said) assert.match(stderr, form, name);
    };

    for (const [name, [text, ...said]] of Object.entries(stacks))
        it(`of a stack is ${said.length ? "told of with its place" : "read"}: ${name}`, async () => {
            writeFileSync(join(folder, `Pulumi.${name}.yaml`), text);
            judge(name, await twinstack(["validate", "--stack", name], folder), said);
        });

    for (const [name, [text, ...said]] of Object.entries(usages))
        it(`of usage is ${said.length ? "told of with its place" : "read"}: ${name}`, async () => {
            writeFileSync(join(folder, name), text);
            writeFileSync(join(folder, "Pulumi.dev.yaml"), stack(...dev));
            judge(name, await twinstack(["cost", "--stack", "dev", "--usage", join(folder, name)], folder), said);
        });

    it("that has what a terminal obeys is shown, and sends nothing to it", () => {
        writeFileSync(
            join(folder, "escape.yaml"),
            'services:\n  web: { image: "nginx:1.27", ports: ["80:80"], "re\\e[31md": 1 }\n  "\\e[31mx": { image: "nginx:1.27" }\n',
        );
        writeFileSync(join(folder, "Pulumi.escape.yaml"), stack(...dev, '"twinstack:\\e[2J": 1'));
        for (const args of [
            ["import", "compose", "escape.yaml", "-o", join(folder, "out.ts")],
            ["validate", "--stack", "escape"],
        ]) {
            const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "cli/bin.js"), ...args], {
                cwd: folder,
                encoding: "utf8",
                env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "" },
            });
            assert.equal(status, 2, stderr);
            // eslint-disable-next-line no-control-regex
            assert.doesNotMatch(`${stdout}${stderr}`, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
            assert.match(`${stdout}${stderr}`, /\\(x1b|u001b)\[/);
        }
    });
});
