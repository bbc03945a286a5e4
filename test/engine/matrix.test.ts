import assert from "node:assert/strict";

import { clouds, type Cloud } from "../../topology/app";
import { cellName, cells } from "./matrix/cells";
import type { AppName } from "./matrix/changes";
import { record, recorded, type Results } from "./matrix/results";
import { Matrix } from "./matrix/run";
import { describeWithEngine } from "./project";

/**
 * Every change of every app on every cloud. `MATRIX='todo,aws,port|cpu'` runs what is all of these, a bar meaning either;
 * `UPDATE_MATRIX=1` records what happens in test/golden/changes.json; `MATRIX_FAILURES=1` does each once more, with one
 * refusal in its middle.
 */
const words = (process.env.MATRIX ?? "").split(",").filter(Boolean);
const failures = process.env.MATRIX_FAILURES === "1";
const update = process.env.UPDATE_MATRIX === "1";

for (const app of ["todo", "morrow", "everything"] satisfies AppName[]) for (const cloud of clouds) suite(app, cloud);

function suite(app: AppName, cloud: Cloud): void {
    const chosen = cells.filter(
        (cell) =>
            cell.app === app &&
            cell.cloud === cloud &&
            words.every((word) => word.split("|").some((one) => [app, cloud, cell.change.key].includes(one))),
    );
    if (!chosen.length) return;
    describeWithEngine(`${app} in prod on ${cloud}, as it changes`, () => {
        let matrix: Matrix;
        before(async () => (matrix = await Matrix.start(app, cloud, failures)));
        after(() => matrix.stop());
        const known = recorded();

        // What was never recorded is judged by nothing: docs/changes.md lists it, and `npm run matrix` records it.
        for (const { change } of chosen)
            (update || known[cellName(app, cloud, change.key)] ? it : it.skip)(
                `${change.key}: ${change.title}`,
                async () => {
                    const results: Results = Object.fromEntries(
                        Object.entries(await matrix.run(change)).map(([key, result]) => [
                            cellName(app, cloud, key),
                            result,
                        ]),
                    );
                    if (update) return record(results);
                    for (const [name, result] of Object.entries(results))
                        assert.deepEqual(comparable(result, known[name]), comparable(known[name], result), name);
                },
            );
    });
}

/** Without what only a run with failures finds out, unless both had one. */
function comparable(result: Results[string] | undefined, other: Results[string] | undefined): unknown {
    const { afterFailure, ...rest } = result ?? {};
    return afterFailure && other?.afterFailure ? result : rest;
}
