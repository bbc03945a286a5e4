import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

import { twinstack } from "./twinstack";

/** What README shows is what the command prints: the same lines in the same order, with `…` for what is left out. */
describe("README", () => {
    const readme = readFileSync("README.md", "utf8");
    const examples = [...readme.matchAll(/```text\n([\s\S]*?)```/g)].map(([, text]) => text.trimEnd().split("\n"));

    for (const lines of examples) {
        const command = lines[0].startsWith("$ npx --no twinstack ")
            ? lines.shift()!.slice("$ npx --no twinstack ".length)
            : "start";
        it(`shows what ${command} prints`, async () => {
            const { stdout, stderr } = await twinstack(command.split(" "));
            const printed = `${stdout}\n${stderr}`.split("\n").map((line) => line.trimEnd());
            let at = 0;
            for (const line of lines.filter((line) => line.trim() && line.trim() !== "…")) {
                const found = printed.indexOf(line.trimEnd(), at);
                assert.notEqual(found, -1, `not printed (any more): ${line}`);
                at = found + 1;
            }
        });
    }

    it("links to files that exist", () => {
        for (const document of ["README.md", "CONTRIBUTING.md"])
            for (const [, link] of readFileSync(document, "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g))
                assert.ok(existsSync(link), `${document} links to ${link}`);
    });

    it("has, as all that is printed, only commands that run what is installed", () => {
        const files = execFileSync("git", ["ls-files", "*.ts", "*.js", "*.md", "*.tsx"], { encoding: "utf8" })
            .trim()
            .split("\n");
        const bare = new RegExp("npx\\s+twinstack");
        const found = files.filter((file) => existsSync(file) && bare.test(readFileSync(file, "utf8")));
        assert.deepEqual(found, []);
    });

    it("names every command that there is", async () => {
        const { stdout } = await twinstack(["--help"]);
        const [, ...groups] = stdout.split(/^(?=\S.*:$)/m).slice(1);
        const commands = groups.flatMap((group) => [...group.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name));
        assert.ok(!stdout.includes("\nCommands:"), "a command is in no group of cli/help.ts");
        assert.ok(commands.length > 25, stdout);
        for (const name of commands.filter((name) => !["help", "start"].includes(name)))
            assert.match(readme, new RegExp(`twinstack ${name}`), name);
    });
});
