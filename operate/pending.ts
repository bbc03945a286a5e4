import { find, type Found } from "./describe";
import type { State } from "./state";

/** An interrupted operation, and what an operator does about it. */
export interface Interrupted extends Found {
    operation: string;
    urn: string;
    type: string;
    /** What the program calls it. */
    resource: string;
    /**
     * `look`: it may exist, unknown to the state; if so, delete it. `nothing`: making it again is as good. `read`: the refresh
     * finds out what became of it.
     */
    todo: "look" | "nothing" | "read";
}

/** What a killed `up` left in a state, creates first. */
export function interruptions(state: State): Interrupted[] {
    return state.pending
        .map(({ type: operation, resource }): Interrupted => {
            const found = find(resource, state);
            const creates = operation === "creating";
            return {
                operation,
                urn: resource.urn,
                type: resource.type,
                resource: resource.name,
                ...found,
                todo: !creates ? "read" : found.again !== undefined ? "nothing" : "look",
            };
        })
        .sort((a, b) => rank(a) - rank(b) || (a.urn < b.urn ? -1 : 1));
}

const rank = ({ todo }: Interrupted): number => ["look", "nothing", "read"].indexOf(todo);
