import type { Cloud, Thing } from "./cloud";
import { account } from "./resources";
import type { Properties } from "./values";

/** What functions answer that ask the cloud what there is. */
export const lookups: Record<string, (args: Properties, cloud: Cloud) => Properties> = {
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": ({ url }, cloud) => {
        const [made] = things(cloud, "aws:iam/openIdConnectProvider:OpenIdConnectProvider");
        if (!made && !cloud.hasGitHub) throw new Error(`finding IAM OIDC Provider by url (${String(url)}): not found`);
        const arn = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
        return {
            id: made?.id ?? arn,
            arn: (made?.outputs.arn as string | undefined) ?? arn,
            url: url ?? "",
            clientIdLists: ["sts.amazonaws.com"],
            thumbprintLists: [],
            tags: made?.inputs.tagsAll ?? {},
        };
    },
    "gcp:dns/getRecordSets:getRecordSets": (args, cloud) => ({
        ...args,
        id: "records",
        rrsets: things(cloud, "gcp:dns/recordSet:RecordSet")
            .map(({ inputs }) => inputs)
            .filter((record) => ["managedZone", "name", "type"].every((key) => record[key] === args[key]))
            .map(({ name, type, ttl, rrdatas }) => ({ name: name!, type: type!, ttl: ttl!, rrdatas: rrdatas! })),
    }),
    "gcp:certificatemanager/getCertificates:getCertificates": (args, cloud) => ({
        ...args,
        id: "certificates",
        certificates: things(cloud, "gcp:certificatemanager/certificate:Certificate")
            .filter((thing) => args.filter === `name:${thing.id}`)
            .map((thing) => ({ name: thing.id, manageds: [{ state: stateOf(thing, cloud) }] })),
    }),
};

/** A certificate is issued as soon as the records are there that prove its names, unless a test has it wait. */
function stateOf(certificate: Thing, cloud: Cloud): string {
    const { dnsAuthorizations } = certificate.inputs.managed as { dnsAuthorizations: string[] };
    const records = things(cloud, "gcp:dns/recordSet:RecordSet").map(({ inputs }) => inputs.name);
    const proven = things(cloud, "gcp:certificatemanager/dnsAuthorization:DnsAuthorization")
        .filter(({ id }) => dnsAuthorizations.includes(id))
        .every(({ inputs }) => records.includes(`_acme-challenge.${String(inputs.domain)}.`));
    const becomes = proven ? cloud.issues(certificate.urn) : "PROVISIONING";
    certificate.settled ||= becomes === "ACTIVE";
    return certificate.settled ? "ACTIVE" : becomes;
}

const things = (cloud: Cloud, type: string): Thing[] =>
    [...cloud.things.values()].filter((thing) => thing.type === type && thing.live);
