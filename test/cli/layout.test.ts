import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";

import { bold, dim } from "picocolors";

import { columns, fit, table, width, wrap } from "../../cli/layout";

const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("layout for a terminal", () => {
    it("takes the terminal's width, else what COLUMNS says, else none", () => {
        assert.equal(columns({ isTTY: true, columns: 100 }, { COLUMNS: "60" }), 100);
        assert.equal(columns({}, { COLUMNS: "60" }), 60);
        assert.equal(columns({}, {}), Infinity);
        assert.equal(columns({ isTTY: true, columns: 3 }, {}), 40);
    });

    it("counts what is seen: no colours, two columns for East Asian letters", () => {
        assert.equal(width("plan"), 4);
        assert.equal(width("\u001b[1mplan\u001b[22m"), 4);
        assert.equal(width("東京 x"), 6);
    });

    it("wraps at spaces alone, so that a name stays whole", () => {
        assert.deepEqual(wrap("one two three", 7), ["one two", "three"]);
        assert.deepEqual(wrap("aws.fargate.x86.vcpu_hour x", 10), ["aws.fargate.x86.vcpu_hour", "x"]);
    });

    it("goes on with a colour on the next line, and ends it on each", () => {
        const [first, second] = wrap("\u001b[2mone two\u001b[22m", 4);
        assert.equal(first, "\u001b[2mone\u001b[0m");
        assert.equal(second, "\u001b[2mtwo\u001b[22m");
        assert.deepEqual(wrap(`${bold("a")} ${dim("b c")}`, 3).map(stripVTControlCharacters), ["a b", "c"]);
    });

    it("wraps the widest column of a table that is too wide, and leaves figures alone", () => {
        const rows = [
            ["vCPU", "  $7.23", "one task for all of the hours that a month has"],
            ["Memory", "$100.00", "likewise"],
        ];
        const fitted = lines(table(rows, "  ", 40));
        assert.ok(
            fitted.every((line) => width(line) <= 40),
            fitted.join("\n"),
        );
        assert.match(fitted[0], /^ {2}vCPU {6}\$7\.23 {2}one task/);
        assert.match(fitted[1], /^ {19}\S/);
        assert.equal(lines(table(rows, "  ", Infinity)).length, 2);
    });

    it("puts text beneath its row where too little would be left beside it", () => {
        const rows = [
            ["compose.yaml:11", "services.web.volumes", "a file system has no locks, which SQLite needs"],
            ["compose.yaml:3", "services.web", ""],
        ];
        assert.deepEqual(lines(table(rows, "  ", 44)), [
            "  compose.yaml:11  services.web.volumes",
            "      a file system has no locks, which",
            "      SQLite needs",
            "  compose.yaml:3   services.web",
        ]);
    });

    it("wraps the last cell of a row beneath itself, where that leaves something to read", () => {
        assert.deepEqual(lines(fit("- delete  docker-build.Image  stays where it is: only the state forgets it", 50)), [
            "- delete  docker-build.Image  stays where it is:",
            "                              only the state",
            "                              forgets it",
        ]);
        const figures = "  vCPU  todo-dev-api  365 vCPU-hours  × $0.0198101  $7.23";
        assert.equal(fit(figures, 50), figures);
    });

    it("hangs what follows of a line beneath its text", () => {
        assert.deepEqual(lines(fit("    allowed  one of factify, logo or morrow", 30)), [
            "    allowed  one of factify,",
            "             logo or morrow",
        ]);
        assert.deepEqual(lines(fit("  Todo costs more than the others do", 24)), [
            "  Todo costs more than",
            "    the others do",
        ]);
    });
});
