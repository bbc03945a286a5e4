import { Container } from "@pulumi/docker/container";
import { Volume } from "@pulumi/docker/volume";
import type * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { container, once, replaced } from "./container";

const toolImage = "busybox:1.37.0";

/**
 * A volume that services share, and the container that gives it to them, as Docker makes volumes for root alone. A change of
 * anything but its name would replace a volume, so it has nothing else.
 *
 * @returns the volume's name
 */
export function sharedVolume(
    name: string,
    {
        place,
        network,
        alias,
        command,
    }: { place: roles.Place; network: roles.Network; alias: string; command: string[] },
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const volume = new Volume(name, { name }, { parent });
    new Container(
        `${name}-prepare`,
        {
            ...container(`${name}-prepare`, { place, network, alias: `${alias}-prepare` }),
            ...once,
            image: toolImage,
            command: [...command, "/data"],
            volumes: [{ volumeName: volume.name, containerPath: "/data" }],
        },
        replaced(parent),
    );
    return volume.name;
}
