import type { Thing } from "./cloud";
import { refersTo, namesOf, texts } from "./inuse";
import type { Properties } from "./values";

/** What clouds refuse or put off, beside names that are taken and things that are in use. */

/** Types whose update is one request with everything in it, what a program ignores too: it overwrites what others set. */
export const sentWhole = /^gcp:cloudrunv2\/(service|job):/;

/** What RDS leaves as it is until the maintenance window, unless a change is to apply at once. */
const deferred = ["engineVersion", "instanceClass", "parameterGroupName", "multiAz", "allowMajorVersionUpgrade"];

/** Of the changed inputs, those that take effect later. The old ones stay in use until then. */
export function putOff(type: string, inputs: Properties, changed: string[]): string[] {
    if (type !== "aws:rds/instance:Instance" || inputs.applyImmediately !== false) return [];
    return changed.filter((key) => deferred.includes(key));
}

/** Why a cloud would refuse to have `inputs` on a thing of this type; undefined if it would not. */
export function refusal(type: string, inputs: Properties, before: Thing | undefined, all: Thing[]): string | undefined {
    return rules[type]?.(inputs, before, all);
}

type Rule = (inputs: Properties, before: Thing | undefined, all: Thing[]) => string | undefined;

/** Nothing moves to another VPC. */
function staysInItsVpc(key: string): Rule {
    return (inputs, before, all) => {
        const vpcs = (of: Properties) =>
            ((of[key] ?? []) as string[]).map((id) => all.find((thing) => thing.id === id)?.inputs.vpcId);
        const [old, now] = [before?.inputs, inputs].map((of) => new Set(of && vpcs(of)));
        return before && [...now!].some((vpc) => vpc !== undefined && !old!.has(vpc))
            ? "InvalidConfigurationRequest: the subnets are in another VPC"
            : undefined;
    };
}

const rules: Record<string, Rule> = {
    "aws:acm/certificateValidation:CertificateValidation": ({ certificateArn }, _, all) => {
        const certificate = all.find(({ outputs }) => outputs.arn === certificateArn);
        const options = (certificate?.outputs.domainValidationOptions ?? []) as { resourceRecordName: string }[];
        const missing = options.find(
            ({ resourceRecordName: name }) =>
                !all.some(
                    (thing) => thing.type === "aws:route53/record:Record" && thing.live && thing.inputs.name === name,
                ),
        );
        return missing && `waiting for the certificate's validation: ${missing.resourceRecordName} does not exist`;
    },
    "aws:ecs/service:Service": ({ loadBalancers }, _, all) => {
        const groups = ((loadBalancers ?? []) as { targetGroupArn: string }[]).map((entry) => entry.targetGroupArn);
        const listeners = all
            .filter(({ type }) => /^aws:lb\/listener(Rule)?:/.test(type))
            .flatMap((t) => texts(t.inputs));
        const loose = groups.find((arn) => !listeners.includes(arn));
        return loose && `the target group ${loose} does not have an associated load balancer`;
    },
    "aws:lb/loadBalancer:LoadBalancer": staysInItsVpc("subnets"),
    "aws:rds/subnetGroup:SubnetGroup": staysInItsVpc("subnetIds"),
    "aws:rds/instance:Instance": (inputs, before) => {
        if (!before) return undefined;
        const [old, now] = [before.inputs, inputs];
        if (Number(now.allocatedStorage ?? 0) < Number(old.allocatedStorage ?? 0))
            return "InvalidParameterCombination: storage cannot be made smaller";
        const major = (version: unknown) => Number(String(version ?? 0).split(".")[0]);
        if (major(now.engineVersion) < major(old.engineVersion))
            return "a database cannot be taken to an older version";
        return undefined;
    },
    "gcp:sql/databaseInstance:DatabaseInstance": (inputs, before) => {
        const version = (of?: Properties) =>
            Number(
                String(of?.databaseVersion ?? "")
                    .split("_")
                    .at(-1) || 0,
            );
        return before && version(inputs) < version(before.inputs)
            ? "a database cannot be taken to an older version"
            : undefined;
    },
};

/** Why a thing is kept though nothing uses it: protection, or contents. */
export function keptBy({ type, inputs, filled }: Thing): string | undefined {
    const settings = (inputs.settings ?? {}) as Properties;
    const protections = [inputs, settings].some((at) =>
        ["deletionProtection", "enableDeletionProtection", "deletionProtectionEnabled"].some((key) => at[key] === true),
    );
    if (protections || inputs.deleteProtectionState === "DELETE_PROTECTION_ENABLED")
        return "is protected against deletion";
    if (!filled) return undefined;
    if (/^aws:ecr\/repository:/.test(type) && inputs.forceDelete !== true) return "is not empty";
    if (/^(aws:s3|gcp:storage)\/bucket:/.test(type) && inputs.forceDestroy !== true) return "is not empty";
    return undefined;
}

/** Seconds-long windows aside, a name that stays taken after its thing is deleted: a secret that may be restored. */
export const keepsName = ({ type, inputs }: Thing): boolean =>
    (type === "aws:secretsmanager/secret:Secret" && inputs.recoveryWindowInDays !== 0) ||
    type === "gcp:iam/workloadIdentityPool:WorkloadIdentityPool" ||
    type === "gcp:kms/keyRing:KeyRing" ||
    type === "gcp:sql/databaseInstance:DatabaseInstance";

/** What a push to a registry is refused for. */
export function pushRefusal(inputs: Properties, pushed: Map<string, string>, all: Thing[]): string | undefined {
    const tags = (inputs.tags ?? []) as string[];
    const taken = tags.find((tag) => {
        const repository = all.find(({ outputs }) => outputs.repositoryUrl === tag.replace(/:[^:/]*$/, ""));
        return repository?.inputs.imageTagMutability === "IMMUTABLE" && pushed.has(tag);
    });
    return taken && `the tag ${taken} already exists and cannot be overwritten because the repository is immutable`;
}

/** The things that hold what an image was pushed to. */
export const pushedTo = (inputs: Properties, all: Thing[]): Thing[] => {
    const tags = ((inputs.tags ?? []) as string[]).map((tag) => tag.replace(/:[^:/]*$/, ""));
    return all.filter(
        ({ type, outputs }) =>
            (type === "aws:ecr/repository:Repository" && tags.includes(String(outputs.repositoryUrl))) ||
            (type === "gcp:artifactregistry/repository:Repository" &&
                tags.some((tag) => tag.startsWith(String(outputs.registryUri)))),
    );
};

export { namesOf, refersTo };
