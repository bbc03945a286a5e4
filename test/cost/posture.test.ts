import assert from "node:assert/strict";

import { posture, type PostureRow } from "../../cost/posture";
import { usageOf } from "../../cost/usage";
import { planOf } from "../../plan/plan";
import type { Cloud, Environment, Refinement } from "../../topology/app";
import { stackFor } from "../plan/stacks";
import { close, tokyo } from "./figures";

const hours = 730;
async function priced(environment: Environment): Promise<(id: string) => PostureRow> {
    const app = (cloud: Cloud) => stackFor(cloud, environment).app;
    const replan = (cloud: Cloud) => (refinement: Refinement) => planOf(stackFor(cloud, environment, refinement));
    const rows = await posture({ aws: app("aws"), gcp: app("gcp") }, usageOf(app("aws")), {
        aws: replan("aws"),
        gcp: replan("gcp"),
    });
    return (id) => rows.find((row) => row.id === id)!;
}
function cost(row: PostureRow, cloud: Cloud): number {
    const step = row[cloud];
    assert.ok(typeof step !== "string", String(step));
    close(step.difference, step.with - step.without);
    return step.difference;
}

describe("Posture", function () {
    this.timeout(120_000);
    let row: (id: string) => PostureRow;
    before(async () => (row = await priced("dev")));

    it("prices private subnets: NAT's hours, address and data, less the addresses of the tasks", () => {
        const { monthlyNatGb } = usageOf(stackFor("aws", "dev").app);
        const aws = hours * tokyo("aws.nat.hour") + monthlyNatGb * tokyo("aws.nat.gb");
        // The gateway's address takes the place of the one task's.
        close(cost(row("private-subnets"), "aws"), aws, "aws");
        const nat = hours * (tokyo("gcp.nat.vm_hour") + tokyo("gcp.nat.ip_hour")) + monthlyNatGb * tokyo("gcp.nat.gb");
        close(cost(row("private-subnets"), "gcp"), nat, "gcp", 1e-3);
    });

    it("prices a gateway in each zone on AWS, which makes no difference to Cloud NAT", () => {
        close(cost(row("nat-per-zone"), "aws"), hours * (tokyo("aws.nat.hour") + tokyo("aws.ipv4.hour")));
        assert.equal(cost(row("nat-per-zone"), "gcp"), 0);
    });

    it("prices a standby: the server and its storage once more", () => {
        const micro = (zones: string) => tokyo(`aws.rds.postgres.db.t3.micro.${zones}_az_hour`);
        const gp3 = (zones: string) => tokyo(`aws.rds.storage.gp3.${zones}_az_gb_month`);
        const aws = hours * (micro("multi") - micro("single")) + 20 * (gp3("multi") - gp3("single"));
        close(cost(row("high-availability"), "aws"), aws, "aws");
        const ssd = tokyo("gcp.sql.ssd.regional_gb_month") - tokyo("gcp.sql.ssd.zonal_gb_month");
        const gcp = hours * tokyo("gcp.sql.f1_micro.zonal_hour") * (tokyo("gcp.sql.ha_multiplier") - 1) + 20 * ssd;
        close(cost(row("high-availability"), "gcp"), gcp, "gcp");
    });

    it("prices on demand instead of Spot, which Cloud Run has not", () => {
        const more = (size: string) =>
            tokyo(`aws.fargate.x86.${size}_hour`) - tokyo(`aws.fargate.spot.x86.${size}_hour`);
        close(cost(row("on-demand"), "aws"), hours * (0.5 * more("vcpu") + 1 * more("gb")));
        assert.equal(row("on-demand").gcp, "Cloud Run has no Spot");
    });

    it("prices every step on both clouds, or says why there is none; hardening never saves anything", async () => {
        const all = ["firewall", "replica", "backups", "second-instance", "logs-30", "logs-90", "alarms", "tracing"];
        for (const id of all)
            for (const cloud of ["aws", "gcp"] as const) assert.ok(cost(row(id), cloud) >= 0, `${id} on ${cloud}`);
        for (const id of ["firewall", "replica", "second-instance"])
            for (const cloud of ["aws", "gcp"] as const) assert.ok(cost(row(id), cloud) > 5, `${id} on ${cloud}`);
    });

    it("knows what a stack has already", async () => {
        assert.deepEqual(row("firewall").has, { aws: false, gcp: false });
        assert.deepEqual(row("on-demand").has.aws, false);
        const prod = await priced("prod");
        for (const id of ["firewall", "high-availability", "nat-per-zone", "logs-90", "alarms", "on-demand"])
            assert.deepEqual(prod(id).has, { aws: true, gcp: true }, id);
        // todo keeps one instance on Cloud Run even in prod.
        assert.deepEqual(prod("second-instance").has, { aws: true, gcp: false });
    });
});
