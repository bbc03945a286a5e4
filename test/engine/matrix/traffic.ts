import { covers } from "../../../topology/hosts";
import type { Entrance } from "./cells";
import type { Cloud, Thing } from "../standin/cloud";
import type { Value } from "../standin/values";

/** Where a request may end: an ECS or a Cloud Run service with its share, of all that share this way. */
export interface End {
    service: Thing;
    weight: number;
}
/** The ends of a way, none for what no service answers, such as a bucket; or why somebody's request is not answered. */
export type Way = End[] | string;

/** What a request meets on its way: why an entrance is not served at this moment, or undefined if it is. */
export function outage(cloud: Cloud, entrance: Entrance): string | undefined {
    const way = follow(new World(cloud), entrance);
    return typeof way === "string" ? way : undefined;
}

/**
 * Which images answer at an entrance, each with its share of the requests in percent.
 * @param header name and value of one that the request has
 * @throws where it is not served
 */
export function shares(cloud: Cloud, entrance: Entrance, header?: [string, string]): Record<string, number> {
    const world = new World(cloud);
    const way = ends(cloud, entrance, header);
    if (typeof way === "string") throw new Error(way);
    const all = way.reduce((sum, { weight }) => sum + weight, 0);
    const found: Record<string, number> = {};
    for (const { service, weight } of way)
        if (weight > 0) found[imageOf(world, service)] = (found[imageOf(world, service)] ?? 0) + (100 * weight) / all;
    return found;
}

/** The services that answer at an entrance, each with its weight; or why none does. */
export const ends = (cloud: Cloud, entrance: Entrance, header?: [string, string]): Way =>
    follow(new World(cloud), { ...entrance, header });

/** What a service runs. */
export const imageRun = (cloud: Cloud, service: Thing): string => imageOf(new World(cloud), service);

/** Names of a service's containers. */
export const containersOf = (cloud: Cloud, service: Thing): string[] =>
    containers(new World(cloud), service).map(({ name }) => text(name));

type Request = Entrance & { header?: [string, string] };

const follow = (world: World, request: Request): Way =>
    request.cloud === "aws" ? onAws(world, request) : onGcp(world, request);

/** What the first container of a service, or of a job, runs. */
const imageOf = (world: World, thing: Thing): string => text(containers(world, thing)[0]?.image);

function containers(world: World, { inputs }: Thing): Item[] {
    const task = world.find("aws:ecs/taskDefinition:TaskDefinition", inputs.taskDefinition);
    if (task) return JSON.parse(text(task.inputs.containerDefinitions)) as Item[];
    const template = inputs.template as Item;
    return list(((template.template as Item | undefined) ?? template).containers);
}

/** Each way with its own share; the first that fails, if anybody is led there. */
function shared(leads: { weight: number; way: () => Way }[]): Way {
    const ends: End[] = [];
    for (const { weight, way } of leads) {
        if (weight <= 0) continue;
        const found = way();
        if (typeof found === "string") return found;
        ends.push(...found.map((end) => ({ ...end, weight })));
    }
    return leads.some(({ weight }) => weight > 0) ? ends : "every weight is 0";
}

type Item = Record<string, Value>;

class World {
    private readonly byType = new Map<string, Thing[]>();

    constructor(cloud: Cloud) {
        for (const thing of cloud.things.values())
            if (thing.live) this.byType.set(thing.type, [...(this.byType.get(thing.type) ?? []), thing]);
    }

    all(type: string): Thing[] {
        return this.byType.get(type) ?? [];
    }

    /** The thing of a type that a reference names. */
    find(type: string, reference: unknown): Thing | undefined {
        if (typeof reference !== "string") return undefined;
        return this.all(type).find(
            ({ id, outputs }) =>
                [id, outputs.arn, outputs.selfLink, outputs.name].includes(reference) || reference.endsWith(`/${id}`),
        );
    }
}

const list = (value: Value | undefined): Item[] => (Array.isArray(value) ? (value as Item[]) : []);
const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");

/** Whether a path pattern of either cloud takes a path. */
const takes = (pattern: string, path: string): boolean =>
    pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;

function onAws(world: World, request: Request): Way {
    const { host } = request;
    const balancers = world.all("aws:lb/loadBalancer:LoadBalancer");
    let balancer = balancers.at(0);
    if (host) {
        const record = world
            .all("aws:route53/record:Record")
            .find(({ inputs }) => inputs.name === host && inputs.type === "A");
        if (!record) return `no DNS record for ${host}`;
        const to = text(list(record.inputs.aliases)[0]?.name);
        const distribution = world
            .all("aws:cloudfront/distribution:Distribution")
            .find(({ outputs }) => outputs.domainName === to);
        if (distribution)
            return (
                certified(world, [text((distribution.inputs.viewerCertificate as Item).acmCertificateArn)], host) ?? []
            );
        balancer = balancers.find(({ outputs }) => outputs.dnsName === to);
    }
    if (!balancer) return "no load balancer where DNS points to";
    const { arn } = balancer.outputs;
    const listener = world
        .all("aws:lb/listener:Listener")
        .find(({ inputs }) => inputs.loadBalancerArn === arn && inputs.port === (host ? 443 : 80));
    if (!listener) return "no listener";
    const fault = host ? certified(world, certificatesOf(world, listener), host) : undefined;
    return fault ?? forwarded(world, listener, balancer, request);
}

