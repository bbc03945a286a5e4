import assert from "node:assert/strict";

import fc from "fast-check";

import { parseEnv } from "../../compose/load/dotenv";
import { interpolate, InterpolationError } from "../../compose/load/interpolate";
import { portsOf } from "../../compose/load/ports";
import { volumeOf } from "../../compose/load/volumes";
import { wordsOf } from "../../compose/load/words";
import { faults } from "./loading";

describe("Variables in a Compose file", () => {
    const variables = new Map(Object.entries({ A: "a", EMPTY: "" }));
    const text = (said: string) => interpolate(said, variables).text;

    it("are replaced in every form of the specification", () => {
        for (const [said, meant] of [
            ["$A-${A}", "a-a"],
            ["${NONE:-x}${EMPTY:-x}${A:-x}", "xxa"],
            ["${NONE-x}${EMPTY-x}", "x"],
            ["${A:+y}${NONE:+y}${EMPTY:+y}${EMPTY+y}", "yy"],
            ["${NONE:-${ALSO:-z}}", "z"],
            ["${NONE:-$A/${A}}", "a/a"],
            ["$$A $${A}", "$A ${A}"],
            ["cost: $5, $(date)", "cost: $5, $(date)"],
            ["${A:?must be}", "a"],
        ])
            assert.equal(text(said), meant, said);
    });

    it("without a value are empty, and known to be", () => {
        assert.deepEqual(interpolate("${NONE}-$ALSO-${A}", variables), { text: "--a", unset: ["NONE", "ALSO"] });
        assert.deepEqual(interpolate("${NONE:-x}", variables).unset, []);
    });

    it("are refused where they are none, or must have a value", () => {
        for (const said of ["${", "${A", "${1}", "${}", "${A!x}"])
            assert.throws(() => text(said), InterpolationError, said);
        assert.throws(() => text("${NONE:?say it}"), /NONE must have a value: say it/);
    });

    it("leave any text without a dollar sign alone", () => {
        fc.assert(
            fc.property(
                fc.string().filter((said) => !said.includes("$")),
                (said) => text(said) === said,
            ),
        );
    });
});

describe("An env file", () => {
    const values = (text: string) => parseEnv(text).map(({ name, value }) => [name, value]);

    it("has quotes, comments, exports and several lines", () => {
        assert.deepEqual(
            values(
                [
                    "\ufeffA=1 # one",
                    "# B=2",
                    'export C="x # y\\n$A"',
                    "D='$A \"q\"'",
                    "E=a#b",
                    'F="two',
                    'lines"',
                    "G",
                    "H=",
                    "I: colon",
                    "",
                ].join("\r\n"),
            ),
            [
                ["A", "1"],
                ["C", "x # y\n1"],
                ["D", '$A "q"'],
                ["E", "a#b"],
                ["F", "two\nlines"],
                ["G", undefined],
                ["H", ""],
                ["I", "colon"],
            ],
        );
    });

    it("knows its lines", () =>
        assert.deepEqual(
            parseEnv("\nA=1\n\nB=2").map(({ line }) => line),
            [2, 4],
        ));
});

describe("A command line", () => {
    it("is split as a shell does", () => {
        for (const [line, words] of [
            ["puma -C config", ["puma", "-C", "config"]],
            [`bash -c "echo 'a b' $X"`, ["bash", "-c", "echo 'a b' $X"]],
            [`a\\ b 'c\\d' "e\\"f" ''`, ["a b", "c\\d", 'e"f', ""]],
            ["  ", []],
            ["a''b", ["ab"]],
        ] as const)
            assert.deepEqual(wordsOf(line), words, line);
    });
});

describe("A port", () => {
    const short = (entry: unknown) =>
        portsOf(entry).map(({ target, published, protocol, hostIp }) =>
            [hostIp, published, target, protocol].join("|"),
        );

    it("is read in every form", () => {
        for (const [entry, meant] of [
            ["80", ["||80|tcp"]],
            [8080, ["||8080|tcp"]],
            ["80:8080", ["|80|8080|tcp"]],
            ["127.0.0.1:80:8080/udp", ["127.0.0.1|80|8080|udp"]],
            ["127.0.0.1::8080", ["127.0.0.1||8080|tcp"]],
            ["[::1]:80:8080", ["::1|80|8080|tcp"]],
            ["8000-8001:9000-9001", ["|8000|9000|tcp", "|8001|9001|tcp"]],
            ["3000-3005:80", ["|3000-3005|80|tcp"]],
            [{ target: 80, published: "8080", host_ip: "::" }, ["::|8080|80|tcp"]],
        ] as const)
            assert.deepEqual(short(entry), meant, JSON.stringify(entry));
    });

    it("is refused with its place where it is none", () => {
        for (const entry of ["99999", "0", "a:b", "80:", "9-3", "1-2:1-3"])
            assert.throws(() => portsOf(entry), /^Error/, entry);
        const text = 'services:\n  web:\n    image: a\n    ports:\n      - "80"\n      - "99999:1"\n';
        assert.deepEqual(
            faults({ "compose.yaml": text.replace(":1", ":99999") }).map(({ path, found }) => [path, found]),
            [["compose.yaml:6: services.web.ports.1", '"99999"']],
        );
    });
});

describe("A volume", () => {
    const read = (entry: unknown) => volumeOf(entry, (path) => `/p/${path}`);
    it("is read in either form", () => {
        assert.deepEqual(read("data:/x"), { type: "volume", source: "data", target: "/x", readOnly: false });
        assert.deepEqual(read("./a:/x:ro,z"), { type: "bind", source: "/p/./a", target: "/x", readOnly: true });
        assert.deepEqual(read("/anonymous"), { type: "volume", target: "/anonymous", readOnly: false });
        assert.deepEqual(read({ type: "bind", source: "a", target: "/x" }), {
            type: "bind",
            source: "/p/a",
            target: "/x",
            readOnly: false,
        });
    });
});
