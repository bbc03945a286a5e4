import type { PropertyChange } from "./change";
import { differences, texts, type Found } from "./compare";
import { nameOf, type Snapshot, type SnapshotResource } from "./snapshot";

/** Begins a placeholder whose value is another than before although it reads the same. No plan has it. */
const mark = "${!";
const placeholders = /\$\{([^${}]+)\}/g;

/** What became of a resource, as far as others see it: all of it is new, or these outputs are, or nothing. */
type Outcome = "new" | readonly string[] | undefined;

/**
 * Follows values through two snapshots: which resource was which, what comes first, and which inputs come from what is made
 * anew. A plan names what it does not know yet by resource and output, `${todo-dev-db.address}`, which reads the same
 * before and after; whether it is the same is decided here.
 */
export class Followed {
    readonly sameStack: boolean;
    private readonly old = new Map<string, SnapshotResource>();
    private readonly former: Map<string, SnapshotResource>;
    private readonly afterByUrn: Map<string, SnapshotResource>;
    private readonly named = new Map<string, SnapshotResource[]>();
    private readonly outcomes = new Map<string, Outcome>();
    /** URN of what there will be → URN of what there was. */
    private readonly counterparts = new Map<string, string>();

    constructor(
        private readonly before: Snapshot,
        private readonly after: Snapshot,
        private readonly prefixes: readonly [string, string],
    ) {
        this.sameStack = prefixes[0] === prefixes[1];
        for (const resource of before.resources) this.old.set(this.key(resource.urn, 0), resource);
        this.former = new Map(before.resources.map((resource) => [resource.urn, resource]));
        this.afterByUrn = new Map(after.resources.map((resource) => [resource.urn, resource]));
        for (const resource of after.resources)
            this.named.set(resource.name, [...(this.named.get(resource.name) ?? []), resource]);
    }

    /** What a resource was before; undefined for a new one. */
    counterpart({ urn, aliases = [] }: SnapshotResource): SnapshotResource | undefined {
        const found =
            this.old.get(this.key(urn, 1)) ?? aliases.map((alias) => this.former.get(alias)).find((was) => was);
        if (found) this.counterparts.set(urn, found.urn);
        return found;
    }

    /** Takes down what became of a resource, once everything that it needs has been settled. */
    settle({ urn }: SnapshotResource, outcome: Outcome): void {
        this.outcomes.set(urn, outcome);
    }

    /** Resources, each after those that it needs; otherwise by type and name. */
    inOrder({ resources, components }: Snapshot): SnapshotResource[] {
        const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
        const sorted = [...resources].sort((a, b) => (`${a.type}::${a.name}` < `${b.type}::${b.name}` ? -1 : 1));
        const ordered = new Set<SnapshotResource>();
        const begun = new Set<string>();
        const add = (resource: SnapshotResource): void => {
            if (begun.has(resource.urn)) return;
            begun.add(resource.urn);
            const { dependencies = [], propertyDependencies = {}, provider } = resource;
            const needed = [...dependencies, ...Object.values(propertyDependencies).flat(), provider ?? ""];
            for (const urn of new Set(needed.flatMap((urn) => components?.get(urn) ?? [urn]))) {
                const other = byUrn.get(urn);
                if (other) add(other);
            }
            ordered.add(resource);
        };
        sorted.forEach(add);
        return [...ordered];
    }

    /** What a resource asked for, with the stack's part of names as it is now. */
    renamed({ inputs }: SnapshotResource): Record<string, unknown> {
        return this.sameStack
            ? inputs
            : (JSON.parse(JSON.stringify(inputs).replaceAll(...this.prefixes)) as Record<string, unknown>);
    }

    /** The inputs of a resource, with a mark on every placeholder that stands for another value than before. */
    marked(was: SnapshotResource, resource: SnapshotResource): Record<string, unknown> {
        return Object.fromEntries(
            Object.entries(resource.inputs).map(([key, value]) => {
                const pool = this.pool(resource, key);
                const replace = (text: string, path: string): string => {
                    if (text === "[secret]") {
                        const made = pool.find(({ urn }) => this.outcomes.get(urn) === "new");
                        return made ? `${text}${mark}${made.name}}` : text;
                    }
                    return text.replaceAll(placeholders, (whole, inner: string) =>
                        this.isOther(was, key, inner, pool, path) ? `${mark}${inner}}` : whole,
                    );
                };
                return [key, mapTexts(value, replace, key)];
            }),
        );
    }

