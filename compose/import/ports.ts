import type { protocols } from "../../topology/schema/service";
import { isTree, type Tree } from "../load/places";
import type { Port } from "../load/ports";
import { baseOf } from "./dockerfile";
import { isProxied, labelledPort, labelledScheme } from "./labels";
import type { Around } from "./around";
import { builtFrom } from "./own";
import type { ServiceInput } from "./parts";
import { onlyWorks, otherThanHttp, portOfProduct } from "./products";
import { environmentOf, numberOf, textOf, textsOf } from "./values";

/** Ports whose protocols are known not to be HTTP, which is what the load balancers of both clouds speak to services. */
const otherProtocols: Record<number, string> = {
    ...{ 21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 110: "POP3", 143: "IMAP", 389: "LDAP", 445: "SMB" },
    ...{ 465: "SMTP", 587: "SMTP", 636: "LDAP", 993: "IMAP", 995: "POP3", 1433: "SQL Server", 1521: "Oracle" },
    ...{ 1883: "MQTT", 3306: "MySQL", 3389: "RDP", 5432: "PostgreSQL", 5672: "AMQP", 6379: "Redis", 8883: "MQTT" },
    ...{
        2222: "SSH",
        3890: "LDAP",
        6360: "LDAP",
        5900: "VNC",
        554: "RTSP",
        1935: "RTMP",
        6667: "IRC",
        27015: "Source",
    },
    ...{ 9042: "Cassandra", 9092: "Kafka", 11211: "memcached", 25565: "Minecraft", 27017: "MongoDB" },
};

/** Ports at which programs speak TLS themselves, where load balancers ask by plain HTTP. */
const securePorts = new Set([443, 4443, 6443, 8443, 8834, 9443]);

/** Ports of debuggers by everybody's use: Java's, Node's, Delve's. */
const debuggers = new Set([5005, 9229, 2345]);

/** The ports of a service's `ports`. */
export const publishedPorts = (raw: Tree): Port[] => (Array.isArray(raw.ports) ? (raw.ports as Port[]) : []);

/** Port by name; none of a worker. */
export function portsFrom(
    raw: Tree,
    { from, note, mend, calledAt, exposed, dependents, foreign, isAside }: Around,
    checked: number | undefined,
): Record<string, number> {
    const found = new Set<number>();
    const says = publishedPorts(raw).length > 0 || (Array.isArray(raw.expose) && raw.expose.length > 0);
    for (const [index, { target, protocol }] of publishedPorts(raw).entries()) {
        const other = otherProtocols[target] ?? otherThanHttp(raw, target);
        if (protocol === "tcp" && other === undefined) found.add(target);
        else if (protocol === "tcp") mend(["ports", index], `${target} is ${other}: services are reached by HTTP`);
        else if (target === 443 && publishedPorts(raw).some((port) => port.target === 443 && port.protocol === "tcp"))
            note(["ports", index], "443/udp is HTTP/3, which is the load balancer's to speak");
        else mend(["ports", index], `${target}/${protocol}: neither cloud's load balancer takes ${protocol}`);
    }
    for (const [index, entry] of (Array.isArray(raw.expose) ? raw.expose : []).entries()) {
        const [, port] = /^(\d{1,5})(?:\/tcp)?$/.exec(textOf(entry)) ?? [];
        const other = otherProtocols[numberOf(port)] ?? otherThanHttp(raw, numberOf(port));
        if (other !== undefined) note(["expose", index], `${port} is ${other}, which no load balancer leads to`);
        else if (numberOf(port) >= 1 && numberOf(port) <= 65535) found.add(numberOf(port));
        else mend(["expose", index], `${textOf(entry)} is no single TCP port`);
    }
    const said = numberOf(new Map(environmentOf(raw)).get("PORT") ?? NaN);
    // `ADDRESS=0.0.0.0:8000`
    const listens = environmentOf(raw).map(([, value]) =>
        numberOf(/^(?:0\.0\.0\.0|\[::\]|\*)?:(\d{2,5})$/.exec(value ?? "")?.[1]),
    );
    const guesses = (
        !says && onlyWorks(raw)
            ? [labelledPort(raw)]
            : [
                  labelledPort(raw),
                  said,
                  ...calledAt,
                  // What runs beside a service answers its own check, and nobody else.
                  isAside ? undefined : checked,
                  listens.find((port) => port > 0),
                  ...(dependents.length || isProxied(raw) ? (baseOf(raw)?.ports ?? []) : []),
              ]
    ).filter((port): port is number => port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65535);
    for (const port of found.size > 1 || guesses.length ? [...found].filter((each) => securePorts.has(each)) : []) {
        if (guesses.includes(port)) continue;
        found.delete(port);
        note(["ports"], `${port} is HTTPS, which is the load balancer's to speak`);
    }
    if (!found.size) for (const port of guesses) found.add(port);
    const product = portOfProduct(raw);
    const other = product === undefined ? undefined : otherThanHttp(raw, product);
    if (!found.size && !says && other !== undefined)
        mend([], `listens at ${product!}, which is ${other}: services are reached by HTTP`);
    if (!found.size && !says && product !== undefined) {
        found.add(product);
        note([], `says no port: ${product} it is, at which its image answers`);
    }
    if (!found.size && !says && exposed !== undefined) {
        found.add(exposed);
        note([], `says no port: ${exposed} it is, as its Dockerfile has it, and no other service says one`);
    }
    const [secure] = found;
    if (found.size === 1 && securePorts.has(secure) && !guesses.includes(secure)) {
        const says = `${secure} is HTTPS with most programs, and services are asked by plain HTTP`;
        if (secure === 443) mend(["ports"], `${says}: say the port at which it answers that`);
        else note(["ports"], `${says}: say another port, if it is with this one`);
    }
    const check = isTree(raw.healthcheck) ? textsOf(raw.healthcheck.test).join(" ") : "";
    const works = runsOn(textsOf(raw.command).join(" ")) || /\bcelery\b.*\b(inspect|status)\b/.test(check);
    const outside = !found.size && !says && !works ? foreign : undefined;
    if (outside !== undefined)
        mend(
            [],
            `no port, and the network ${outside} is somebody else's, who may ask it: say the port that it listens at, or leave that network out`,
        );
    if (!found.size && !says && (!dependents.length || works)) {
        const command = textsOf(raw.command).join(" ");
        const ends = raw.restart === undefined && (isOnce.test(from) || isOnce.test(command)) && !runsOn(command);
        if (ends)
            mend(
                [],
                "no port, and by its name it does something once, and is not started again when it ends, as a worker is: make it a job, by waiting for it to end (condition: service_completed_successfully), or leave it out",
            );
        else if ((raw.restart === "no" || raw.restart === false) && !runsOn(command))
            mend(
                [],
                "no port, and it is not started again when it ends (restart: no), as a worker is: make it a job, or leave it out",
            );
        else note([], "no port: a worker, which takes no requests; say ports if it listens");
        return {};
    }
    if (!found.size) {
        mend(
            [],
            says
                ? "no port that a load balancer could lead to: say the one at which it answers HTTP, or none for a worker"
                : `no port, although ${dependents.join(" and ")} may call it: say the port that it listens at, or none for a worker`,
        );
        found.add(8080);
    }
    // What the file itself says that requests go to comes first; a debugger's port never does, where there is another.
    const told = environmentOf(raw).map(([name, value]) =>
        /^(SERVER|APP|HTTP|WEB|LISTEN|API)_PORT$/.test(name) ? numberOf(value ?? NaN) : undefined,
    );
    // Of several that a file shows, the one that the image exposes is its program's: the others are a developer's, such as a front end's own server.
    const exposes = baseOf({ ...raw, build: builtFrom(raw) ?? null })?.ports ?? [];
    const [open, another] = exposes.filter((port) => found.has(port));
    const program = another === undefined ? open : undefined;
    const asked =
        [labelledPort(raw), said, checked, ...told, product, program].find(
            (port) => port !== undefined && found.has(port),
        ) ?? [...found].find((port) => !debuggers.has(port));
    const [first, ...others] = asked === undefined ? found : new Set([asked, ...found]);
    const led = publishedPorts(raw).find(
        ({ target, published }) => others.includes(target) && published && isLedTo(raw, published),
    );
    if (led)
        mend(
            ["ports"],
            `requests reach ${first} alone, and its own variables lead browsers to ${led.target} as well: say routes of both, or let one port answer all`,
        );
    else if (others.length)
        note(["ports"], `requests reach ${first} alone: give ${others.join(", ")} a route, or leave them out`);
    return { http: first, ...Object.fromEntries(others.map((port) => [`port-${port}`, port])) };
}

