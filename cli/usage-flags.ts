import type { Quantities } from "../cost/usage";

/** Flags that say how much an app is used; each stands for a quantity. */
export const usageFlags: { flag: string; key: keyof Quantities; what: string }[] = [
    { flag: "requests", key: "monthlyRequests", what: "requests a month" },
    { flag: "duration-ms", key: "averageRequestDurationMs", what: "milliseconds that a request takes" },
    { flag: "cpu-ms", key: "averageRequestCpuMs", what: "milliseconds of a vCPU that a request takes" },
    { flag: "response-kb", key: "averageResponseKb", what: "KB of a response" },
    { flag: "egress-gb", key: "monthlyOutboundInternetGb", what: "GB a month to the internet" },
    { flag: "log-gb", key: "monthlyLogGb", what: "GB a month that the services log" },
    { flag: "nat-gb", key: "monthlyNatGb", what: "GB a month through NAT" },
    { flag: "storage-gb", key: "storageGb", what: "GB in each database" },
    { flag: "concurrency", key: "concurrentRequestsPerInstance", what: "requests that an instance serves at a time" },
];
