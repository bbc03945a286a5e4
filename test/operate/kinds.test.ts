import assert from "node:assert/strict";

import { find } from "../../operate/describe";
import { kindOfType, kinds } from "../../operate/kinds";
import { isNowhere } from "../../operate/kinds/kind";
import { clouds } from "../../topology/app";
import { parseCommand } from "../engine/fakes/commands";
import { deployed, plansOn } from "./states";

/** A shell's words: quotes are taken off. */
const words = (line: string): string[] =>
    [...line.matchAll(/(?:'((?:[^']|'\\'')*)'|[^\s'])+/g)].map(([word]) => word.replaceAll(/'/g, ""));

describe("What an operator has to know of each type", function () {
    this.timeout(120_000);
    const used = new Set<string>();

    for (const cloud of clouds)
        it(`is there for every resource that any app makes on ${cloud}, and needs nothing that a state lacks`, async () => {
            const problems = new Set<string>();
            for (const environment of ["dev", "prod"] as const)
                for (const plan of await plansOn(cloud, environment)) {
                    const state = deployed(plan);
                    for (const resource of state.resources.filter(({ custom }) => custom)) {
                        used.add(resource.type);
                        const kind = kindOfType(resource.type, resource.inputs);
                        if (!kind) problems.add(`${resource.type} is not known`);
                        if (!kind || isNowhere(kind)) continue;
                        const { missing, show, remove, console, again } = find(resource, state);
                        if (missing.length) problems.add(`${resource.type} misses ${missing.join(", ")}`);
                        if (!show || !console?.startsWith("https://"))
                            problems.add(`${resource.type} cannot be looked at`);
                        if (!remove.length && again === undefined) problems.add(`${resource.type} cannot be deleted`);
                        for (const line of [show!, ...remove])
                            try {
                                const [program, ...args] = words(line);
                                parseCommand(program!, args);
                            } catch (error) {
                                problems.add((error as Error).message);
                            }
                    }
                }
            assert.deepEqual([...problems], []);
        });

    it("is kept for no type that is made no more", () => {
        assert.deepEqual(
            Object.keys(kinds).filter((type) => !used.has(type)),
            [],
        );
    });
});
