/**
 * What the recorder knows of providers: the outputs that are more than one string, the ones that are secret, and the
 * answers of provider functions. Any other output reads `${name.property}`.
 */

type Properties = Record<string, unknown>;

/** Inputs whose value is never shown, however it was made. */
export const secretInputs: ReadonlySet<string> = new Set([
    "authToken",
    "authTokenWo",
    "masterPassword",
    "password",
    "passwordWo",
    "secretData",
    "secretDataWo",
    "secretString",
    "secretStringWo",
]);

/** Type → outputs that the provider marks secret. */
export const secretOutputs: Record<string, string[]> = {
    "random:index/randomBytes:RandomBytes": ["base64", "hex"],
    "random:index/randomPassword:RandomPassword": ["result", "bcryptHash"],
    "aws:secretsmanager/secretVersion:SecretVersion": ["secretString"],
    "gcp:redis/instance:Instance": ["authString"],
    "gcp:secretmanager/secretVersion:SecretVersion": ["secretData"],
    "gcp:serviceaccount/key:Key": ["privateKey"],
    "gcp:sql/user:User": ["password", "passwordWo"],
};

const reference = (name: string, property: string) => `\${${name}.${property}}`;
const item = (name: string, list: string, index: number, properties: string[]) =>
    Object.fromEntries(properties.map((property) => [property, reference(name, `${list}[${index}].${property}`)]));
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const nodes = (name: string, list: string, count: unknown, property: string) =>
    Array.from({ length: Number(count) }, (_, index) => item(name, list, index, [property]));
const fields = (name: string, list: string, properties: string[]) => [item(name, list, 0, properties)];

/** Type → its outputs that are lists or objects, from the resource's name and inputs. */
export const outputShapes: Record<string, (name: string, inputs: Properties) => Properties> = {
    "aws:acm/certificate:Certificate": (name, { domainName, subjectAlternativeNames: others }) => ({
        domainValidationOptions: [...new Set([domainName, ...list(others)])].map((certified, index) => ({
            domainName: certified,
            ...item(name, "domainValidationOptions", index, [
                "resourceRecordName",
                "resourceRecordType",
                "resourceRecordValue",
            ]),
        })),
    }),
    "aws:rds/instance:Instance": (name, { engine }) => ({
        port: engine === "mysql" ? 3306 : 5432,
        masterUserSecrets: fields(name, "masterUserSecrets", ["secretArn", "secretStatus", "kmsKeyId"]),
    }),
    "aws:elasticache/cluster:Cluster": (name, { numCacheNodes }) => ({
        cacheNodes: nodes(name, "cacheNodes", numCacheNodes, "address"),
    }),
    "awsx:ec2:Vpc": (name) => {
        const subnetIds = (type: string) => [1, 2].map((zone) => reference(`${name}-${type}-${zone}`, "id"));
        const subnets = (type: string) => subnetIds(type).map((id) => ({ id }));
        const all = [...subnets("private"), ...subnets("public")];
        return {
            vpcId: reference(name, "id"),
            vpc: { id: reference(name, "id"), defaultSecurityGroupId: reference(name, "defaultSecurityGroupId") },
            publicSubnetIds: subnetIds("public"),
            privateSubnetIds: subnetIds("private"),
            isolatedSubnetIds: [],
            subnets: all,
            publicSubnets: subnets("public"),
            privateSubnets: subnets("private"),
            isolatedSubnets: [],
            // Each subnet's route table has the subnet's name.
            routeTables: all,
            routeTableAssociations: all,
            routes: all,
            internetGateway: { id: reference(name, "internetGateway.id") },
            natGateways: [],
            eips: [],
            vpcEndpoints: [],
        };
    },
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": (name) => ({
        dnsResourceRecords: fields(name, "dnsResourceRecords", ["name", "type", "data"]),
    }),
    "gcp:cloudrunv2/service:Service": (name) => ({ uris: [reference(name, "uri")] }),
    "gcp:eventarc/trigger:Trigger": (name, { transport }) => ({
        transport: {
            pubsub: {
                ...((transport as Properties | undefined)?.pubsub as Properties | undefined),
                subscription: reference(name, "transport.pubsub.subscription"),
            },
        },
    }),
    "gcp:filestore/instance:Instance": (name, { networks }) => ({
        networks: (networks as Properties[]).map((network, index) => ({
            ...network,
            ipAddresses: [reference(name, `networks[${index}].ipAddresses[0]`)],
        })),
    }),
    "gcp:memcache/instance:Instance": (name, { nodeCount }) => ({
        memcacheNodes: nodes(name, "memcacheNodes", nodeCount, "host"),
    }),
    "gcp:redis/instance:Instance": (name) => ({ serverCaCerts: fields(name, "serverCaCerts", ["cert"]) }),
    "gcp:dns/managedZone:ManagedZone": (name) => ({
        nameServers: [1, 2, 3, 4].map((index) => reference(name, `nameServers[${index - 1}]`)),
    }),
};

