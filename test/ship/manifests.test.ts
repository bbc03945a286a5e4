import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { apps } from "../../apps";
import { forgetBuilds } from "../../components/context";
import { differences, manifestsOf, packed, unpacked, type Manifests } from "../../stacks/manifests";
import { sourcesOf } from "../../stacks/sources";
import type { AppInput } from "../../topology/app";
import { stackOf } from "../components/stack";

describe("Manifests of a release", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-manifest-"))));
    afterEach(() => {
        rmSync(folder, { recursive: true });
        forgetBuilds();
    });
    const write = (path: string, text: string) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    };
    const of = (more: object = {}, image: object = {}, former?: Manifests, release?: object) => {
        forgetBuilds();
        const api = { ...apps.todo.services.api, ...more, image: { context: folder, ...image } };
        const app = { ...apps.todo, services: { api } } as AppInput;
        const stack = stackOf(app, "aws", "dev");
        return { manifests: manifestsOf(stack, release as never, former), source: sourcesOf(stack).api };
    };

    it("name the files that are another, also by their mode", () => {
        for (const path of ["Dockerfile", "a.txt", "b/c.txt", "gone.txt"]) write(path, "x");
        const before = of();
        write("a.txt", "y");
        write("new.txt", "x");
        chmodSync(join(folder, "b/c.txt"), 0o755);
        rmSync(join(folder, "gone.txt"));
        const after = of();
        assert.notEqual(before.source, after.source);
        const [one, other] = [before, after].map(({ manifests, source }) => manifests.files[source]);
        assert.deepEqual(differences(one, other), [
            { name: "a.txt", kind: "changed" },
            { name: "b/c.txt", kind: "changed" },
            { name: "gone.txt", kind: "removed" },
            { name: "new.txt", kind: "added" },
        ]);
    });

    it("name the field of an image that is another", () => {
        write("Dockerfile", "x");
        const [one, other] = [of(), of({}, { args: { VERSION: "2" } })].map(
            ({ manifests, source }) => manifests.files[source],
        );
        assert.deepEqual(differences(one, other), [{ name: "image.args.VERSION", kind: "added" }]);
    });

    it("name a service's other fields with their values, and not those of variables", () => {
        write("Dockerfile", "x");
        const before = of({ memory: 2048, env: { KEY: "one" } });
        const after = of({ memory: 4096, env: { KEY: "two" } });
        assert.equal(before.source, after.source);
        assert.deepEqual(differences(before.manifests.fields.api, after.manifests.fields.api), [
            { name: "env.KEY", kind: "changed" },
            { name: "memory", kind: "changed", before: "2048", after: "4096" },
        ]);
        assert.ok(!JSON.stringify(before.manifests).includes("one"));
    });

    it("tell a folder where there are very many files, and compare it with what tells files", () => {
        write("Dockerfile", "x");
        for (let file = 0; file < 400; file++) write(`assets/${file % 7}/${file}.txt`, "x");
        const before = of();
        for (let file = 400; file < 700; file++) write(`assets/${file % 7}/${file}.txt`, "x");
        const after = of();
        assert.equal(Object.keys(before.manifests.files[before.source]).length, 403);
        assert.equal(Object.keys(after.manifests.files[after.source]).length, 10);
        write("assets/3/0.txt", "y");
        const later = of();
        const files = ({ manifests, source }: ReturnType<typeof of>) => manifests.files[source];
        assert.deepEqual(differences(files(after), files(later)), [{ name: "assets/3/", kind: "changed" }]);
        assert.deepEqual(
            differences(files(before), files(later)).map(({ name }) => name),
            [0, 1, 2, 3, 4, 5, 6].map((digit) => `assets/${digit}/`),
        );
        for (let file = 400; file < 700; file++) rmSync(join(folder, `assets/${file % 7}/${file}.txt`));
        rmSync(join(folder, "assets/3/0.txt"));
        const back = of();
        // What tells folders is compared with what tells files.
        write("assets/0/0.txt", "x");
        assert.ok(differences(files(after), files(back)).some(({ name }) => name === "assets/3/"));
    });

    it("stay small: a kilobyte for a hundred files and less than forty bytes a file", () => {
        write("Dockerfile", "x");
        for (let file = 0; file < 500; file++) write(`src/components/deep/file-number-${file}.ts`, `${file}`);
        assert.ok(packed(of().manifests).length < 12_000, `${packed(of().manifests).length}`);
    });

    it("keep what the release still speaks of, and nothing else", () => {
        write("Dockerfile", "x");
        const before = of();
        write("Dockerfile", "y");
        const release = { services: { api: { image: "r/x@sha256:1", source: before.source } } };
        const kept = of({}, {}, before.manifests, release);
        assert.deepEqual(Object.keys(kept.manifests.files).sort(), [before.source, kept.source].sort());
        assert.deepEqual(Object.keys(of({}, {}, kept.manifests).manifests.files), [kept.source]);
    });

    it("are read again, and nothing is made of what is none", () => {
        write("Dockerfile", "x");
        const { manifests } = of();
        assert.deepEqual(unpacked(packed(manifests)), manifests);
        for (const text of [undefined, "", "abc", Buffer.from("{}").toString("base64")])
            assert.equal(unpacked(text), undefined);
    });
});
