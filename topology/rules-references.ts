import type { ParsedApp } from "./app";
import type { Path } from "./merge";
import { printable, type Finding } from "./problems";
import { fieldsOf, piecesOf, referredKind, type Piece } from "./references";
import { referringValues } from "./sidecars";
import { choices } from "./suggest";

/** References in the values of services' variables. What they imply is in `uses` and `calls` by then. */
export function* referenceRules(app: ParsedApp): Generator<Finding> {
    for (const [name, service] of Object.entries(app.services))
        for (const [at, value] of referringValues(name, service)) {
            const pieces = piecesOf(value);
            // Of a part that is not there, its first field says enough.
            const seen = new Set<string>();
            const faults = pieces.flatMap((piece) => {
                if ("part" in piece && referredKind(app, piece.part) === undefined) {
                    if (seen.has(piece.part)) return [];
                    seen.add(piece.part);
                }
                return fault(app, name, piece, at) ?? [];
            });
            yield* faults.length ? faults : composition(app, pieces, at);
        }
}

const quoted = (text: string) => `"${printable(text)}"`;

function fault(app: ParsedApp, service: string, piece: Piece, at: Path): Finding | undefined {
    if ("text" in piece) return undefined;
    if ("fault" in piece)
        return {
            at,
            found: `${quoted(piece.fault)}, which is no reference`,
            allowed: "${part.field}, such as ${db.host}; or $${ for a ${ that stays as it is",
        };
    const { part, field, written } = piece;
    if (part === service)
        return { at, found: `${quoted(written)}, which refers to the service itself`, allowed: "another part" };
    const kind = referredKind(app, part);
    if (kind === undefined) {
        const known = [
            ...(["databases", "caches", "tables", "buckets", "queues", "filesystems", "secrets"] as const).flatMap(
                (each) => Object.keys(app[each]),
            ),
            ...Object.keys(app.services).filter((other) => other !== service),
        ];
        return {
            at,
            found: `${quoted(written)}: the app has no ${part} to refer to`,
            allowed: choices(part, known, "no reference: the app has no other part"),
        };
    }
    const fields = fieldsOf(app, part).map(({ name }) => name);
    if (!fields.includes(field))
        return {
            at,
            found: `${quoted(written)}: ${part} has no ${field}`,
            allowed: choices(field, fields),
            reads: [[kind, part]],
        };
    if (kind === "filesystems" && !Object.hasOwn(app.services[service].mounts, part))
        return {
            at,
            found: `${quoted(written)}, which the service does not mount`,
            allowed: `mounts, with the path where the service sees it: { ${part}: /${part} }`,
            reads: [["services", service, "mounts"]],
        };
    return undefined;
}

/** A value that its owner sets in the cloud's store is not known here, and nothing can be made of it. */
function* composition(app: ParsedApp, pieces: Piece[], at: Path): Generator<Finding> {
    if (pieces.length < 2) return;
    for (const piece of pieces)
        if ("part" in piece && referredKind(app, piece.part) === "secrets")
            yield {
                at,
                found: `${quoted(piece.written)} as a part of a value`,
                allowed: `${piece.written} alone: its value is set in the cloud's store, so nothing can be composed of it`,
                reads: [["secrets", piece.part]],
            };
}