    /** A difference as people read it: without marks, and with what the value follows. */
    explained({ path, before, after }: Found): PropertyChange {
        const follows = texts(after).flatMap(({ text }) =>
            [...text.matchAll(/\$\{!([^${}]+)\}/g)].map(([, inner]) => this.nameIn(inner)),
        );
        const plain = mapTexts(after, (text) => text.replace(/^(\[secret\]).*/s, "$1").replaceAll(mark, "${"), path);
        return {
            path,
            before,
            after: plain,
            ...(follows.length && { follows: [...new Set(follows)] }),
            replaces: false,
        };
    }

    /** Every property that differs between two values of the two sides. */
    differences(before: unknown, after: unknown): Found[] {
        return differences(before, after, !!this.before.deployed !== !!this.after.deployed);
    }

    providerBefore({ provider }: SnapshotResource): SnapshotResource | undefined {
        return provider === undefined ? undefined : this.former.get(provider);
    }

    providerAfter({ provider }: SnapshotResource): SnapshotResource | undefined {
        return provider === undefined ? undefined : this.afterByUrn.get(provider);
    }

    /** Types of all parents, and the name without the stack's part. */
    private key(urn: string, side: 0 | 1): string {
        const [name, prefix] = [nameOf(urn), this.prefixes[side]];
        return `${urn.split("::")[2]}::${name.startsWith(prefix) ? `*${name.slice(prefix.length)}` : name}`;
    }

    /** What an input's value comes from, component by component taken apart. */
    private pool({ propertyDependencies = {} }: SnapshotResource, key: string): SnapshotResource[] {
        return (propertyDependencies[key] ?? [])
            .flatMap((urn) => this.after.components?.get(urn) ?? [urn])
            .flatMap((urn) => this.afterByUrn.get(urn) ?? []);
    }

    /** Whether `inner` of `${inner}` is another value than before. */
    private isOther(
        was: SnapshotResource,
        key: string,
        inner: string,
        pool: SnapshotResource[],
        path: string,
    ): boolean {
        const output = inner.slice(this.nameIn(inner).length + 1).split(/[.[]/)[0];
        const sources = this.sources(inner, pool, path);
        const sourcesBefore = was.propertyDependencies?.[key]?.flatMap(
            (urn) => this.before.components?.get(urn) ?? [urn],
        );
        return sources.some(({ urn }) => {
            const outcome = this.outcomes.get(urn);
            if (outcome === "new" || outcome?.includes(output)) return true;
            // What it came from before is known, and was something else.
            const counterpart = this.counterparts.get(urn);
            return (
                pool.some((other) => other.urn === urn) &&
                !!sourcesBefore?.length &&
                counterpart !== undefined &&
                !sourcesBefore.includes(counterpart)
            );
        });
    }

    /** The resources that a placeholder may mean; of several with one name the one whose type the property tells. */
    private sources(inner: string, pool: SnapshotResource[], path: string): SnapshotResource[] {
        const name = this.nameIn(inner);
        const within = this.withinReach(pool, name);
        const all = within.length ? within : (this.named.get(name) ?? []);
        if (all.length < 2) return all;
        const property = (
            path
                .split(/[.[\]\d]+/)
                .filter(Boolean)
                .at(-1) ?? ""
        ).toLowerCase();
        const told = all.filter(({ type }) => {
            const kind = type.split(":").at(-1)!.toLowerCase();
            return property.startsWith(kind) || kind.endsWith(property.replace(/(ids?|arns?)$/, ""));
        });
        return told.length ? told : all;
    }

    /** Resources of a name among those that a value comes from, or, as an output may be an input passed on, that they do. */
    private withinReach(pool: SnapshotResource[], name: string): SnapshotResource[] {
        const seen = new Set(pool);
        for (let level = pool; level.length;) {
            const found = level.filter((resource) => resource.name === name);
            if (found.length) return found;
            level = level
                .flatMap((resource) =>
                    Object.keys(resource.propertyDependencies ?? {}).flatMap((key) => this.pool(resource, key)),
                )
                .filter((resource) => !seen.has(resource) && seen.add(resource));
        }
        return [];
    }

    /** The resource's name in `name.output`; names may have dots in them. */
    private nameIn(inner: string): string {
        for (let end = inner.length; end > 0; end = inner.lastIndexOf(".", end - 1)) {
            const name = inner.slice(0, end);
            if (this.named.has(name)) return name;
        }
        return inner.split(".")[0];
    }
}

/** A value with every text in it replaced; the rest stays. */
function mapTexts(value: unknown, replace: (text: string, path: string) => string, path: string): unknown {
    if (typeof value === "string") return replace(value, path);
    if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, replace, `${path}[${index}]`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, mapTexts(item, replace, `${path}.${key}`)]),
    );
}
