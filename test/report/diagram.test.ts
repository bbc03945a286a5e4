import assert from "node:assert/strict";

import type { Cloud } from "../../cost/book";
import { planOf } from "../../plan/plan";
import { architectureOf } from "../../report/diagram/draw";
import { graphOf } from "../../report/diagram/graph";
import { arrange, type Box } from "../../report/diagram/layout";
import { estimate } from "../../cost/estimate";
import { stackOf } from "../components/stack";
import { example } from "./example";

const clouds: Cloud[] = ["aws", "gcp"];
const overlap = (a: Box, b: Box) =>
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;
const within = (inner: Box, outer: Box) =>
    Math.abs(inner.x - outer.x) <= (outer.width - inner.width) / 2 &&
    Math.abs(inner.y - outer.y) <= (outer.height - inner.height) / 2;

describe("The diagram", () => {
    const plansOf = async (name: string) => (await example()).data.environments.find((one) => one.name === name)!;

    for (const cloud of clouds) {
        it(`leads requests from people to the database on ${cloud}`, async () => {
            const { plans } = await plansOf("prod");
            const { edges } = graphOf(plans[cloud]);
            const main = edges.filter(({ main }) => main).map(({ from, to }) => `${from} → ${to}`);
            assert.deepEqual(main.sort(), [
                "Firewall → Ingress",
                "Ingress → Service/api",
                "Service/api → Database/db",
                "people → Firewall",
            ]);
        });

        it(`says how requests arrive on ${cloud}: by HTTPS with a domain, by HTTP without one`, async () => {
            for (const [name, way] of [
                ["prod", "HTTPS"],
                ["dev", "HTTP"],
            ]) {
                const { edges } = graphOf((await plansOf(name)).plans[cloud]);
                assert.equal(edges.find(({ from }) => from === "people")?.label, way);
            }
        });

        it(`leads calls from caller to callee on ${cloud}, around a circle too`, async () => {
            const calling = (callers: "granted" | "network") => {
                const service = (port: number, calls: string[]) => ({
                    image: { reference: "registry.example.com/it:1" },
                    ports: { http: port },
                    routes: [],
                    health: { path: "/" },
                    calls,
                    gcp: { callers },
                });
                // `a` is told beforehand where `c` is, and `c` calls back by way of `b` alone.
                const services = {
                    a: service(1001, ["c"]),
                    b: { ...service(1002, ["a"]), routes: undefined, gcp: undefined },
                    c: service(1003, ["b"]),
                };
                return stackOf({ name: "demo", services }, cloud, "dev");
            };
            for (const callers of ["granted", "network"] as const) {
                const { edges } = graphOf(await planOf(calling(callers)));
                const calls = edges.filter(({ verb }) => verb === "calls").map(({ from, to }) => `${from} → ${to}`);
                assert.deepEqual(calls.sort(), [
                    "Service/a → Service/c",
                    "Service/b → Service/a",
                    "Service/c → Service/b",
                ]);
            }
        });

        it(`draws the way out to the internet on ${cloud} only where there is NAT`, async () => {
            const has = async (name: string) =>
                graphOf((await plansOf(name)).plans[cloud]).nodes.some(({ id }) => id === "nat");
            assert.equal(await has("prod"), true);
            assert.equal(await has("dev"), false);
        });

        it(`draws a box for every role of the plan on ${cloud}`, async () => {
            const { plans } = await plansOf("prod");
            const roles = plans[cloud].resources
                .filter(({ type }) => type.startsWith("twinstack:"))
                .map(({ type }) => type.split(":")[2]);
            const drawn = new Set(graphOf(plans[cloud]).nodes.map(({ role }) => role));
            // The network is the frame; access logs are part of the load balancer.
            for (const role of roles)
                if (!["Network", "AccessLogs"].includes(role)) assert.ok(drawn.has(role), `${role} is not drawn`);
        });

        for (const name of ["dev", "staging", "prod"])
            it(`keeps boxes apart and inside of their frames, on ${cloud} in ${name}`, async () => {
                const { nodes, groups } = arrange(graphOf((await plansOf(name)).plans[cloud]));
                for (const [index, node] of nodes.entries()) {
                    for (const other of nodes.slice(index + 1))
                        assert.ok(!overlap(node, other), `${node.id} and ${other.id} overlap`);
                    for (const frame of groups) {
                        let up = node.group;
                        while (up !== undefined && up !== frame.id) up = groups.find(({ id }) => id === up)?.parent;
                        if (up === frame.id) assert.ok(within(node, frame), `${node.id} sticks out of ${frame.id}`);
                        else
                            assert.ok(
                                !overlap(node, frame),
                                `${node.id} lies on ${frame.id}, to which it does not belong`,
                            );
                    }
                }
            });

        it(`says everything in words too, on ${cloud}`, async () => {
            const { plans, usage } = await plansOf("prod");
            const { html } = architectureOf(plans[cloud], estimate(plans[cloud], usage));
            assert.match(html, /<title id="[^"]+">Architecture of todo on /);
            assert.match(html, /<desc id="[^"]+">People send requests to /);
            const list = html.slice(html.indexOf("<ul>"));
            for (const { kicker, title } of graphOf(plans[cloud]).nodes)
                assert.ok(list.includes(`${kicker} (${title})`), `${kicker} is not in the list`);
        });
    }

    it("is the same every time", async () => {
        const { plans } = await plansOf("prod");
        assert.deepEqual(arrange(graphOf(plans.aws)), arrange(graphOf(plans.aws)));
    });

    it("puts what the subnets say into the subnets", async () => {
        const groupsIn = async (name: string) =>
            Object.fromEntries(graphOf((await plansOf(name)).plans.aws).nodes.map(({ id, group }) => [id, group]));
        const prod = await groupsIn("prod");
        assert.deepEqual(
            [prod.Ingress, prod["Service/api"], prod["Database/db"], prod.nat],
            ["public", "private", "private", "public"],
        );
        // Without NAT, tasks need public addresses.
        assert.equal((await groupsIn("dev"))["Service/api"], "public");
    });
});