const zone = (inputs: Properties) => String(inputs.name ?? inputs.zoneId).replace(/\.$/, "");

/** Only the caller may see it: marked as the SDK marks secrets. */
const secret = (value: string) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value,
});

/** Function token → what it would answer. */
export const invokes: Record<string, (inputs: Properties) => Properties> = {
    "aws:route53/getZone:getZone": (inputs) => ({
        ...inputs,
        id: reference(`zone.${zone(inputs)}`, "id"),
        zoneId: `\${zone.${zone(inputs)}}`,
        arn: reference(`zone.${zone(inputs)}`, "arn"),
    }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
        id: "${account.id}",
        accountId: "${account.id}",
        arn: "${account.arn}",
        userId: "${account.userId}",
    }),
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": ({ url, tags }) => ({
        id: "${oidc.arn}",
        arn: "${oidc.arn}",
        url,
        clientIdLists: ["sts.amazonaws.com"],
        thumbprintLists: [],
        // Whether it is this stack's own: what was asked for.
        tags: tags ?? {},
    }),
    "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
    "aws:elb/getServiceAccount:getServiceAccount": () => ({
        id: "${elb.accountId}",
        arn: "arn:aws:iam::${elb.accountId}:root",
    }),
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": () => ({
        userName: "AWS",
        password: secret("${ecr.password}"),
        proxyEndpoint: "${ecr.proxyEndpoint}",
        authorizationToken: secret("${ecr.authorizationToken}"),
    }),
    "gcp:organizations/getClientConfig:getClientConfig": () => ({
        id: "${client.id}",
        accessToken: secret("${client.accessToken}"),
        project: "${client.project}",
        region: "${client.region}",
        zone: "${client.zone}",
    }),
    "gcp:organizations/getProject:getProject": (inputs) => ({
        ...inputs,
        id: reference("project", "id"),
        number: reference("project", "number"),
        name: reference("project", "name"),
    }),
    "gcp:storage/getBucket:getBucket": (inputs) => ({ ...inputs, projectNumber: reference("project", "number") }),
    // What a plan without a cloud has to suppose: that nobody's record is in the way, and that certificates are issued.
    "gcp:dns/getRecordSets:getRecordSets": (inputs) => ({ ...inputs, id: reference("records", "id"), rrsets: [] }),
    "gcp:certificatemanager/getCertificates:getCertificates": ({ filter }) => ({
        id: "certificates",
        filter,
        certificates: [{ name: String(filter).replace(/^name:/, ""), manageds: [{ state: "ACTIVE" }] }],
    }),
    "gcp:dns/getManagedZone:getManagedZone": (inputs) => ({
        ...inputs,
        id: reference(`zone.${zone(inputs)}`, "id"),
        dnsName: `\${zone.${zone(inputs)}.dnsName}`,
    }),
};
