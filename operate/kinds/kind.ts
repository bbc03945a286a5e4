/**
 * What an operator has to know of a type of resource, as data. Templates take `{path}` from a resource's recorded inputs, or one
 * of `{region}`, `{project}`, `{account}`, `{app}` and `{stack}`; `ID` stands for what `show` prints. Words are parted by
 * spaces, unless in single quotes. `--region`, `--project` and `--quiet` are added where the command line takes them.
 */
export interface Kind {
    /** Its name in the cloud. Absent: it has none of its own, and `show` lists those that it may be. */
    name?: string;
    /** Shows it, or says that it is not there. */
    show: string;
    /** Deletes it, line by line. */
    remove: string[];
    /** Where it is in the console. */
    console: string;
    /** Why a create that nobody saw the end of needs nothing: what is there is set or taken over when it is made again. */
    again?: string;
    /** Lifts the cloud's own protection, where this input has this value. */
    lift?: { input: string; is: unknown; run: string };
    /** What to know before it is deleted. */
    note?: string;
}

/** Nothing in any cloud: it lives in the state alone, or describes how to reach a cloud. */
export interface Nowhere {
    nowhere: string;
}

export const isNowhere = (kind: Kind | Nowhere): kind is Nowhere => "nowhere" in kind;

/** A setting of something else, which whoever makes it again sets again. */
export const setting = (show: string, remove: string, console: string): Kind => ({
    show,
    remove: [remove],
    console,
    again: "it is a setting of something else, and is set again",
});
