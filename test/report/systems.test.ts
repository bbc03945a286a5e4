import assert from "node:assert/strict";

import { apps } from "../../apps";
import { estimate } from "../../cost/estimate";
import { usageOf } from "../../cost/usage";
import { planOf, type Plan } from "../../plan/plan";
import { architectureOf } from "../../report/diagram/draw";
import { graphOf } from "../../report/diagram/graph";
import { arrange, type Box } from "../../report/diagram/layout";
import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { stackOf } from "../components/stack";
import { everything } from "../everything";

const { todo: _, ...others } = apps;
const systems: Record<string, AppInput> = { ...others, all: everything };

const overlap = (a: Box, b: Box) =>
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

describe("The diagram of every system in prod", () => {
    const made = new Map<string, Promise<Plan>>();
    /** A system's plan, made once for all tests. */
    const planned = (name: string, cloud: Cloud): Promise<Plan> => {
        const key = `${name} ${cloud}`;
        if (!made.has(key)) made.set(key, planOf(stackOf(systems[name], cloud, "prod")) as Promise<Plan>);
        return made.get(key)!;
    };
    const drawn = async (name: string, cloud: Cloud) => graphOf(await planned(name, cloud));
    /** `from → to (label)` of the arrows that requests and data go along, or of the others. */
    const arrows = async (name: string, cloud: Cloud, main = true) =>
        (await drawn(name, cloud)).edges
            .filter((edge) => edge.main === main)
            .map(({ from, to, label }) => `${from} → ${to}${label ? ` (${label})` : ""}`);
    const detailsIn = async (name: string, cloud: Cloud, id: string) =>
        (await drawn(name, cloud)).nodes.find((node) => node.id === id)!.details;

    for (const name of Object.keys(systems))
        for (const cloud of clouds) {
            it(`has a box for every role of ${name} on ${cloud}, its boxes and labels apart`, async () => {
                const plan = await planned(name, cloud);
                const graph = graphOf(plan);
                // An image that is only referenced is made by nobody.
                const parents = new Set(plan.resources.filter(({ custom }) => custom).map(({ parent }) => parent));
                const roles = plan.resources
                    .filter(({ type, urn }) => type.startsWith("twinstack:") && parents.has(urn))
                    .map(({ type }) => type.split(":")[2]);
                for (const role of roles)
                    if (!["Network", "AccessLogs"].includes(role))
                        assert.ok(
                            graph.nodes.some((node) => node.role === role),
                            `${role} is not drawn`,
                        );
                const { nodes, edges } = arrange(graph);
                const labels = edges.flatMap(({ label, at }) =>
                    label ? [{ id: label, ...at, width: label.length * 6 + 12, height: 18 }] : [],
                );
                const all = [...nodes, ...labels];
                for (const [index, one] of all.entries())
                    for (const other of all.slice(index + 1))
                        assert.ok(!overlap(one, other), `${one.id} and ${other.id} overlap`);
                for (const { id } of nodes)
                    assert.ok(
                        edges.some(({ from, to }) => from === id || to === id),
                        `${id} stands alone`,
                    );
            });

            it(`says every box and arrow of ${name} on ${cloud} in words`, async () => {
                const plan = await planned(name, cloud);
                const { html } = architectureOf(plan, estimate(plan, usageOf(systemsApp(name, cloud))));
                const list = html.slice(html.indexOf("<ul>"));
                const { nodes, edges } = graphOf(plan);
                for (const { kicker, title } of nodes) assert.ok(list.includes(`${kicker} (${title})`), kicker);
                const named = new Map(nodes.map(({ id, kicker, title }) => [id, `${kicker} (${title})`]));
                for (const { to, verb } of edges) assert.ok(list.includes(`${verb} ${named.get(to)}`), `${verb} ${to}`);
                assert.doesNotMatch(html, /undefined|NaN|\$\{/);
            });
        }

    it("leads people to a CDN of its own and to the firewall on AWS, and by the load balancer to Cloud CDN", async () => {
        const onAws = await arrows("morrow", "aws");
        for (const arrow of [
            "people → Cdn (HTTPS)",
            "people → Firewall (HTTPS)",
            "Cdn → Ingress",
            "Firewall → Ingress",
        ])
            assert.ok(onAws.includes(arrow), arrow);
        const onGcp = await arrows("morrow", "gcp");
        for (const arrow of ["people → Firewall (HTTPS)", "Ingress → Cdn", "Cdn → Service/backend"])
            assert.ok(onGcp.includes(arrow), arrow);
        assert.ok(!onGcp.some((arrow) => arrow.startsWith("people → Cdn")));
    });

    for (const cloud of clouds) {
        it(`draws a call between services once, from the caller, on ${cloud}`, async () => {
            const between = async (name: string) =>
                (await arrows(name, cloud)).filter((arrow) => /^Service.*→ Service/.test(arrow));
            assert.deepEqual(await between("morrow"), ["Service/frontend → Service/backend (private)"]);
            assert.deepEqual(await between("weather"), []);
        });

        it(`shows who deploys, from where, and what runs before, on ${cloud}`, async () => {
            const supporting = await arrows("morrow", cloud, false);
            for (const arrow of ["github → Deployer (OIDC)", "Deployer → Image", "Job/migrate → Service/backend"])
                assert.ok(supporting.includes(arrow), arrow);
            assert.deepEqual(await detailsIn("morrow", cloud, "Deployer"), ["example/morrow", "main"]);
            assert.deepEqual(await detailsIn("morrow", cloud, "Job/migrate"), [
                "before a new version",
                "/app/backend migrate",
            ]);
        });

        it(`shows a scheduled job with its schedule and its service, on ${cloud}`, async () => {
            const [schedule, ...rest] = await detailsIn("all", cloud, "Job/clean");
            assert.match(schedule, cloud === "aws" ? /^cron\(0 3 / : /^0 3 \* \* \*$/);
            assert.ok(rest.includes("clean"));
            assert.ok((await arrows("all", cloud, false)).includes("Job/clean → Service/back"));
        });

        it(`shows what a new value of a secret sets going, on ${cloud}`, async () => {
            const supporting = await arrows("weather", cloud, false);
            for (const arrow of ["Secret → Rotation", "Rotation → Service/app"])
                assert.ok(supporting.includes(arrow), arrow);
        });
    }

    it("shows two ports as two Cloud Run services, and as two target groups of one service on AWS", async () => {
        const from = async (cloud: Cloud) =>
            (await arrows("weather", cloud)).filter((arrow) => arrow.startsWith("Ingress"));
        assert.deepEqual(await from("aws"), ["Ingress → Service/app (ports 8501, 8000)"]);
        assert.deepEqual(await from("gcp"), [
            "Ingress → Service/app (port 8501)",
            "Ingress → Service/app-api (port 8000)",
        ]);
    });

    it("shows what keeps data: where files are mounted, a table's key, a cache's size, a bucket's copy", async () => {
        const mounted = "Service/app → Filesystem/cache (/app/cache)";
        for (const cloud of clouds) assert.ok((await arrows("weather", cloud)).includes(mounted), cloud);
        const { nodes } = await drawn("weather", "gcp");
        assert.equal(nodes.find(({ id }) => id === "Filesystem/cache")?.title, "Cloud Storage");
        for (const cloud of clouds)
            assert.ok((await arrows("factify", cloud)).includes("Service/api → Table/facts"), cloud);
        assert.equal((await detailsIn("factify", "aws", "Table/facts"))[0], "id");
        assert.deepEqual((await detailsIn("morrow", "aws", "Cache/redis")).slice(0, 2), [
            "Redis 7.1",
            "cache.r7g.large",
        ]);
        assert.deepEqual((await detailsIn("morrow", "gcp", "Cache/redis")).slice(0, 2), ["Redis 7.2", "5 GiB"]);
        assert.deepEqual(await detailsIn("morrow", "aws", "Bucket/assets"), ["copy in ap-northeast-3", "versioned"]);
        assert.ok((await detailsIn("morrow", "gcp", "Bucket/assets")).includes("dual-region ASIA1"));
        for (const cloud of clouds) assert.equal((await detailsIn("morrow", cloud, "Cdn"))[0], "cdn.morrow.app");
    });

    const systemsApp = (name: string, cloud: Cloud) => stackOf(systems[name], cloud, "prod").app;
});