/** Whether what a Dockerfile exposes there may be HTTP. */
export const mayBeHttp = (port: number): boolean => otherProtocols[port] === undefined && !securePorts.has(port);

/** Whether a variable says that something is found at a port of one's own machine. */
const isLedTo = (raw: Tree, port: string): boolean =>
    environmentOf(raw).some(([, value = ""]) =>
        new RegExp(`\\b(?:http|ws)s?://(?:localhost|127\\.0\\.0\\.1):${port}\\b`).test(value),
    );

/** What is called after a task that comes to an end. */
export const isOnce =
    /(^|[^a-z])(migrat(e|ion|ions|or)|seed(er)?|bootstrap|init-?db|db-?init|createsuperuser|collectstatic)([^a-z]|$)/i;

/** Whether a command is one of those that take work from a queue until they are stopped. */
export const runsOn = (command: string): boolean =>
    /^(worker|scheduler)$|(^|[\s/])(start|run)[-_](\w+[-_])*(celery)?(workers?|beat|scheduler|consumer|queue)$|\b(celery\b.*\b(worker|beat|flower)|sidekiq|good_job|solid_queue|rqworker|rq worker|dramatiq|queue:work|queue:listen|horizon|schedule:work|messenger:consume|arq|huey|delayed_job|resque)\b/.test(
        command,
    );

/** What a port speaks, by what the file says of it, or by what it is used for by everybody. */
export function speaks(raw: Tree, port: number): (typeof protocols)[number] {
    const said = publishedPorts(raw).find(({ target }) => target === port)?.appProtocol ?? labelledScheme(raw) ?? "";
    const checked = isTree(raw.healthcheck) && textsOf(raw.healthcheck.test).join(" ").includes("grpc_health_probe");
    if (/grpc/i.test(said) || port === grpcPort || (checked && publishedPorts(raw).length <= 1)) return "grpc";
    return /^(h2c?|http2|http\/2)$/i.test(said) ? "http2" : "http";
}
/** The port of gRPC's own examples. */
const grpcPort = 50051;

/** The ports as an app says them. */
export const withProtocols = (raw: Tree, ports: Record<string, number>): ServiceInput["ports"] =>
    Object.fromEntries(
        Object.entries(ports).map(([name, port]) => {
            const protocol = speaks(raw, port);
            return protocol === "http" ? [name, port] : [name === "http" ? protocol : name, { port, protocol }];
        }),
    );
