import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { root } from "../twinstack";
import { pack, type Packed } from "./packed";

/** What an editor knows of an app in somebody's own repository. */
const app = `import { defineApp } from "@twinstack/core";

export const shop = defineApp({
    name: "shop",
    services: {
        web: {
            image: { context: "." },
            ports: { http: 8080 },
            health: { path: "/", intervalSeconds: 10 },
            scale: { min: 1 },
            gcp: { concurrency: 10 },
        },
    },
    databases: { db: { backupDays: 7, aws: { instanceClass: "db.t4g.micro" } } },
    environments: { prod: { services: { web: { drainSeconds: 30, scale: { max: 3 } } } } },
});
`;

describe("The public types", function () {
    this.timeout(180_000);
    let packed: Packed;
    let folder: string;
    let service: ts.LanguageService;
    const file = (name: string) => join(folder, name);
    before(() => {
        packed = pack();
        // Below the repository, so that what the package depends on is found there.
        folder = mkdtempSync(join(root, "node_modules/.cache/twinstack-types-"));
        const own = file("node_modules/@twinstack/core");
        mkdirSync(own, { recursive: true });
        cpSync(join(root, "dist"), join(own, "dist"), { recursive: true, filter: (each) => !each.endsWith(".js") });
        cpSync(join(root, "package.json"), join(own, "package.json"));
        symlinkSync(join(root, "node_modules/zod"), file("node_modules/zod"));
        writeFileSync(file("app.ts"), app);
        service = languageService([file("app.ts")]);
    });
    after(() => {
        rmSync(folder, { recursive: true, force: true });
        packed.remove();
    });

    function languageService(files: string[]): ts.LanguageService {
        const options: ts.CompilerOptions = {
            strict: true,
            target: ts.ScriptTarget.ES2022,
            module: ts.ModuleKind.Node16,
            moduleResolution: ts.ModuleResolutionKind.Node16,
            esModuleInterop: true,
            skipLibCheck: true,
            types: [],
        };
        const { fileExists, readFile, readDirectory, directoryExists, getDirectories, realpath } = ts.sys;
        return ts.createLanguageService({
            getScriptFileNames: () => files,
            getScriptVersion: () => "1",
            getScriptSnapshot: (name) => {
                const text = ts.sys.readFile(name);
                return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
            },
            getCurrentDirectory: () => folder,
            getCompilationSettings: () => options,
            getDefaultLibFileName: (of) => ts.getDefaultLibFilePath(of),
            ...{ fileExists, readFile, readDirectory, directoryExists, getDirectories, realpath },
        });
    }
    /** What stands beside a field when the pointer is on it. */
    const hover = (text: string): string => {
        const found = service.getQuickInfoAtPosition(file("app.ts"), app.indexOf(text));
        const tags = (found?.tags ?? []).map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`);
        return [ts.displayPartsToString(found?.documentation), ...tags].join("\n");
    };

    it("say of a field what it is, its unit and its default, wherever it stands", () => {
        assert.deepEqual(service.getSemanticDiagnostics(file("app.ts")), []);
        assert.match(hover("intervalSeconds"), /^Seconds between two checks\. [^]*\n@default 10$/);
        assert.match(hover("health:"), /^HTTP checks\. /);
        assert.match(hover("min:"), /^Instances that always run\. [^]*\n@default 1 in dev, 1 in staging, 2 in prod$/);
        assert.match(hover("concurrency"), /^Requests that one instance serves at a time\. Default: 80/);
        assert.match(hover("backupDays"), /^Days that automated backups are kept[^]*\n@default 7$/);
        assert.match(hover("instanceClass"), /\n@default "db\.t4g\.micro" in dev, /);
        assert.match(hover("drainSeconds"), /^Seconds that a stopping instance has/);
        assert.match(hover("max: 3"), /\n@default 10$|^@default 10$/);
        assert.match(hover("databases:"), /^PostgreSQL or MySQL/);
    });

    it("complete fields and values", () => {
        const names = (text: string, after = 0) =>
            service
                .getCompletionsAtPosition(file("app.ts"), app.indexOf(text) + after, {})!
                .entries.map(({ name }) => name);
        const inHealth = names("intervalSeconds");
        for (const name of ["readyPath", "timeoutSeconds", "startSeconds"]) assert.ok(inHealth.includes(name), name);
        const inService = names("ports:");
        for (const name of ["cpu", "memory", "uses", "calls", "rollout"]) assert.ok(inService.includes(name), name);
    });

    it("have a word for every field", () => {
        const source = ts.createSourceFile(
            "written.d.ts",
            readFileSync(join(root, "dist/topology/written.d.ts"), "utf8"),
            ts.ScriptTarget.Latest,
            true,
        );
        const silent = source.statements
            .filter(ts.isInterfaceDeclaration)
            .flatMap((each) =>
                each.members
                    .filter((member) => !ts.getJSDocCommentsAndTags(member).length)
                    .map((member) => `${each.name.text}.${member.name!.getText()}`),
            );
        assert.deepEqual(silent, []);
    });

    it("take what the sources' own types take, and nothing else", () => {
        const both = join(root, "test", "written.check.ts");
        const text = `import type { AppInput as Source, Refinement as SourceRefinement } from "../topology/app";
import type { AppInput as Written, Refinement as WrittenRefinement } from "../dist/topology/written";
export const there = (app: Source): Written => app;
export const back = (app: Written): Source => app;
export const thereToo = (part: SourceRefinement): WrittenRefinement => part;
export const backToo = (part: WrittenRefinement): SourceRefinement => part;
// @ts-expect-error an app without services is none
export const none: Written = { name: "x" };
// @ts-expect-error nobody knows such a field
export const other: Written = { name: "x", services: {}, colour: "red" };
`;
        const options: ts.CompilerOptions = {
            strict: true,
            noEmit: true,
            target: ts.ScriptTarget.ES2022,
            module: ts.ModuleKind.CommonJS,
            moduleResolution: ts.ModuleResolutionKind.Node10,
            esModuleInterop: true,
            skipLibCheck: true,
            types: ["node"],
        };
        const host = ts.createCompilerHost(options);
        const { getSourceFile, fileExists, readFile } = host;
        host.getSourceFile = (name, ...rest) =>
            name === both
                ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
                : getSourceFile.call(host, name, ...rest);
        host.fileExists = (name) => name === both || fileExists.call(host, name);
        host.readFile = (name) => (name === both ? text : readFile.call(host, name));
        const program = ts.createProgram([both], options, host);
        const faults = ts
            .getPreEmitDiagnostics(program, program.getSourceFile(both))
            .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
        assert.deepEqual(faults, []);
    });
});
