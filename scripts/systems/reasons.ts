import { not } from "./row";

/** Why a cloud has no property for a figure, where several documents meet the same reason. */

export const named = (name: string) =>
    not(`Named by Pulumi after \`${name}\`, so that two stacks fit into one account`);
export const revisions = not("Cloud Run starts a whole revision beside the old one and then moves the traffic");
export const keepsTraffic = not("A revision that does not become ready never gets traffic; the one before keeps it");
export const beginsWithMinimum = not("Cloud Run begins with the minimum");
export const noCpuTarget = not("Cloud Run aims at 60 % by itself and takes no target");
export const noClusters = not("Cloud Run has no clusters");
export const digestIsRevision = not("A new digest is a new revision");