const certificatesOf = (world: World, listener: Thing): string[] => [
    text(listener.inputs.certificateArn),
    ...world
        .all("aws:lb/listenerCertificate:ListenerCertificate")
        .filter(({ inputs }) => inputs.listenerArn === listener.outputs.arn)
        .map(({ inputs }) => text(inputs.certificateArn)),
];

function certified(world: World, arns: string[], host: string): string | undefined {
    const names = arns.flatMap((arn) => {
        const found = world.find("aws:acm/certificate:Certificate", arn)?.inputs;
        return found ? [text(found.domainName), ...list(found.subjectAlternativeNames).map(String)] : [];
    });
    return names.some((name) => covers(name, host)) ? undefined : `no certificate for ${host}`;
}

function forwarded(world: World, listener: Thing, balancer: Thing, request: Request): Way {
    const { host, path, header } = request;
    const rules = world
        .all("aws:lb/listenerRule:ListenerRule")
        .filter(({ inputs }) => inputs.listenerArn === listener.outputs.arn)
        .sort((a, b) => Number(a.inputs.priority) - Number(b.inputs.priority))
        .filter(({ inputs }) =>
            list(inputs.conditions).every(({ hostHeader, pathPattern, httpHeader }) => {
                const [hosts, paths, sent] = [hostHeader, pathPattern, httpHeader].map(
                    (part) => (part as Item | undefined)?.values as string[] | undefined,
                );
                return (
                    (!hosts || hosts.some((one) => one === host)) &&
                    (!paths || paths.some((one) => takes(one, path))) &&
                    (!sent || (header?.[0] === (httpHeader as Item).httpHeaderName && sent.includes(header[1])))
                );
            }),
        );
    const action = (rules[0] ? list(rules[0].inputs.actions) : list(listener.inputs.defaultActions))[0];
    if (action?.type === "redirect") return redirected(world, request, (action.redirect as Item).host);
    const groups = list((action?.forward as Item | undefined)?.targetGroups);
    const leads = groups.length ? groups : [{ arn: action?.targetGroupArn ?? null, weight: 1 }];
    return shared(
        leads.map(({ arn, weight }) => ({
            weight: Number(weight),
            way: () => registered(world, balancer, arn ?? null),
        })),
    );
}

/** Where a browser asks next, which has to be served in its turn. */
function redirected(world: World, request: Request, to: Value | undefined): Way {
    const host = text(to);
    if (!host || host === request.host) return `a redirect that leads nowhere: ${host}`;
    return follow(world, { ...request, host });
}

/** The service that fills a target group. */
function registered(world: World, balancer: Thing, arn: Value): Way {
    const group = world.find("aws:lb/targetGroup:TargetGroup", arn);
    if (!group) return "the listener forwards to nothing";
    const service = world
        .all("aws:ecs/service:Service")
        .find(({ inputs }) =>
            list(inputs.loadBalancers).some(({ targetGroupArn }) => targetGroupArn === group.outputs.arn),
        );
    if (!service) return "the listener forwards to a target group without tasks";
    const entry = list(service.inputs.loadBalancers).find(
        ({ targetGroupArn }) => targetGroupArn === group.outputs.arn,
    )!;
    return admitted(world, service, balancer, Number(entry.containerPort))
        ? [{ service, weight: 1 }]
        : "the service's security group refuses the load balancer";
}

function admitted(world: World, service: Thing, balancer: Thing, port: number): boolean {
    const groups = (service.inputs.networkConfiguration as Item).securityGroups as string[];
    return world
        .all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .some(
            ({ inputs }) =>
                groups.includes(text(inputs.securityGroupId)) &&
                list(balancer.inputs.securityGroups).map(String).includes(text(inputs.referencedSecurityGroupId)) &&
                Number(inputs.fromPort) <= port &&
                port <= Number(inputs.toPort),
        );
}

function onGcp(world: World, request: Request): Way {
    const { host } = request;
    const rules = world
        .all("gcp:compute/globalForwardingRule:GlobalForwardingRule")
        .filter(({ inputs }) => inputs.portRange === (host ? "443" : "80"));
    let rule = rules.at(0);
    if (host) {
        const record = world
            .all("gcp:dns/recordSet:RecordSet")
            .find(({ inputs }) => inputs.name === `${host}.` && inputs.type === "A");
        if (!record) return `no DNS record for ${host}`;
        rule = rules.find(({ inputs }) => (record.inputs.rrdatas as string[]).includes(text(inputs.ipAddress)));
    }
    if (!rule) return "no forwarding rule where DNS points to";
    const proxy = world.find(
        `gcp:compute/targetHttp${host ? "s" : ""}Proxy:TargetHttp${host ? "s" : ""}Proxy`,
        rule.inputs.target,
    );
    if (!proxy) return "no proxy behind the forwarding rule";
    const fault = host ? certifiedByMap(world, proxy, host) : undefined;
    return fault ?? routed(world, world.find("gcp:compute/uRLMap:URLMap", proxy.inputs.urlMap), request);
}

