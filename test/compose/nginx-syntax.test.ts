import assert from "node:assert/strict";

import { parseNginx, without } from "../../compose/import/nginx/syntax";

describe("nginx's syntax", () => {
    it("has words, quotes, comments, blocks and variables in braces", () => {
        const text = `a "b;{" 'c' \${D}e$f; # g { h;\ni {\n  j \\;k;\n}`;
        const [a, i] = parseNginx(text)!;
        assert.deepEqual([a.name, a.args, a.line], ["a", ["b;{", "c", "${D}e$f"], 1]);
        assert.deepEqual([i.name, i.block?.[0].args, i.line], ["i", ["\\;k"], 2]);
        assert.equal(text.slice(i.start, i.end), "i {\n  j \\;k;\n}");
        for (const wrong of ["a {", "a }", "a", "; b;", "{ a; }", '"a'])
            assert.equal(parseNginx(wrong), undefined, wrong);
    });

    it("goes without a part, and the part's line with it", () => {
        assert.equal(
            without("a;\n  b;\nc; d;\n", [
                { start: 5, end: 7 },
                { start: 8, end: 10 },
            ]),
            "a;\n d;\n",
        );
        assert.equal(without("a;\nb;\n", [{ start: 3, end: 5, instead: "c;" }]), "a;\nc;\n");
    });
});
