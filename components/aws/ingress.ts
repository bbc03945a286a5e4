import * as acm from "@pulumi/aws/acm";
import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as route53 from "@pulumi/aws/route53";
import * as vpc from "@pulumi/aws/vpc";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { mapEntries } from "../map";
import type * as roles from "../roles";
import { AccessLogs } from "./accesslogs";
import { zoneId } from "./dns";
import { listenerRules } from "./routes";

/** An Application Load Balancer with its listeners and target groups. Its twin is ../gcp/ingress.ts. */
export class Ingress extends pulumi.ComponentResource implements roles.Ingress {
    readonly url: pulumi.Output<string>;
    readonly address: pulumi.Output<string>;
    readonly addressZoneId: pulumi.Output<string>;
    readonly targets: Record<string, pulumi.Output<string>>;
    readonly monitoringId: pulumi.Output<string>;
    readonly targetMonitoringIds: Record<string, pulumi.Output<string>>;
    readonly securityGroupId: pulumi.Output<string>;

    constructor(name: string, args: roles.IngressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Ingress", name, {}, opts);
        const { network, domain, firewall, targets, deletionProtection } = args;
        const parent = this;

        const group = new ec2.SecurityGroup(
            `${name}-access`,
            { vpcId: network.id, description: `Load balancer ${name}` },
            { parent },
        );
        for (const port of domain ? [443, 80] : [80])
            new vpc.SecurityGroupIngressRule(
                `${name}-${port}`,
                { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: port, toPort: port },
                { parent },
            );
        const logs = new AccessLogs(
            `${name}-logs`,
            { accountId: group.ownerId, retentionDays: args.logRetentionDays, forceDestroy: !deletionProtection },
            { parent },
        );
        const balancer = new lb.LoadBalancer(
            name,
            {
                loadBalancerType: "application",
                subnets: network.publicSubnetIds,
                securityGroups: [group.id],
                dropInvalidHeaderFields: true,
                enableDeletionProtection: deletionProtection,
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

        const groups = mapEntries(targets, (key, target) => this.targetGroup(`${name}-${key}`, target, network));
        this.targets = mapEntries(groups, (_, target) => target.arn);
        this.targetMonitoringIds = mapEntries(groups, (_, target) => target.arnSuffix);
        this.listen(name, args, balancer);

        this.url = domain ? pulumi.output(`https://${domain.name}`) : pulumi.interpolate`http://${balancer.dnsName}`;
        this.address = balancer.dnsName;
        this.addressZoneId = balancer.zoneId;
        this.monitoringId = balancer.arnSuffix;
        this.securityGroupId = group.id;
        this.registerOutputs({ url: this.url });
    }

    private targetGroup(name: string, { port, health }: roles.Target, network: roles.Network): lb.TargetGroup {
        return new lb.TargetGroup(
            name,
            {
                targetType: "ip",
                vpcId: network.id,
                port,
                protocol: "HTTP",
                // Five minutes by default, which is how long every deployment would take to let go of old tasks.
                deregistrationDelay: 30,
                healthCheck: {
                    path: health.path,
                    matcher: "200",
                    interval: health.intervalSeconds,
                    timeout: health.timeoutSeconds,
                    healthyThreshold: health.healthyThreshold,
                    unhealthyThreshold: health.unhealthyThreshold,
                },
            },
            { parent: this },
        );
    }

    /** HTTPS with a redirect from HTTP, or plain HTTP without a domain; then the routes on whichever serves. */
    private listen(name: string, { targets, domain }: roles.IngressArgs, balancer: lb.LoadBalancer): void {
        const { fallback, rules } = listenerRules(targets);
        const defaultActions = fallback
            ? [{ type: "forward", targetGroupArn: this.targets[fallback] }]
            : [
                  {
                      type: "fixed-response",
                      fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "Not found" },
                  },
              ];
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
                {
                    loadBalancerArn: balancer.arn,
                    port: 443,
                    protocol: "HTTPS",
                    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
                    certificateArn: this.certificate(name, domain),
                    defaultActions,
                },
                { parent: this },
            );
        } else {
            serving = new lb.Listener(`${name}-http`, { ...http, defaultActions }, { parent: this });
        }
        for (const { target, conditions, priority } of rules)
            new lb.ListenerRule(
                `${name}-${target}-${priority}`,
                {
                    listenerArn: serving.arn,
                    priority,
                    conditions,
                    actions: [{ type: "forward", targetGroupArn: this.targets[target] }],
                },
                { parent: this },
            );
    }

    /** ARN of a certificate that is issued: its validation record is in the zone, and ACM has seen it. */
    private certificate(name: string, domain: topology.Domain): pulumi.Output<string> {
        const certificate = new acm.Certificate(
            `${name}-certificate`,
            { domainName: domain.name, validationMethod: "DNS" },
            { parent: this },
        );
        const option = certificate.domainValidationOptions[0];
        const record = new route53.Record(
            `${name}-validation`,
            {
                zoneId: zoneId(domain, this),
                name: option.resourceRecordName,
                type: option.resourceRecordType,
                records: [option.resourceRecordValue],
                ttl: 300,
                // Two certificates for one name share their record.
                allowOverwrite: true,
            },
            { parent: this },
        );
        const validation = new acm.CertificateValidation(
            `${name}-validated`,
            { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
            { parent: this },
        );
        return validation.certificateArn;
    }
}