function certifiedByMap(world: World, proxy: Thing, host: string): string | undefined {
    const map = world.find("gcp:certificatemanager/certificateMap:CertificateMap", proxy.inputs.certificateMap);
    if (!map) return "no certificate map";
    const entries = world
        .all("gcp:certificatemanager/certificateMapEntry:CertificateMapEntry")
        .filter(({ inputs }) => world.find("gcp:certificatemanager/certificateMap:CertificateMap", inputs.map) === map);
    const exact = entries.filter(({ inputs }) => inputs.hostname === host);
    const wild = entries.filter(({ inputs }) => inputs.hostname && covers(text(inputs.hostname), host));
    const primary = entries.filter(({ inputs }) => inputs.matcher === "PRIMARY");
    const entry = [...exact, ...wild, ...primary][0];
    const certificates = ((entry?.inputs.certificates ?? []) as string[]).map((one) =>
        world.find("gcp:certificatemanager/certificate:Certificate", one),
    );
    const covering = certificates.filter((one) =>
        ((one?.inputs.managed as Item | undefined)?.domains as string[] | undefined)?.some((name) =>
            covers(name, host),
        ),
    );
    if (!covering.length) return `no certificate for ${host}`;
    return covering.some((one) => one?.settled) ? undefined : `the certificate for ${host} is not issued yet`;
}

function routed(world: World, map: Thing | undefined, request: Request): Way {
    const { host, path, header } = request;
    if (!map) return "no URL map";
    const rules = list(map.inputs.hostRules);
    const named = (
        rules.find(({ hosts }) => (hosts as string[]).includes(host)) ??
        rules.find(({ hosts }) => (hosts as string[]).includes("*"))
    )?.pathMatcher;
    const matcher = list(map.inputs.pathMatchers).find(({ name }) => name === named);
    if (named && !matcher) return "a host rule names no path matcher";
    if (list(matcher?.pathRules).length && list(matcher?.routeRules).length)
        return "a path matcher has rules of both kinds";
    const byPath = list(matcher?.pathRules)
        .filter(({ paths }) => (paths as string[]).some((pattern) => takes(pattern, path)))
        .sort((a, b) => longest(b) - longest(a))[0];
    const byRule = list(matcher?.routeRules)
        .sort((a, b) => Number(a.priority) - Number(b.priority))
        .find(({ matchRules }) =>
            list(matchRules).some(
                ({ prefixMatch, fullPathMatch, headerMatches }) =>
                    (prefixMatch === undefined || path.startsWith(text(prefixMatch))) &&
                    (fullPathMatch === undefined || path === fullPathMatch) &&
                    list(headerMatches).every(
                        ({ headerName, exactMatch }) => header?.[0] === headerName && header?.[1] === exactMatch,
                    ),
            ),
        );
    const said = byPath ?? byRule;
    const otherwise = matcher ?? map.inputs;
    const redirect = (said ?? otherwise)[said ? "urlRedirect" : "defaultUrlRedirect"] as Item | undefined;
    if (redirect) return redirected(world, request, redirect.hostRedirect);
    const [service, action] = said
        ? [said.service, said.routeAction]
        : [otherwise.defaultService, otherwise.defaultRouteAction];
    const weighted = list((action as Item | undefined)?.weightedBackendServices);
    if (weighted.length && service) return "a rule has a service and weighted ones";
    const leads = weighted.length ? weighted : [{ backendService: service ?? null, weight: 1 }];
    return shared(
        leads.map(({ backendService, weight }) => ({
            weight: Number(weight),
            way: () => backed(world, backendService ?? null),
        })),
    );
}

/** The Cloud Run service, or the bucket, behind a backend. */
function backed(world: World, target: Value): Way {
    if (world.find("gcp:compute/backendBucket:BackendBucket", target)) return [];
    const backend = world.find("gcp:compute/backendService:BackendService", target);
    if (!backend) return "the URL map leads to nothing";
    const group = world.find(
        "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
        list(backend.inputs.backends)[0]?.group,
    );
    if (!group) return "the backend has no endpoint group";
    const name = text((group.inputs.cloudRun as Item | undefined)?.service);
    const service = world.find("gcp:cloudrunv2/service:Service", name);
    return service ? [{ service, weight: 1 }] : `the Cloud Run service ${name} is not there`;
}

const longest = ({ paths }: Item): number => Math.max(...(paths as string[]).map((path) => path.length));
