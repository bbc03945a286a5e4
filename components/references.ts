import * as pulumi from "@pulumi/pulumi";

import type { App } from "../topology/app";
import { fieldsOf, piecesOf } from "../topology/references";
import { ownName, valueOf } from "../topology/secret-files";
import type { Backing, SecretRef } from "./roles";

/** What a piece of a value comes to. */
export type Resolved = { plain: pulumi.Input<string> } | { secret: SecretRef };

/** What the references in a service's `env` are looked up in. */
export interface Reached {
    app: App;
    /** What the service uses or calls. */
    backings: Backing[];
}

/** Keeps a value as a secret. */
export type Keep = (name: string, pieces: Resolved[], from: string[]) => SecretRef;

/**
 * The variables that a service's `env` comes to. A value that is one secret field and nothing else is that field's own secret under
 * another name; one in which a secret occurs beside something else is kept as a secret as a whole.
 * @param keep keeps a value as a secret; `from` says what it is composed of
 * @param said the variables, where it is not the service's own: those of a sidecar
 */
export function environmentFrom(
    service: string,
    { app, backings }: Reached,
    keep: Keep,
    said: Record<string, string> = app.services[service].env,
): { env: Record<string, pulumi.Input<string>>; secrets: Record<string, SecretRef> } {
    const { plain, secrets } = resolved(service, { app, backings }, said, keep);
    return { env: plain, secrets };
}

/**
 * The files of secrets of a service: path → secret.
 * @param own the secrets that are made for the service alone, by their names
 */
export function secretFilesFrom(
    service: string,
    reached: Reached,
    own: Record<string, SecretRef>,
    keep: Keep,
): Record<string, SecretRef> {
    const { secretFiles } = reached.app.services[service];
    const all = Object.entries(secretFiles);
    const referring = all.filter(([, file]) => ownName(file) === undefined);
    return {
        ...Object.fromEntries(
            all.flatMap(([path, file]) => {
                const name = ownName(file);
                return name === undefined ? [] : [[path, own[name]]];
            }),
        ),
        ...resolved(service, reached, Object.fromEntries(referring.map(([path, file]) => [path, valueOf(file)])), keep)
            .secrets,
    };
}

/** What references in values come to, by the values' names. */
function resolved(
    service: string,
    { app, backings }: Reached,
    values: Record<string, string>,
    keep: Keep,
): { plain: Record<string, pulumi.Input<string>>; secrets: Record<string, SecretRef> } {
    const { mounts } = app.services[service];
    const resolve = (part: string, field: string): Resolved => {
        if (Object.hasOwn(mounts, part)) return { plain: mounts[part] };
        const backing = backings.find(({ name }) => name === part);
        const known = fieldsOf(app, part).find(({ name }) => name === field);
        // Validation has refused whatever is not there.
        if (!backing || !known) throw new Error(`nothing is called ${part}.${field}`);
        const variable = known.variable?.(part);
        if (variable === undefined) return { plain: backing.fields![field] };
        const secret = backing.secrets[variable] as SecretRef | undefined;
        // What the contract gives on one cloud alone is empty on the other.
        return secret ? { secret } : { plain: backing.environment[variable] ?? "" };
    };
    const plain: Record<string, pulumi.Input<string>> = {};
    const secrets: Record<string, SecretRef> = {};
    for (const [variable, value] of Object.entries(values)) {
        const pieces = piecesOf(value);
        const from = pieces.flatMap((piece) => ("part" in piece ? [`${piece.part}.${piece.field}`] : []));
        const parts = pieces.map((piece): Resolved => {
            if ("text" in piece) return { plain: piece.text };
            if ("fault" in piece) throw new Error(`${piece.fault} is no reference`);
            return resolve(piece.part, piece.field);
        });
        const [only] = parts;
        if (parts.length === 1 && "secret" in only) secrets[variable] = only.secret;
        else if (parts.some((piece) => "secret" in piece))
            secrets[variable] = keep(variable, parts, [...new Set(from)]);
        else plain[variable] = from.length ? joined(parts, ({ plain }) => plain) : value.replaceAll("$${", "${");
    }
    return { plain, secrets };
}

type Plain = Extract<Resolved, { plain: unknown }>;

const joined = (pieces: Resolved[], plain: (piece: Plain) => pulumi.Input<string>): pulumi.Output<string> =>
    pulumi
        .all(pieces.map((piece) => ("secret" in piece ? known(piece.secret) : plain(piece))))
        .apply((texts) => texts.join(""));

function known({ value }: SecretRef): pulumi.Output<string> {
    if (!value) throw new Error("a secret whose value only its owner knows is not a part of another");
    return value;
}

/** The value of pieces with a secret among them: known once all of them are, and a secret itself. */
export const secretValue = (pieces: Resolved[]): pulumi.Output<string> =>
    pulumi.secret(joined(pieces, ({ plain }) => plain));
