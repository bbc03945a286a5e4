import assert from "node:assert/strict";

import { rightSize } from "../../cost/rightsize";
import { usageOf } from "../../cost/usage";
import { smallApp, smallService, settle } from "../topology/settings";

describe("Smaller instances", () => {
    const app = (size: object) =>
        settle({ app: { ...smallApp, services: { web: { ...smallService, ...size } } } as never }).app;
    const measured = (peakCpuPercent?: number, peakMemoryPercent?: number) => ({
        ...usageOf(app({})),
        resources: { web: { peakCpuPercent, peakMemoryPercent } },
    });
    const large = app({ cpu: 2, memory: 4096 });

    it("have room above what was measured: 30 % of CPU, 20 % of memory", () => {
        // 2 vCPU × 16 % / 0.7 = 0.46; 4096 MiB × 30 % / 0.8 = 1536.
        assert.deepEqual(rightSize(large, "aws", measured(16, 30)), {
            services: { web: { aws: { cpu: 0.5, memory: 2048 } } },
        });
        assert.deepEqual(rightSize(large, "gcp", measured(16, 30)), {
            services: { web: { gcp: { cpu: 1, memory: 1536 } } },
        });
        // 2 × 18 % / 0.7 = 0.51: half a vCPU is too little.
        assert.deepEqual(rightSize(large, "aws", measured(18, 30)), {
            services: { web: { aws: { cpu: 1, memory: 2048 } } },
        });
    });

    it("are not offered where nothing was measured, half of it, or all of it is needed", () => {
        assert.equal(rightSize(large, "aws", measured()), undefined);
        assert.equal(rightSize(large, "aws", measured(5)), undefined);
        assert.equal(rightSize(large, "aws", measured(80, 90)), undefined);
        assert.equal(rightSize(large, "gcp", measured(80, 90)), undefined);
        assert.equal(rightSize(app({ cpu: 0.25, memory: 512 }), "aws", measured(1, 1)), undefined);
    });

    it("take no more of one for less of the other", () => {
        // Little CPU, all memory: the smaller CPU does not have that memory on Fargate.
        assert.equal(rightSize(app({ cpu: 1, memory: 8192 }), "aws", measured(5, 79)), undefined);
    });
});
