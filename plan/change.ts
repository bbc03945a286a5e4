import type { Found } from "./compare";

/** What stands between two snapshots, resource by resource and property by property. */
export interface Diff {
    before: string;
    after: string;
    /** Whether `after` would be deployed over `before`, or is another stack that leaves it alone. */
    sameStack: boolean;
    /** In the order of a deployment: what others need comes first, and what is deleted last, what needs others first. */
    changes: Change[];
    unchanged: number;
    /** The changes that replace or delete something that holds data. */
    dangers: Change[];
}
export interface Change {
    /** `replace`: an input changed that the provider cannot change in place. */
    kind: "create" | "update" | "replace" | "delete";
    type: string;
    name: string;
    /** What it was called before, where an alias says that it is the same. */
    was?: string;
    /** What it holds that no later deployment brings back. */
    holds?: string;
    /** Pulumi forgets it and leaves it where it is. */
    retained?: true;
    /** It is protected: the engine refuses, and with it the whole deployment. */
    refused?: true;
    /** Its replacement is made only when it is gone: its name, or the program, leaves no other way. */
    deletedFirst?: true;
    /** What users may notice while it is under way. */
    felt?: string;
    /** Of updates and replacements only. */
    properties: PropertyChange[];
}
export interface PropertyChange extends Found {
    /** The provider replaces the resource for it. */
    replaces: boolean;
    /** Names of the new or replaced resources that the value comes from; it reads the same and is another. */
    follows?: string[];
}
