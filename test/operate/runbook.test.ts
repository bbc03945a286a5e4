import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parseCommand, programs } from "../engine/fakes/commands";
import { chapters, ranBy } from "../engine/runbook";
import { twinstack } from "../twinstack";

const files = ["docs/runbook.md", ...readdirSync("docs/runbook").map((name) => `docs/runbook/${name}`)];
const words = (line: string): string[] =>
    [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/['"]/g, ""));

describe("The runbook", () => {
    it("has no block of commands that no engine test runs", () => {
        const all = chapters();
        assert.equal(all.length, new Set(all.map(({ heading }) => heading)).size, "two chapters of one name");
        assert.deepEqual(
            Object.fromEntries(all.map(({ heading, blocks }) => [heading, blocks.length])),
            Object.fromEntries(Object.entries(ranBy).map(([heading, { blocks }]) => [heading, blocks])),
        );
        for (const [heading, { test }] of Object.entries(ranBy)) {
            const text = readFileSync(join("test/engine", test), "utf8");
            assert.ok(text.includes(`commandsOf("${heading}")`), `${test} does not run ${heading}`);
            // Whatever a test is given of the runbook has to be typed by the end of it.
            assert.ok(text.includes("\nafter(expectTyped);\n"), `${test} may leave lines out`);
        }
    });

    it("types at other programs what they understand, in prose as well", () => {
        const inBlocks = chapters().flatMap(({ commands }) => commands);
        const inProse = files.flatMap((file) =>
            [...readFileSync(file, "utf8").matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!),
        );
        const wrong = [...inBlocks, ...inProse].flatMap((line) => {
            const [program, ...args] = words(line.replaceAll("…", "x").replaceAll(/\$\([^)]*\)/g, "x"));
            // A program's name alone, or one of its commands, is no command line.
            if (!programs.includes(program!) || args.length < 2 || !/--| [A-Z_]{2,}\b/.test(line)) return [];
            try {
                parseCommand(program!, args);
                return [];
            } catch (error) {
                return [`${line}: ${(error as Error).message}`];
            }
        });
        assert.deepEqual(wrong, []);
    });

    it("types at twinstack what it understands, in prose and in the other documents as well", async () => {
        const documents = [
            ...files,
            "README.md",
            ...readdirSync("docs").flatMap((n) => (n.endsWith(".md") ? [`docs/${n}`] : [])),
        ];
        const lines = new Set(
            documents.flatMap((file) =>
                [...readFileSync(file, "utf8").matchAll(/npx --no twinstack ([^`\n|]+)/g)].map(([, rest]) =>
                    rest!.replace(/ (#|&&|>|\|).*$/, "").trim(),
                ),
            ),
        );
        assert.ok(lines.size > 40, `only ${lines.size} command lines`);
        const wrong: string[] = [];
        for (const line of lines) {
            const [name, ...args] = words(line.split(" -- ")[0]!);
            const help = await twinstack([name!, "--help"]);
            const inside = new RegExp(`^ +${args[0]} `, "m").test(help.stdout.split(/^Commands:/m)[1] ?? "");
            const { status, stdout } = inside ? await twinstack([name!, args[0]!, "--help"]) : help;
            const unknown = args.filter(
                (arg) =>
                    /^--?[a-z]/.test(arg) && !new RegExp(`(^|[\\s,])${arg.split("=")[0]}([\\s,=]|$)`, "m").test(stdout),
            );
            if (status !== 0 || unknown.length > 0) wrong.push(`${line}: ${unknown.join(" ") || "no such command"}`);
            // With nothing to compare with it is refused.
            if (name === "diff" && args.length === 0) wrong.push(line);
        }
        assert.deepEqual(wrong, []);
    }).timeout(60_000);

    it("links to what there is", () => {
        for (const file of [...files, "README.md"])
            for (const [, link, anchor] of readFileSync(file, "utf8").matchAll(
                /\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g,
            )) {
                const target = link ? join(dirname(file), link) : file;
                assert.ok(existsSync(target), `${file} links to ${link}`);
                if (anchor === undefined) continue;
                const anchors = [...readFileSync(target, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
                    title!
                        .toLowerCase()
                        .replaceAll(/[^\w\s-]/g, "")
                        .replaceAll(" ", "-"),
                );
                assert.ok(anchors.includes(anchor), `${file} links to ${target}#${anchor}`);
            }
    });
});
