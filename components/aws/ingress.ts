import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as vpc from "@pulumi/aws/vpc";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";

import { namedByHost } from "../hosts";
import { mapEntries } from "../map";
import { shortened } from "../../topology/names";
import type * as roles from "../roles";
import { AccessLogs } from "./accesslogs";
import { certificate } from "./certificate";
import { candidateRules, listenerRules, tyingRules } from "./routes";

/** Of the 32 characters of a target group's name, those that Pulumi's hyphen and 7 digits leave. */
const longestName = 24;

/** A target group of addresses must have a port that nobody asks: each target is registered with its own. */
const anyPort = 80;

/** A port of the load balancer that its security group admits nobody to. */
const tyingPort = 8009;

/**
 * An Application Load Balancer with its target groups, and once the services run (`serve`), its listeners. Its twin is
 * ../gcp/ingress.ts.
 *
 * ECS refuses a service whose target group no listener leads to, and a listener that leads to a target group without
 * healthy tasks answers 503. So each target group is first tied to the load balancer by a listener that nobody reaches.
 */
export class Ingress extends pulumi.ComponentResource implements roles.Ingress {
    readonly url: pulumi.Output<string>;
    readonly address: pulumi.Output<string>;
    readonly addressZoneId: pulumi.Output<string>;
    readonly targets: Record<string, pulumi.Output<string>>;
    readonly tied: Record<string, pulumi.Resource>;
    readonly monitoringId: pulumi.Output<string>;
    readonly targetMonitoringIds: Record<string, pulumi.Output<string>>;
    readonly securityGroupId: pulumi.Output<string>;
    readonly certificates: Record<string, pulumi.Output<string>> = {};

    private readonly balancer: lb.LoadBalancer;

    constructor(
        private readonly name: string,
        private readonly args: roles.IngressArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:aws:Ingress", name, {}, opts);
        const { network, domain, firewall, targets, deletionProtection } = args;
        const parent = this;

        const group = new ec2.SecurityGroup(
            `${name}-access`,
            { vpcId: network.id, description: `Load balancer ${name}` },
            // It is in a VPC for good, as is the load balancer: another range of addresses is refused before anything is touched.
            { parent, protect: deletionProtection },
        );
        for (const port of domain ? [443, 80] : [80])
            new vpc.SecurityGroupIngressRule(
                `${name}-${port}`,
                {
                    securityGroupId: group.id,
                    description: "Visitors from anywhere",
                    cidrIpv4: "0.0.0.0/0",
                    ipProtocol: "tcp",
                    fromPort: port,
                    toPort: port,
                },
                { parent },
            );
        const logs = new AccessLogs(
            `${name}-logs`,
            { accountId: group.ownerId, retentionDays: args.logRetentionDays, forceDestroy: !deletionProtection },
            { parent },
        );
        const balancer = new lb.LoadBalancer(
            shortened(name, longestName),
            {
                loadBalancerType: "application",
                subnets: network.publicSubnetIds,
                securityGroups: [group.id],
                dropInvalidHeaderFields: true,
                enableDeletionProtection: deletionProtection,
                idleTimeout: idleTimeout(Object.values(targets)),
                accessLogs: { enabled: true, bucket: logs.bucket },
            },
            { parent },
        );
        if (firewall)
            new wafv2.WebAclAssociation(
                `${name}-firewall`,
                { resourceArn: balancer.arn, webAclArn: firewall.id },
                { parent },
            );

        // What it speaks is in its name: left out of its inputs, a protocol would stay as it was.
        const groups = mapEntries(targets, (key, target) =>
            this.targetGroup(
                `${name}-${key}${target.protocol === "http" ? "" : `-${target.protocol}`}`,
                target,
                network,
            ),
        );
        this.targets = mapEntries(groups, (_, target) => target.arn);
        this.targetMonitoringIds = mapEntries(groups, (_, target) => target.arnSuffix);
        this.balancer = balancer;
        this.tied = this.tie(name, Object.keys(targets), balancer);

        this.url = domain ? pulumi.output(`https://${domain.name}`) : pulumi.interpolate`http://${balancer.dnsName}`;
        this.address = balancer.dnsName;
        this.addressZoneId = balancer.zoneId;
        this.monitoringId = balancer.arnSuffix;
        this.securityGroupId = group.id;
        this.registerOutputs({ url: this.url });
    }

    private targetGroup(name: string, target: roles.Target, network: roles.Network): lb.TargetGroup {
        const { health, healthPath, drainSeconds, protocol, sticky } = target;
        return new lb.TargetGroup(
            name,
            {
                // Where Pulumi's own name would be too long, the provider makes one of six characters and a number.
                namePrefix: name.length > longestName ? `${name.slice(0, 5).replace(/-$/, "")}-` : undefined,
                targetType: "ip",
                vpcId: network.id,
                port: anyPort,
                protocol: "HTTP",
                protocolVersion: protocol === "http" ? undefined : protocol.toUpperCase(),
                // Where nothing is said the provider keeps what was.
                stickiness: { type: "lb_cookie", enabled: sticky },
                // Five minutes by default, which is how long every deployment would take to let go of old tasks.
                deregistrationDelay: drainSeconds,
                healthCheck: {
                    path: protocol === "grpc" ? grpcHealth : healthPath,
                    // gRPC's own code for a call that succeeded.
                    matcher: protocol === "grpc" ? "0" : "200",
                    interval: health.intervalSeconds,
                    timeout: health.timeoutSeconds,
                    healthyThreshold: health.healthyThreshold,
                    unhealthyThreshold: health.unhealthyThreshold,
                },
            },
            // Earlier versions said the app's own port, and another port is another target group.
            { parent: this, ignoreChanges: ["port"] },
        );
    }

