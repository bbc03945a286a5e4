import { ProblemsError, type Problem } from "../topology/problems";
import type { PlanResource } from "./resource";

/** How many of something a cloud allows, and how a plan says how many there are. */
interface Quota {
    /** As the cloud calls it, in its list of quotas too. */
    name: string;
    /** Where it is counted: the service in AWS's Service Quotas. */
    service: string;
    /** What everybody has. */
    usual: number;
    /** What nobody gets more of; absent where the documentation names none. */
    most?: number;
    /** Names of what has some → how many. */
    count(resources: PlanResource[]): Record<string, number>;
    /** Where in the topology they come from. */
    path: string;
    /** What to do instead. */
    instead: string;
}

/** One load balancer is all that an app has. */
const perBalancer =
    (type: string) =>
    (resources: PlanResource[]): Record<string, number> => {
        const balancer = resources.find((one) => one.type === "aws:lb/loadBalancer:LoadBalancer");
        return balancer ? { [balancer.name]: resources.filter((one) => one.type === type).length } : {};
    };

/**
 * Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html and
 * https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html. A load balancer here has one certificate with every name, and so
 * never comes near the 25 that it may have.
 */
const quotas: Quota[] = [
    {
        name: "Target Groups per Application Load Balancer",
        service: "Elastic Load Balancing",
        usual: 100,
        most: 100,
        count: perBalancer("aws:lb/targetGroup:TargetGroup"),
        path: "services",
        instead: "services in an app of their own, with a load balancer of its own",
    },
    {
        name: "Rules per Application Load Balancer",
        service: "Elastic Load Balancing",
        usual: 100,
        count: perBalancer("aws:lb/listenerRule:ListenerRule"),
        path: "services",
        instead: "fewer routes",
    },
    {
        name: "Number of domain names per ACM certificate",
        service: "AWS Certificate Manager",
        usual: 10,
        most: 100,
        count: (resources) =>
            Object.fromEntries(
                resources
                    .filter(({ type }) => type === "aws:acm/certificate:Certificate")
                    .map(({ name, inputs }) => [name, (inputs.subjectAlternativeNames as unknown[]).length]),
            ),
        path: "domain.alternativeNames",
        instead: "a wildcard (`*.example.com`), which is one name",
    },
];

/** What a plan has more of than a fresh account may, and more than anybody may. */
const exceeded = (resources: PlanResource[]) =>
    quotas.flatMap((quota) =>
        Object.entries(quota.count(resources))
            .filter(([, count]) => count > quota.usual)
            .map(([owner, count]) => ({ quota, owner, count })),
    );

/**
 * Throws where a plan has more of something than its cloud gives to anybody: `up` would fail in its midst.
 * @throws ProblemsError with all of them
 */
export function refuseTooMany(resources: PlanResource[], stack: string): void {
    const problems = exceeded(resources)
        .filter(({ quota: { most }, count }) => most !== undefined && count > most)
        .map(({ quota, owner, count }): Problem => ({
            path: quota.path,
            found: `${count} for ${owner} (${quota.name})`,
            allowed: `at most ${quota.most}, which AWS does not raise; ${quota.instead}`,
        }));
    if (problems.length) throw new ProblemsError(problems, stack);
}

/** A sentence for each quota that has to be raised before `up`. */
export const quotaWarnings = (resources: PlanResource[]): string[] =>
    exceeded(resources).map(
        ({ quota, owner, count }) =>
            `${owner} needs ${count} of “${quota.name}”; an account has ${quota.usual} until it asks for more ` +
            `(Service Quotas, ${quota.service}). Do that before \`pulumi up\`, or it fails there.`,
    );
