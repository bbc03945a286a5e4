import assert from "node:assert/strict";

import { warningsOf } from "../../plan/warnings";
import type { AppInput, Cloud } from "../../topology/app";
import { accepted, overridesPath, problemsOf, refused, settle, smallApp } from "./settings";

describe("Networks", () => {
    const network = (value: object): AppInput => ({ ...smallApp, network: value });
    const is = (cloud: Cloud, value: object, path: string, allowed: RegExp | string, found?: string) =>
        refused({ cloud, app: network(value) }, `apps/shop.ts: network.${path}`, allowed, found);
    const aws = (publicSubnets: string[], privateSubnets?: string[]) => ({
        aws: { publicSubnets, ...(privateSubnets ? { privateSubnets } : {}) },
    });
    const gcp = (...cidrs: string[]) => ({
        gcp: {
            subnets: Object.fromEntries(cidrs.map((cidr, index) => [`s${index}`, { region: "asia-northeast1", cidr }])),
        },
    });

    it("have default subnets, which resolve fills in for the stack's cloud", () => {
        const onAws = settle({ app: network({ cidr: "10.3.0.0/16" }) }).app.network;
        assert.deepEqual(onAws.aws, {
            flowLogs: "none",
            publicSubnets: ["10.3.1.0/24", "10.3.2.0/24"],
            privateSubnets: ["10.3.10.0/24", "10.3.20.0/24"],
        });
        const onGcp = settle({ cloud: "gcp", app: network({ cidr: "10.3.0.0/16" }) }).app.network;
        assert.deepEqual(onGcp.gcp, { subnets: { main: { region: "asia-northeast1", cidr: "10.3.1.0/24" } } });
    });

    it("ask for explicit subnets where the range is too small for the default", () => {
        const problems = problemsOf({ app: network({ cidr: "10.0.0.0/20" }) });
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["apps/shop.ts: network.aws.privateSubnets"],
        );
        assert.match(problems[0].allowed, /^explicit subnets: 10\.0\.0\.0\/20 is too small for the default/);
        is("gcp", { cidr: "10.0.0.0/24" }, "gcp.subnets", /^explicit subnets/, "nothing");
        accepted({ app: network({ cidr: "10.0.0.0/19" }) });
        accepted({
            app: network({
                cidr: "10.0.0.0/22",
                ...aws(["10.0.0.0/24", "10.0.1.0/24"], ["10.0.2.0/24", "10.0.3.0/24"]),
            }),
        });
    });

    it("have well-formed ranges", () => {
        for (const [cidr, allowed] of [
            ["10.0.0.0", /^an IPv4 range/],
            ["10.0.0.256/16", /0 to 255/],
            ["10.0.0.0/33", /0 to 32/],
            ["10.0.0.5/16", /^the range's first address: 10\.0\.0\.0\/16$/],
            ["10.01.0.0/16", /leading zeros/],
            ["8.8.0.0/16", /^a range within 10\.0\.0\.0\/8, /],
            ["0.0.0.0/0", /^a range within|prefix length/],
        ] as const)
            for (const cloud of ["aws", "gcp"] as const) {
                const [problem] = problemsOf({ cloud, app: network({ cidr }) });
                assert.equal(problem?.path, "apps/shop.ts: network.cidr", cidr);
                assert.match(problem.allowed, allowed);
            }
        is("aws", aws(["10.0.1.0/24", "10.0.2.9/24"]), "aws.publicSubnets[1]", /10\.0\.2\.0\/24/, '"10.0.2.9/24"');
        is(
            "aws",
            aws(["10.0.1.0/24"]),
            "aws.publicSubnets",
            "a list of exactly 2: an IPv4 range such as 10.0.1.0/24",
            "a list of 1",
        );
    });

    it("have the sizes that the clouds admit", () => {
        is("aws", { cidr: "10.0.0.0/15" }, "cidr", /16 to 28/);
        accepted({ cloud: "gcp", app: network({ cidr: "10.0.0.0/15" }) });
        is("aws", aws(["10.0.1.0/29", "10.0.2.0/28"]), "aws.publicSubnets[0]", /16 to 28/);
        is("gcp", gcp("10.0.1.0/27"), "gcp.subnets.s0.cidr", /26 or less/);
        is("gcp", gcp("10.0.1.0/24", "10.0.2.0/30"), "gcp.subnets.s1.cidr", /8 to 29/);
        accepted({ cloud: "gcp", app: network(gcp("10.0.1.0/26")) });
    });

    it("hold their subnets, which do not overlap", () => {
        is(
            "aws",
            aws(["10.1.1.0/24", "10.0.2.0/24"]),
            "aws.publicSubnets[0]",
            "a range within the network's 10.0.0.0/16",
        );
        is("gcp", gcp("10.0.1.0/24", "10.1.0.0/24"), "gcp.subnets.s1.cidr", /within/);
        is(
            "aws",
            aws(["10.0.1.0/24", "10.0.1.128/25"]),
            "aws.publicSubnets[1]",
            /share no address/,
            "10.0.1.128/25, which overlaps 10.0.1.0/24 of aws.publicSubnets.0",
        );
        is(
            "aws",
            aws(["10.0.1.0/24", "10.0.10.0/24"]),
            "aws.privateSubnets",
            /share no address/,
            "10.0.10.0/24, which overlaps 10.0.10.0/24 of aws.publicSubnets.1",
        );
        is("gcp", gcp("10.0.0.0/20", "10.0.15.0/24"), "gcp.subnets.s1.cidr", /share no address/);
        accepted({ cloud: "gcp", app: network(aws(["10.1.1.0/24", "10.1.1.0/24"])) });
    });

    it("have a subnet in the stack's region on GCP, and known regions", () => {
        const subnet = (region: string) => ({ gcp: { subnets: { osaka: { region, cidr: "10.0.2.0/24" } } } });
        refused(
            { cloud: "gcp", app: smallApp, overrides: { network: subnet("asia-northeast2") } },
            overridesPath("network.gcp.subnets"),
            "at least one in the stack's region, asia-northeast1",
            'subnets in "asia-northeast2"',
        );
        const two = {
            gcp: {
                subnets: {
                    tokyo: { region: "asia-northeast1", cidr: "10.0.1.0/24" },
                    osaka: { region: "asia-northeast-2", cidr: "10.0.2.0/24" },
                },
            },
        };
        is("gcp", two, "gcp.subnets.osaka.region", /^did you mean asia-northeast2\?/);
        accepted({ cloud: "aws", app: network(subnet("asia-northeast2")) });
    });

    it("are the default one where an app's own subnets are all in other regions, and the plan says so", () => {
        const elsewhere = { gcp: { subnets: { osaka: { region: "asia-northeast2", cidr: "10.0.2.0/24" } } } };
        const stack = settle({ cloud: "gcp", app: network(elsewhere) });
        assert.deepEqual(stack.app.network.gcp, {
            ...stack.app.network.gcp,
            subnets: { main: { region: "asia-northeast1", cidr: "10.0.1.0/24" } },
            away: ["asia-northeast2"],
        });
        assert.match(
            warningsOf(stack).join("\n"),
            /The app's own subnets are in asia-northeast2: in asia-northeast1 the default subnet stands/,
        );
    });
});