    /** Ties each target group to the load balancer: from then on it is asked for its health, and ECS may fill it. */
    private tie(name: string, keys: string[], balancer: lb.LoadBalancer): Record<string, lb.ListenerRule> {
        // Only from HTTPS does it lead to what speaks HTTP/2.
        const encrypted = Object.values(this.args.targets).some(({ protocol }) => protocol !== "http");
        const listener = new lb.Listener(
            `${name}-tying`,
            {
                loadBalancerArn: balancer.arn,
                port: tyingPort,
                ...(encrypted ? this.https() : { protocol: "HTTP" }),
                defaultActions: [notFound],
            },
            { parent: this },
        );
        return mapEntries(
            tyingRules(keys),
            (key, { priority, conditions }) =>
                new lb.ListenerRule(
                    `${name}-${key}-tying`,
                    { listenerArn: listener.arn, priority, conditions, actions: [this.forward(key)] },
                    { parent: this },
                ),
        );
    }

    /** How a listener serves HTTPS; the certificate is made when it is first asked for. */
    private https() {
        const { domain, dns, certificateNames: names } = this.args;
        if (!domain) throw new Error(`${this.name} has no domain`);
        const host = names[0];
        this.certificates[host] ??= certificate(this.name, { dns: dns!, names }, this);
        return {
            protocol: "HTTPS",
            sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
            certificateArn: this.certificates[host],
        };
    }

    private forward = (target: string) => ({ type: "forward", targetGroupArn: this.targets[target] });

    /**
     * Where the requests of a target go: to it, or to it and its candidate by their weights. What may be shared out always has
     * the form that says weights: the provider does not take back two groups for one that is said in the other form.
     */
    private lead(target: string) {
        const { splits, candidate } = this.args.targets[target];
        if (!splits) return this.forward(target);
        const share = (key: string, weight: number) => ({ arn: this.targets[key], weight });
        const targetGroups = candidate
            ? [share(target, 100 - candidate.weight), share(candidate.target, candidate.weight)]
            : [share(target, 100)];
        return { type: "forward", forward: { targetGroups } };
    }

    /**
     * Opens the entrance: HTTPS with a redirect from HTTP, or plain HTTP without a domain; then the routes on whichever serves.
     * @param behind what runs behind each target: all of it before the entrance opens, and each before a rule leads to it
     */
    serve(behind: Record<string, pulumi.Resource>): void {
        const { name, balancer } = this;
        const { targets, domain, dns } = this.args;
        const opts = { parent: this, dependsOn: Object.values(behind) };
        const after = (...keys: string[]) => ({ parent: this, dependsOn: keys.map((key) => behind[key]) });
        const ledBy = (key: string) => [key, ...(targets[key].candidate ? [targets[key].candidate.target] : [])];
        const led = listenerRules(targets, domain?.redirects);
        const { fallback, rules } = led;
        const defaultActions = [fallback ? this.lead(fallback) : notFound];
        const http = { loadBalancerArn: balancer.arn, port: 80, protocol: "HTTP" };

        let serving: lb.Listener;
        if (domain) {
            const redirect = { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" };
            new lb.Listener(
                `${name}-http`,
                { ...http, defaultActions: [{ type: "redirect", redirect }] },
                { parent: this },
            );
            serving = new lb.Listener(
                `${name}-https`,
                { loadBalancerArn: balancer.arn, port: 443, ...this.https(), defaultActions },
                opts,
            );
        } else {
            serving = new lb.Listener(`${name}-http`, { ...http, defaultActions }, opts);
        }
        const routes = rules.map(
            ({ target, conditions, priority, transforms }) =>
                new lb.ListenerRule(
                    `${name}-rule-${priority}`,
                    {
                        listenerArn: serving.arn,
                        priority,
                        conditions,
                        transforms,
                        actions: [this.lead(target)],
                    },
                    after(...ledBy(target)),
                ),
        );
        // They lead to the domain, which another one takes the place of: its name is there before anybody is sent to it.
        const named = led.redirects.length ? dns!.lead(domain!.name, this, [serving, ...routes]) : [];
        for (const { host, priority } of led.redirects)
            new lb.ListenerRule(
                namedByHost(`${name}-redirect`, host),
                {
                    listenerArn: serving.arn,
                    priority,
                    conditions: [{ hostHeader: { values: [host] } }],
                    // Path and query stay as they are.
                    actions: [{ type: "redirect", redirect: { host: domain!.name, statusCode: "HTTP_301" } }],
                },
                { parent: this, dependsOn: named },
            );
        for (const { target, role, conditions, priority, transforms } of candidateRules(targets, led))
            new lb.ListenerRule(
                `${name}-rule-${role}`,
                { listenerArn: serving.arn, priority, conditions, transforms, actions: [this.forward(target)] },
                after(target),
            );
    }
}

/** Where gRPC's health protocol is asked. */
const grpcHealth = "/grpc.health.v1.Health/Check";

/** Seconds without a byte until the load balancer gives a connection up: as long as any of its services may take. */
function idleTimeout(targets: roles.Target[]): number | undefined {
    const longest = Math.max(...targets.map(({ timeoutSeconds = usualIdle }) => timeoutSeconds));
    return longest === usualIdle ? undefined : longest;
}
/** What it is by default. */
const usualIdle = 60;

const notFound = {
    type: "fixed-response",
    fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "Not found" },
};
