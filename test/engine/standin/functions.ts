import { account, canary } from "./resources";
import type { Properties } from "./values";

let calls = 0;
/** What the functions that programs call answer. Tokens are new at every call, as real ones are. */
export const functions: Record<string, (args: Properties) => Properties> = {
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": () => ({
        id: "ap-northeast-1",
        userName: "AWS",
        password: `${canary}ecr-${calls++}`,
        authorizationToken: `${canary}ecr-${calls++}`,
        proxyEndpoint: `https://${account}.dkr.ecr.ap-northeast-1.amazonaws.com`,
        expiresAt: "2030-01-01T00:00:00Z",
    }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
        id: account,
        accountId: account,
        arn: `arn:aws:iam::${account}:user/ci`,
        userId: "AIDA",
    }),
    "aws:index/getRegion:getRegion": () => ({ id: "ap-northeast-1", name: "ap-northeast-1", region: "ap-northeast-1" }),
    "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
    "aws:lb/getServiceAccount:getServiceAccount": () => ({ id: account, arn: `arn:aws:iam::${account}:root` }),
    "aws:route53/getZone:getZone": ({ name }) => ({ id: "Z1", zoneId: "Z1", name: name ?? "", nameServers: [] }),
    "gcp:storage/getBucket:getBucket": ({ name }) => ({ id: name ?? "", name: name ?? "", projectNumber: 123456 }),
    "gcp:dns/getManagedZone:getManagedZone": ({ name }) => ({ id: "z1", name: name ?? "", dnsName: "example.com." }),
    "gcp:organizations/getClientConfig:getClientConfig": () => ({
        id: "client",
        accessToken: `${canary}gcp-${calls++}`,
        project: "my-project",
        region: "asia-northeast1",
    }),
    "gcp:organizations/getProject:getProject": () => ({ id: "my-project", projectId: "my-project", number: "123456" }),
};
