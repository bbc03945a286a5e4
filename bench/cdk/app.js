"use strict";
// @ts-check

/**
 * twinstack's todo app in prod on AWS, as an aws-cdk user would write it: the same resources from L2 constructs where there
 * are any. Plain JavaScript, so there is nothing to compile or to load a compiler for. SERVICES says how many services.
 *
 * Where CDK would make more than twinstack, the cheaper way is taken: one stack however large, log groups of its own instead
 * of custom resources that set a retention, image tags by a fingerprint instead of a staged copy of the build context.
 */

const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const { App, FileSystem, IgnoreMode, Stack, Tags } = require("aws-cdk-lib");
const ecs = require("aws-cdk-lib/aws-ecs");
const route53 = require("aws-cdk-lib/aws-route53");
const targets = require("aws-cdk-lib/aws-route53-targets");

const { database } = require("./database");
const { firewall } = require("./firewall");
const { ingress } = require("./ingress");
const { monitoring } = require("./monitoring");
const { logGroup, network } = require("./network");
const { service } = require("./service");

const prefix = "todo-prod";
const domain = "todo.example.com";
const names = ["api", ...Array.from({ length: Number(process.env.SERVICES ?? 1) - 1 }, (_, index) => `s${index + 2}`)];

// CloudFormation takes 500 resources a stack. Splitting would cost CDK more time, so the limit is lifted instead.
const app = new App({ context: { "@aws-cdk/core:stackResourceLimit": 0 } });
const stack = new Stack(app, prefix, {
    env: { account: "123456789012", region: "ap-northeast-1" },
    terminationProtection: true,
});
for (const [key, value] of Object.entries({ app: "todo", environment: "prod", stack: "prod" }))
    Tags.of(stack).add(key, value);

const zone = route53.HostedZone.fromHostedZoneAttributes(stack, "Zone", {
    hostedZoneId: "Z0123456789ABCDEFGHIJ",
    zoneName: "example.com",
});
const vpc = network(stack);
const cluster = new ecs.Cluster(stack, "Cluster", {
    vpc,
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
    enableFargateCapacityProviders: true,
});
const logs = logGroup(stack, "Logs", "/ecs/todo/prod");
const db = database(stack, vpc);
const { balancer, listener } = ingress(stack, { vpc, zone, domain });
firewall(stack, prefix, balancer);

const context = join(__dirname, "../../workloads/todo");
const imageTag = FileSystem.fingerprint(context, {
    exclude: readFileSync(join(context, ".dockerignore"), "utf8").split("\n"),
    ignoreMode: IgnoreMode.DOCKER,
}).slice(0, 12);
const services = names.map((name, index) =>
    service(stack, { name, index, prefix, vpc, cluster, logs, db, balancer, listener, imageTag }),
);

new route53.ARecord(stack, "Alias", {
    zone,
    recordName: domain,
    target: route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(balancer)),
});
monitoring(stack, prefix, services, db.server);
app.synth();
