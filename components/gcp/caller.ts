import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { shortened } from "../../topology/names";
import type * as roles from "../roles";

const longestAccountId = 30;

/** A name as the id of a service account: one that is too long ends in a hash of it. */
export const accountId = (name: string): string => shortened(name, longestAccountId);

/** An account for what acts on a service from outside, such as a schedule. It may nothing until it is let. */
export const callerAccount = (name: string, displayName: string, parent: pulumi.Resource): serviceaccount.Account =>
    new serviceaccount.Account(`${name}-account`, { accountId: accountId(name), displayName }, { parent });

/** What runs at Cloud Run: a service, or a worker pool. */
type Running = Pick<roles.Service, "serviceName" | "identity" | "worker">;

/**
 * A role that may read and change what runs at Cloud Run, and not make, delete or call it: no role of Google's is as narrow.
 * @param services that it is for: it knows worker pools where there is one
 */
export function updaterRole(
    name: string,
    services: Pick<Running, "worker">[],
    parent: pulumi.Resource,
): pulumi.Output<string> {
    // A deleted role holds on to its id for 37 days, and can be brought back in the first seven of them only.
    const suffix = new random.RandomId(`${name}-role-suffix`, { byteLength: 3 }, { parent });
    return new projects.IAMCustomRole(
        `${name}-role`,
        {
            roleId: pulumi.interpolate`${name.replaceAll("-", "_")}_${suffix.hex}`,
            title: `Change Cloud Run services (${name})`,
            permissions: [
                ...(services.some(({ worker }) => !worker) ? ["run.services.get", "run.services.update"] : []),
                ...(services.some(({ worker }) => worker) ? ["run.workerpools.get", "run.workerpools.update"] : []),
            ],
        },
        { parent },
    ).name;
}

/** Who may change which service, by what role. */
export interface Update {
    place: roles.Place;
    service: Running;
    member: pulumi.Input<string>;
    role: pulumi.Input<string>;
}

/**
 * Lets an account change a service. Cloud Run asks besides that it may act as the service's own account.
 * @see https://cloud.google.com/run/docs/reference/iam/roles#additional-configuration
 */
export function letUpdate(name: string, update: Update, parent: pulumi.Resource): pulumi.Resource[] {
    const { place, service, member, role } = update;
    const { serviceName, worker } = service;
    const onIt = { location: place.region, name: serviceName, role, member };
    return [
        worker
            ? new cloudrunv2.WorkerPoolIamMember(`${name}-update`, onIt, { parent })
            : new cloudrunv2.ServiceIamMember(`${name}-update`, onIt, { parent }),
        letActAs(name, { place, identity: service.identity, member }, parent),
    ];
}

/** Lets an account change and execute a job, for which it likewise may act as the job's own. */
export function letDeployJob(
    name: string,
    { place, job, member }: { place: roles.Place; job: roles.Job; member: pulumi.Input<string> },
    parent: pulumi.Resource,
): void {
    new cloudrunv2.JobIamMember(
        `${name}-update`,
        { location: place.region, name: job.jobName!, role: "roles/run.developer", member },
        { parent },
    );
    letActAs(name, { place, identity: job.identity!, member }, parent);
}

const letActAs = (
    name: string,
    { place, identity, member }: { place: roles.Place; identity: pulumi.Output<string>; member: pulumi.Input<string> },
    parent: pulumi.Resource,
): serviceaccount.IAMMember => {
    const email = identity.apply((account) => account.replace("serviceAccount:", ""));
    return new serviceaccount.IAMMember(
        `${name}-act-as`,
        {
            serviceAccountId: pulumi.interpolate`projects/${place.project}/serviceAccounts/${email}`,
            role: "roles/iam.serviceAccountUser",
            member,
        },
        { parent },
    );
};

/** Lets an account read, or write, the images of a repository; none for an image of somebody else's. */
export const letUseImages = (
    name: string,
    image: roles.Image,
    access: "reader" | "writer",
    member: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Resource[] =>
    image.repositoryId
        ? [
              new artifactregistry.RepositoryIamMember(
                  `${name}-images`,
                  { repository: image.repositoryId, role: `roles/artifactregistry.${access}`, member },
                  { parent },
              ),
          ]
        : [];
