import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { changesDocument } from "../scripts/changes-doc";
import { cellNames, cells } from "./engine/matrix/cells";
import { known, knownAs } from "./engine/matrix/known";
import { recorded } from "./engine/matrix/results";

describe("docs/changes.md", () => {
    const results = recorded();
    /** Whatever a stack should not meet, by the cell that met it. */
    const met = Object.entries(results).flatMap(([cell, { faults, outage }]) =>
        [...faults, ...(outage ? [outage] : [])].map((fault) => ({ cell, fault })),
    );

    it("is written from the list of changes and from what was recorded", () => {
        assert.equal(
            readFileSync("docs/changes.md", "utf8"),
            changesDocument(),
            "npm run golden writes it; npm run matrix records anew",
        );
    });

    it("has nothing recorded that is no change of the list", () => {
        assert.deepEqual(
            Object.keys(results).filter((name) => !cellNames.includes(name)),
            [],
        );
        assert.equal(new Set(cellNames).size, cellNames.length, "two changes have one name");
        assert.ok(cells.length > 100, `only ${cells.length}`);
    });

    it("has no fault and no outage that is not known", () => {
        assert.deepEqual(
            met.filter(({ cell, fault }) => !knownAs(cell, fault)),
            [],
        );
    });

    it("has every change recorded, and with a refusal in its middle wherever it is deployed", () => {
        assert.deepEqual(
            cellNames.filter((name) => !results[name]),
            [],
            "npm run matrix records them",
        );
        const untried = Object.entries(results).filter(
            ([cell, { afterFailure, protected: kept, faults }]) =>
                afterFailure === undefined &&
                !kept &&
                !(faults.length > 0 && faults.every((fault) => knownAs(cell, fault))),
        );
        const tried = Object.entries(results).filter(([, { afterFailure }]) => afterFailure !== undefined);
        assert.deepEqual(
            untried.map(([cell]) => cell),
            [],
        );
        assert.ok(tried.length > 550, `only ${tried.length}`);
        assert.deepEqual(
            tried.filter(([, { afterFailure }]) => afterFailure === "nothing helps"),
            [],
        );
    });

    it("knows no fault that is mended", () => {
        const mended = known.filter((one) => !met.some(({ cell, fault }) => knownAs(cell, fault) === one));
        assert.deepEqual(mended, []);
    });
});
