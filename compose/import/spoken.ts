import type { Compose } from "../load/load";
import { kindOf, type Foreign } from "./parts";
import { environmentOf, pointsAt } from "./values";

/** Schemes of addresses that lead to a store or a broker → an image that is one, by which it is known why there is no such thing. */
const ofStores: [RegExp, string][] = [
    [/^mongodb(\+srv)?$/, "mongo"],
    [/^(neo4j|bolt)(\+s(sc)?)?$/, "neo4j"],
    [/^(couchbases?|couchdb)$/, "couchdb"],
    [/^(cassandra|cql|scylla)$/, "cassandra"],
    [/^(clickhouse|ch)$/, "clickhouse"],
    [/^(sqlserver|mssql)$/, "mssql-server"],
    [/^(oracle|oracle:thin)$/, "oracle-free"],
    [/^amqps?$/, "rabbitmq"],
    [/^nats$/, "nats"],
    [/^kafka$/, "kafka"],
    [/^pulsar(\+ssl)?$/, "pulsar"],
    [/^(mqtts?|stomp)$/, "mosquitto"],
    [/^ldaps?$/, "openldap"],
    [/^etcd$/, "etcd"],
];

/** Services of an image that nobody knows, which others call as stores and brokers are called: `mongodb://documents:27017`. */
export function spokenOf({ services }: Compose): Map<string, Foreign> {
    const spoken = new Map<string, Foreign>();
    for (const [from, raw] of Object.entries(services))
        for (const [variable, value] of environmentOf(raw)) {
            const { host = "", scheme = "" } = (value !== undefined && pointsAt(variable, value)) || {};
            const [, image] = ofStores.find(([form]) => form.test(scheme.replace(/^jdbc:/, ""))) ?? [];
            if (image === undefined || host === from || !Object.hasOwn(services, host)) continue;
            const kind = kindOf({ image });
            if (typeof kind !== "string" && kindOf(services[host]) === "service" && !services[host].build)
                spoken.set(host, kind);
        }
    return spoken;
}
