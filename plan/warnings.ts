import { releasePrefix } from "../components/context";
import type { Account, App, Cloud, Database, Service, Target } from "../topology/app";
import { calledAhead, calledServices } from "../topology/calls";
import { hasEntrance, isWorker } from "../topology/endpoints";
import { floats, hasDigest } from "../topology/images";
import { askFor, missingIn } from "../topology/gcp-regions";
import { largeBody, ownerOf } from "../topology/managed-rules";
import { splits } from "../topology/rollout";
import type { Stack } from "../topology/validate";
import { localWarningsOf } from "./warnings-local";
import { command } from "../topology/command";

/** What is allowed in this environment and yet worth knowing, one sentence each. */
export function warningsOf(stack: Stack<Target>): string[] {
    const { app, cloud, environment, place } = stack;
    if (cloud === "local") return localWarningsOf(app);
    if (app.account) return accountWarnings(app.account, app);
    const services = Object.entries(app.services);
    const ahead = calledAhead(app);
    const all: [boolean, string][] = [
        [
            !app.domain && hasEntrance(app),
            "No domain: the app answers by plain HTTP, at the load balancer's own address (--domain names one).",
        ],
        [!hasEntrance(app), "No service has a route: there is no load balancer, and no firewall before one."],
        [!app.firewall.enabled && hasEntrance(app), `The web application firewall is off in ${environment}.`],
        [
            app.firewall.enabled && app.firewall.mode === "count",
            "The web application firewall only counts; it blocks nothing.",
        ],
        ...firewallWarnings(app, cloud),
        [!app.alarms.enabled, `Alarms are off in ${environment}.`],
        [app.alarms.enabled && app.alarms.emails.length === 0, "Nobody is told of alarms: set alarms.emails."],
        [
            cloud === "aws" && app.network.nat === "none",
            `No NAT: tasks have public addresses, whose security group admits ${hasEntrance(app) ? "only the load balancer" : "nothing from outside"}.`,
        ],
        ...borrowed(app, cloud),
        [
            cloud === "gcp" && app.network.gcp.away !== undefined,
            `The app's own subnets are in ${(app.network.gcp.away ?? []).join(" and ")}: in ${place.region} the default subnet stands in their place.`,
        ],
        ...services.map(([name, service]): [boolean, string] => [
            cloud === "aws" && service.aws.spot,
            `${name} runs on Fargate Spot: a task may be stopped with two minutes' notice.`,
        ]),
        ...services.map(([name, service]): [boolean, string] => {
            const queues = service.uses.filter((used) => Object.hasOwn(app.queues, used));
            return [
                splits(service) && queues.length > 0,
                `A candidate of ${name} takes messages of ${queues.join(" and ")} as soon as it runs, if ${name} does, whatever its share of the requests.`,
            ];
        }),
        ...Object.entries(app.databases).map(([name, database]): [boolean, string] => [
            !database.highAvailability,
            `Database ${name} has no standby: it is away while its zone is, or while it is maintained.`,
        ]),
        ...Object.entries(app.databases).map(([name, { tls }]): [boolean, string] => [
            tls === "optional",
            `Database ${name} takes connections without TLS, which are plain text within the network, password and all (tls: "required" ends that).`,
        ]),
        ...Object.entries(app.databases).flatMap(([name, database]) => restoreWarnings(name, database, cloud)),
        ...Object.entries(app.caches).flatMap(([name, cache]): [boolean, string][] => [
            [!cache.highAvailability, `Cache ${name} has no standby: what is in it is lost with its node.`],
            [
                cache.tls === "optional",
                `Cache ${name} is asked without TLS: password and data are plain text within the network (tls: "required" ends that).`,
            ],
            [
                cache.engine === "memcached",
                `Cache ${name} is memcached, which asks for no password and encrypts nothing: ${cloud === "aws" ? "its security group" : "the network"} alone keeps others out.`,
            ],
            // https://docs.cloud.google.com/memorystore/docs/memcached/release-notes, 20 January 2026
            [
                cloud === "gcp" && cache.engine === "memcached",
                `Cache ${name}: Google ends Memorystore for Memcached on 31 January 2029, and after 1 February 2027 projects that have none get none. Redis stays.`,
            ],
        ]),
        ...Object.entries(app.filesystems).map(([name, { gcp }]): [boolean, string] => [
            cloud === "gcp" && !gcp.filestore,
            `File system ${name} is a Cloud Storage volume, which has no file locks: software that keeps a database in files (SQLite) needs gcp.filestore.`,
        ]),
        ...services.flatMap(([name, service]) => serviceWarnings(name, service, cloud)),
        ...Object.entries(app.jobs).map(([name, { service, run }]): [boolean, string] => [
            run === "deployment" && Object.hasOwn(ahead, service),
            `Job ${name} runs before ${service}, which is made before ${ahead[service]?.join(" and ")} as they call each other in a circle: in the stack's first deployment the job must do without.`,
        ]),
        // https://cloud.google.com/run/docs/configuring/vpc-direct-vpc#limitations
        ...Object.entries(app.jobs).map(([name, { timeoutSeconds }]): [boolean, string] => [
            cloud === "gcp" && timeoutSeconds > 3600,
            `Job ${name} may run longer than an hour: connections by Direct VPC egress may break then; it must connect again.`,
        ]),
        ...(cloud === "gcp" ? missingIn(place.region, app) : []).map(({ product, parts }): [boolean, string] => [
            true,
            `${place.region} may have no ${product}, which ${parts.join(" and ")} need${parts.length > 1 ? "" : "s"}: Google's list of products by region has none. \`${askFor[product]}\` says whether it has by now.`,
        ]),
        ...services.map(([name, { image }]): [boolean, string] => [
            unkept(image.reference, `${place.prefix}-${name}`),
            `${name} runs an image of its own registry that no tag ${releasePrefix}… keeps: once CI has pushed enough others it is deleted. Name it …:${releasePrefix}1@sha256:….`,
        ]),
        ...services
            .flatMap(([name, { image, sidecars }]) => [
                { name, image },
                ...Object.entries(sidecars).map(([sidecar, { image }]) => ({
                    name: `Sidecar ${sidecar} of ${name}`,
                    image,
                })),
            ])
            .map(({ name, image }): [boolean, string] => [
                image.reference !== undefined && !hasDigest(image.reference),
                `${name} runs ${image.reference}, ${floats(image.reference ?? "") ? "which is another image from day to day: an instance that starts later may run another one, and prod refuses it" : "whose tag somebody may move: a digest (…@sha256:…) cannot be"}.`,
            ]),
        [
            cloud === "aws" && app.deployer?.aws.provider === "create",
            "This stack makes the account's OIDC provider for GitHub. An account has one: where there is one already, deployer.aws.provider is existing.",
        ],
        [
            cloud === "aws" && app.deployer?.aws.provider === "existing",
            "The deployer signs in by the account's OIDC provider for GitHub, which the account's own stack makes (docs/account.md).",
        ],
        ...pipelineWarnings(app, cloud, environment),
        [
            cloud === "gcp",
            "Who read data is in the project's audit logs once the account's own stack is up (docs/account.md).",
        ],
        [!app.deletionProtection, "Nothing is protected from deletion: `pulumi destroy` deletes the data."],
    ];
    return all.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

/** What a pipeline of the cloud's own waits for, and who is not asked. */
function pipelineWarnings({ pipeline }: App, cloud: Cloud, environment: string): [boolean, string][] {
    if (!pipeline) return [];
    const { aws, gcp, branch, approval, repository } = pipeline;
    return [
        [
            cloud === "aws" && !aws.connection,
            "The pipeline's connection to GitHub is pending until a person finishes it in the console (Developer Tools, Connections): until then its runs fail.",
        ],
        [
            cloud === "gcp" && !gcp.connection && !gcp.authorized,
            "The pipeline is only its connection to GitHub, which a person has to finish in the console (Cloud Build, Repositories); then set pipeline.gcp.authorized, and the next `up` makes the rest.",
        ],
        [
            !approval,
            `Whoever may push to ${branch} of ${repository} deploys to ${environment} without an approval (pipeline.approval).`,
        ],
        [
            true,
            "The pipeline deploys as the account's own stack lets it: set account.pipelines there (docs/account.md).",
        ],
    ];
}

/** What is worth knowing of who may deploy to an account. */
function accountWarnings({ environments, branches }: Account, { deletionProtection }: App): string[] {
    return [
        ...(environments.length
            ? [
                  `Jobs of the environment${environments.length > 1 ? "s" : ""} ${environments.join(" and ")} deploy from whatever branch GitHub's rules for the environment admit: set them there.`,
              ]
            : []),
        ...(branches.length ? [`Whoever may push to ${branches.join(" or ")} deploys without an approval.`] : []),
        "A workflow of any branch may read every stack's state, secrets included.",
        ...(deletionProtection
            ? []
            : ["Nothing is protected from deletion: `pulumi destroy` deletes every stack's state."]),
    ];
}

/** What a network that is not the stack's must have: nothing here can see whether it does. */
function borrowed(app: App, cloud: Cloud): [boolean, string][] {
    const { aws, gcp, nat } = app.network;
    const peered = [app.databases, app.caches].some((parts) => Object.keys(parts).length > 0);
    const filestore = Object.values(app.filesystems).some((filesystem) => filesystem.gcp.filestore);
    const its = (what: string) => `The network is not the stack's, which makes nothing in it: ${what}.`;
    return [
        [
            cloud === "aws" && aws.existing !== undefined && nat !== "none",
            its("its private subnets must reach the internet by a NAT gateway, and S3 best by a gateway endpoint"),
        ],
        // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
        [
            cloud === "aws" && aws.existing !== undefined && Object.keys(calledAhead(app)).length > 0,
            its(
                "services that call each other in a circle find each other by private DNS: the VPC must have enableDnsSupport and enableDnsHostnames",
            ),
        ],
        [
            cloud === "gcp" && gcp.existing !== undefined,
            its(
                "Cloud Run's service agent must be allowed to use its subnet, a /26 or more with Private Google Access",
            ),
        ],
        [
            cloud === "gcp" && gcp.existing !== undefined && nat !== "none",
            its("it must have Cloud NAT for the subnet, as all that services ask of the internet goes through it"),
        ],
        [
            cloud === "gcp" && gcp.existing !== undefined && (peered || filestore),
            its(
                "databases, caches and file servers need private services access (servicenetworking.googleapis.com) there",
            ),
        ],
        [
            cloud === "gcp" && gcp.existing !== undefined && calledServices(app).size > 0,
            its(
                "services call each other by a private zone run.app. with *.run.app on 199.36.153.8/30, which must be there",
            ),
        ],
    ];
}

/** Where the firewall reads less than it seems to, or takes a name that says nothing on this cloud. */
function firewallWarnings({ firewall, services, buckets, cdn }: App, cloud: Cloud): [boolean, string][] {
    if (!firewall.enabled) return [];
    const { bodyKb, largeBodies, exclude } = firewall;
    const elsewhere = exclude.filter(({ rule }) => ![cloud, "both"].includes(ownerOf(rule) ?? ""));
    const spared = exclude.some(({ rule }) => rule === largeBody);
    // Whoever may write to a bucket probably takes what it puts there from its visitors.
    const writers = Object.keys(services).filter((name) => {
        const { routes, uses } = services[name];
        return routes.length > 0 && uses.some((used) => Object.hasOwn(buckets, used));
    });
    const read = cloud === "aws" ? 8 : bodyKb;
    // https://cloud.google.com/run/quotas
    const limit = cloud === "gcp" ? "; Cloud Run takes 32 MiB over HTTP/1" : "";
    return [
        ...writers.map((name): [boolean, string] => [
            largeBodies === "pass",
            `${name} may take uploads: of a body the firewall inspects the first ${read} KB and lets the rest pass${limit}.`,
        ]),
        ...writers.map((name): [boolean, string] => [
            largeBodies === "block" && !spared,
            `${name} may take uploads, and the firewall refuses bodies beyond ${read} KB: firewall.exclude spares paths (large-body).`,
        ]),
        [
            cloud === "aws" && bodyKb > 8 && cdn !== undefined,
            `The CDN's firewall inspects ${Math.max(bodyKb, 16)} KB of a body; the load balancer's 8 KB, always.`,
        ],
        ...elsewhere.map(({ rule }): [boolean, string] => [
            true,
            `firewall.exclude names ${rule}, a rule of the other cloud: it excludes nothing here.`,
        ]),
    ];
}

/** What a restore leaves open. */
function restoreWarnings(name: string, { restore, backupDays }: Database, cloud: Cloud): [boolean, string][] {
    // ENTERPRISE keeps logs for no more than a week.
    const days = cloud === "gcp" ? Math.min(backupDays, 7) : backupDays;
    const earliest = Date.now() - days * 24 * 60 * 60 * 1000;
    const last = restore.at(-1);
    return restore
        .filter(({ before }) => before !== "removed")
        .map(({ before }): [boolean, string] => [
            true,
            `Database ${name} was restored, and the server before is kept (${before}) and paid for, until restore[].before says removed.`,
        ])
        .concat([
            [
                cloud === "gcp" && last?.backup !== undefined,
                `Database ${name} is restored from a backup, which puts Cloud SQL's own backup settings back to its defaults: pulumi refresh and pulumi up once it is there.`,
            ],
            [
                last?.at !== undefined && Date.parse(last.at) < earliest,
                `Database ${name} goes back to ${last?.at}, before the ${days} days that can be brought back: unless that was done in time, the cloud will refuse.`,
            ],
        ]);
}

/** Whether an image is in the service's own registry, whose cleanup knows neither what runs nor what a rollback needs. */
function unkept(reference: string | undefined, repository: string): boolean {
    const own =
        /^(?:\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com\/|[\w-]+-docker\.pkg\.dev\/[\w-]+\/)([\w-]+)(?:\/app)?(?::([\w.-]+))?(?:@|$)/;
    const [, found, tag] = own.exec(reference ?? "") ?? [];
    return (
        (found === repository || found?.replace(/-[0-9a-f]{7}$/, "") === repository) && !tag?.startsWith(releasePrefix)
    );
}

/** What of a service is risky on its cloud, or has no effect there. */
function serviceWarnings(name: string, service: Service, cloud: Cloud): [boolean, string][] {
    const { scale, health, routes, aws } = service;
    if (cloud === "aws")
        return [
            [
                aws.deployment.minimumHealthyPercent === 0,
                `${name} is deployed by stopping its old tasks first: an outage each time.`,
            ],
            [
                routes.length === 0 && !health.container,
                `${name} is ${isWorker(service) ? "a worker" : "private"} and has no health.container: ECS sees only whether its program runs.`,
            ],
        ];
    const idle = {
        "scale.memoryPercent": scale.memoryPercent !== undefined,
        "scale.requestsPerTarget": scale.requestsPerTarget !== undefined,
        "scale.backlog": scale.backlog !== undefined,
        "scale.desired": scale.desired !== undefined && scale.desired !== scale.min,
        "health.container": health.container !== undefined,
    };
    const without = Object.entries(idle).flatMap(([field, said]) => (said ? [field] : []));
    return [
        [
            service.gcp.callers === "network" && routes.length === 0,
            `${name} is private and asks for no identity token: whatever is in the project's networks may call it.`,
        ],
        [without.length > 0, `${name}: Cloud Run has nothing like ${without.join(", ")} (${command("parity")}).`],
        [
            isWorker(service),
            `${name} is a worker: Cloud Run sees only whether its program runs, and starts it anew when it ends.`,
        ],
    ];
}
