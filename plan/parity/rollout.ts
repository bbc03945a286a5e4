import type { Row } from "./row";

const byShip = "`twinstack ship` goes by it; nothing is built";

/** How new versions of a service take over. */
export const rollout: Row[] = [
    {
        field: "services.*.rollout.strategy",
        aws: "A second ECS service and target group while a release has a candidate; weighted forward in the listener's rules",
        gcp: "A second Cloud Run service and backend while a release has a candidate; weighted backends in the URL map",
        note: "Cloud CDN has backends of its own, which fetch from the running version; CloudFront fetches by the load balancer's weights. Calls between services go to the running version",
    },
    {
        field: "services.*.rollout.steps",
        aws: "Weight of the candidate's target group",
        gcp: "Weight of the candidate's backend service",
    },
    ...["stepMinutes", "bakeMinutes", "minRequests"].map((key) => ({
        field: `services.*.rollout.${key}`,
        aws: byShip,
        gcp: byShip,
    })),
    {
        field: "services.*.rollout.abortOn.errorPercent",
        aws: "`twinstack ship` reads CloudWatch's figures of the candidate's target group",
        gcp: "`twinstack ship` reads Cloud Monitoring's figures of the candidate's backend",
    },
    {
        field: "services.*.rollout.abortOn.p99Seconds",
        aws: "`twinstack ship` reads CloudWatch's figures of the candidate's target group",
        gcp: "`twinstack ship` reads Cloud Monitoring's figures of the candidate's backend",
    },
];

/** How long that may take. */
export const deploy: Row[] = [
    ...["targetMinutes", "slowMinutes"].map((key) => ({ field: `deploy.${key}`, aws: byShip, gcp: byShip })),
    {
        field: "deploy.webhook",
        aws: "`twinstack ship` posts to the address in the Secrets Manager secret, by the `aws` command",
        gcp: "`twinstack ship` posts to the address in the Secret Manager secret, by the `gcloud` command",
    },
];
