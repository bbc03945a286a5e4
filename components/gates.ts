import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

/** How something succeeded last: what it was, and at which attempt. */
export interface Passage {
    /** Hash of what succeeded. */
    what: string;
    /** Unix time of the attempt, in seconds. */
    attempt: number;
}

/** Reads as an attempt in a plan, which deploys nothing: a diff takes it for any. */
export const planned = "${attempt}" as unknown as number;

/**
 * What must have succeeded, and not only been asked for: a migration, a revision, a change of a password. After an update that
 * failed the engine holds the new inputs for the current ones, so that a plain rerun finds nothing to do and is green. A
 * gate gives what it guards an `attempt`, an input more: another at each `up` until one has succeeded, and that one from then on.
 */
export class Gates {
    /** By gate, what the stack remembers from this `up` on: known only when the gate's resource has succeeded. */
    readonly passed: Record<string, pulumi.Output<Passage | undefined>> = {};
    private readonly hashes: Record<string, pulumi.Output<string>> = {};

    /**
     * @param remembered what succeeded last, by gate
     * @param attempt of this `up`: Unix time in seconds, or `planned`
     * @param now what time it is
     * @param watched whether hooks are run, as they are under the engine alone: without them, what is made has succeeded
     */
    constructor(
        private readonly remembered: Record<string, Passage>,
        private readonly attempt: number,
        private readonly now: () => Date = () => new Date(),
        private readonly watched = attempt !== planned,
    ) {}

    /**
     * What depends on the time of day, decided as late as can be: once `after` is known, as an `up` may take an hour. A plan
     * knows no time, and says `otherwise`.
     */
    late<T>(after: pulumi.Input<unknown>, otherwise: T, at: (now: Date) => T): pulumi.Output<T> {
        if (this.attempt === planned) return pulumi.output(otherwise) as pulumi.Output<T>;
        return pulumi.all([after]).apply(() => at(this.now())) as pulumi.Output<T>;
    }

    /**
     * Makes a resource behind a gate.
     * @param name of the gate, one of its kind in the stack
     * @param what all that the resource must succeed with; hashed, and never shown
     * @param make gets the attempt, which must be an input of the resource: one that makes its provider try again; and hooks, which
     * must be among its options: by them alone is it known, with `--continue-on-error`, that it has succeeded
     */
    pass<R extends pulumi.CustomResource>(
        name: string,
        what: pulumi.Input<unknown>,
        make: (attempt: pulumi.Output<number>, hooks: pulumi.ResourceHookBinding) => R,
    ): R {
        if (Object.hasOwn(this.passed, name)) throw new Error(`two gates are called ${name}`);
        const hash = hashOf(what);
        const last = Object.hasOwn(this.remembered, name) ? this.remembered[name] : undefined;
        const attempt = hash.apply((now) => (last?.what === now ? last.attempt : this.attempt));
        let succeeded = false;
        const after = new pulumi.ResourceHook(`${name}-succeeded`, () => void (succeeded = true));
        const resource = make(attempt, { afterCreate: [after], afterUpdate: [after] });
        const result = pulumi.all([hash, attempt, resource.id]).apply(([now, passed]) => {
            const tried = this.watched && passed !== last?.attempt && !pulumi.runtime.isDryRun();
            // With --continue-on-error the program goes on after a failure, and what it returns is kept.
            return tried && !succeeded ? last : { what: now, attempt: passed };
        }) as pulumi.Output<Passage | undefined>;
        this.hashes[name] = hash;
        this.passed[name] = onceKnown(result, last);
        return resource;
    }

    /** What is remembered of something that has succeeded: `now` when its gate is passed, and until then what was `before`. */
    once<T>(name: string, now: pulumi.Output<T>, before: T | undefined): pulumi.Output<T | undefined> {
        if (pulumi.runtime.isDryRun()) return now as pulumi.Output<T | undefined>;
        const result = pulumi
            .all([this.passed[name], this.hashes[name]])
            .apply(([passed, hash]) => (passed?.what === hash ? now : pulumi.output(before)));
        return onceKnown(result as pulumi.Output<T | undefined>, before);
    }
}

/** What stands for any value in what a stack remembers. */
export const hashOf = (what: pulumi.Input<unknown>): pulumi.Output<string> => pulumi.jsonStringify(what).apply(digest);

/**
 * A password as what a gate is for. Random and long, so that nobody finds it by its hash; that alone is no secret, which would
 * make one of every input that comes from it.
 */
export const passwordHash = (password: pulumi.Output<string>): pulumi.Output<string> =>
    pulumi.unsecret(password.apply(digest));

/**
 * What an output turns out to be, or else what was before: with `--continue-on-error` it never becomes known where it comes from
 * what failed or was skipped, and what the program returns is kept all the same.
 */
function onceKnown<T>(now: pulumi.Output<T>, before: T | undefined): pulumi.Output<T | undefined> {
    if (pulumi.runtime.isDryRun()) return now as pulumi.Output<T | undefined>;
    const { isKnown } = now as unknown as { isKnown: Promise<boolean> };
    return pulumi.output(isKnown).apply((known) => (known ? now : before)) as pulumi.Output<T | undefined>;
}

/** A value that nobody gets before a resource has succeeded. */
export const onceDone = <T>(value: pulumi.Input<T>, { id }: pulumi.CustomResource): pulumi.Output<T> =>
    pulumi.all([value, id]).apply(([known]) => known as T) as pulumi.Output<T>;

/** What stands for a text: 16 hexadecimal digits. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
