import * as pulumi from "@pulumi/pulumi";

/**
 * Has every resource say by `dependsOn`, too, what its inputs come from. With `--continue-on-error` the CLI answers for a resource
 * that it skips "success", and leaves out what only its cloud could tell; the SDK that Node 20 can run takes what is left out for
 * undefined, and loses with it which resource it was to come from. So a listener was made without its load balancer, and replaced
 * by the next `up`. What depends on something skipped by `dependsOn` is skipped itself.
 */
export function orderExplicitly(): void {
    pulumi.runtime.registerStackTransformation(({ props, opts }) => {
        const given = opts.dependsOn as pulumi.Resource | pulumi.Resource[] | undefined;
        const dependsOn = sources(props).then((found) => [...[given ?? []].flat(), ...found]);
        return { props, opts: { ...opts, dependsOn } };
    });
}

/** The resources whose outputs are somewhere in these inputs. */
async function sources(inputs: object): Promise<pulumi.Resource[]> {
    const all = pulumi.output(inputs) as unknown as { allResources: () => Promise<Set<pulumi.Resource>> };
    return [...(await all.allResources())];
}
