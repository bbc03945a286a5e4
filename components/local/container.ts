import type { ContainerArgs } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";

import { sortedEntries } from "../map";
import type * as roles from "../roles";
import { secretFileLabel, secretLabel } from "./labels";

/** A secret variable: what the container gets, and the same in words, such as `redis://:${REDIS_PASSWORD}@redis:6379`; `$$` is a `$`. */
export const secretRef = (words: pulumi.Input<string>, value: pulumi.Input<string>): roles.SecretRef => ({
    id: pulumi.output(words),
    valueFrom: pulumi.secret(value),
    version: pulumi.output("latest"),
    value: pulumi.secret(value),
});

export interface Contained {
    place: roles.Place;
    network: roles.Network;
    /** Host name in the network: the part's name in the topology. */
    alias: string;
    environment?: Record<string, pulumi.Input<string>>;
    secrets?: Record<string, roles.SecretRef>;
    /** Absolute path → what a file has. */
    secretFiles?: Record<string, roles.SecretRef>;
}

/** What all containers of a stack have: a name that a person can type, the network, variables in order, labels. */
export function container(
    name: string,
    { place, network, alias, environment = {}, secrets = {}, secretFiles = {} }: Contained,
) {
    const plain = sortedEntries(environment).map(([key, value]) => pulumi.interpolate`${key}=${value}`);
    const secret = sortedEntries(secrets).map(([key, ref]) => pulumi.interpolate`${key}=${ref.valueFrom}`);
    return {
        name,
        envs: [...plain, ...secret],
        labels: [
            { label: "dev.twinstack.app", value: place.app },
            { label: "dev.twinstack.stack", value: place.stack },
            ...sortedEntries(secrets).map(([key, ref]) => ({ label: `${secretLabel}${key}`, value: ref.id })),
            ...sortedEntries(secretFiles).map(([path, ref]) => ({ label: `${secretFileLabel}${path}`, value: ref.id })),
        ],
        networksAdvanced: [{ name: network.id, aliases: [alias] }],
    } satisfies Partial<ContainerArgs>;
}

/** A container that runs until it is stopped, and comes back with the machine. */
export const running = { restart: "unless-stopped", init: true } as const;

/** A container that runs once, to its end, before whatever depends on it. */
export const once = { attach: true, mustRun: false, logs: true } as const;

/** A published port: on this machine alone, so that no neighbour in the network reaches it. */
export const published = (external: number, internal: number) => ({ external, internal, ip: "127.0.0.1" });

/** Two containers cannot have one name, one port or one volume: the old one goes first. */
export const replaced = (parent: pulumi.Resource) => ({ parent, deleteBeforeReplace: true });
