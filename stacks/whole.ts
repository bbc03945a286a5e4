import * as pulumi from "@pulumi/pulumi";

import { clash } from "../topology/clash";
import { ProblemsError, type Problem } from "../topology/problems";
import type { Target } from "../topology/app";
import type { Stack } from "../topology/validate";

/**
 * Runs a program of which nothing is registered before all of it is there: one that fails in its middle leaves nothing in the cloud.
 * The names are looked at then. The engine refuses the second of two resources with one URN by itself, but by then has made the
 * first, and half of the stack.
 * @throws ProblemsError if two parts would make one and the same resource, in the words that `twinstack validate` has for it
 */
export async function wholly<T>({ app, place }: Stack<Target>, build: () => Promise<T>): Promise<T> {
    const types = new WeakMap<pulumi.Resource, string>();
    const urns = new Set<string>();
    const problems = new Map<string, Problem>();
    let release!: () => void;
    const whole = new Promise<void>((done) => (release = done));
    pulumi.runtime.registerStackTransformation(({ resource, type, name, props, opts }) => {
        const parent = opts.parent && types.get(opts.parent);
        types.set(resource, parent === undefined ? type : `${parent}$${type}`);
        const urn = `${types.get(resource)}::${name}`;
        // Two parts that make one thing make several, most often; one of them says enough.
        const problem = urns.has(urn) ? clash(app, place.prefix, type, name) : undefined;
        if (problem && !problems.has(problem.path)) problems.set(problem.path, problem);
        urns.add(urn);
        // What order.ts has made of it.
        const given = opts.dependsOn as Promise<pulumi.Resource[]> | undefined;
        const dependsOn = whole.then(() => given ?? []);
        return { props, opts: { ...opts, dependsOn } };
    });
    const outputs = await build();
    if (problems.size > 0) throw new ProblemsError([...problems.values()], place.stack);
    release();
    return outputs;
}
