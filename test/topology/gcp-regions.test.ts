import assert from "node:assert/strict";

import { warningsOf } from "../../plan/warnings";
import type { AppInput } from "../../topology/app";
import { lacking } from "../../topology/gcp-regions";
import { cloudOfRegion, gcpRegions } from "../../topology/regions";
import { resolve } from "../../topology/validate";

const service = { image: { reference: "registry.example.com/a:1" }, ports: { http: 80 }, health: { path: "/" } };

/** An app that needs every product which a region may lack. */
const needy: AppInput = {
    name: "shop",
    services: {
        web: { ...service, uses: ["keys"], mounts: { files: "/files" } },
        desk: {
            ...service,
            routes: [{ path: "/desk/*" }],
            scale: { min: 1, hours: { from: "08:00", to: "18:00", timeZone: "Europe/Berlin" } },
        },
    },
    secrets: { keys: { keys: ["API_KEY"], redeploy: true } },
    filesystems: {
        files: { backup: false, infrequentAccessDays: 0, gcp: { filestore: { tier: "BASIC_HDD", capacity: 1024 } } },
    },
    jobs: { nightly: { service: "web", command: ["run"], run: "schedule", cron: "0 3 * * *" } },
};
const plain: AppInput = { name: "shop", services: { web: service } };

/** What a stack in a region is told of products that may not be there. */
function warned(region: string, app: AppInput): string[] {
    const cloud = cloudOfRegion(region)!;
    const config = {
        "twinstack:app": "shop",
        "twinstack:cloud": cloud,
        "twinstack:environment": "dev",
        [`${cloud}:region`]: region,
        ...(cloud === "gcp" && { "gcp:project": "my-project" }),
    };
    return warningsOf(resolve({ stack: "dev", config }, { shop: app })).filter((text) => text.includes("may have no"));
}

describe("Products of Google Cloud by region", () => {
    it("are warned of where a region may lack one that the app needs, with the parts that do and how to ask", () => {
        assert.deepEqual(warned("europe-west10", needy), [
            "europe-west10 may have no Cloud Scheduler, which nightly and desk need: Google's list of products by region has none. `gcloud scheduler locations list` says whether it has by now.",
            "europe-west10 may have no Eventarc, which keys needs: Google's list of products by region has none. `gcloud eventarc locations list` says whether it has by now.",
        ]);
        assert.match(warned("southamerica-west1", needy).join("\n"), /no Filestore, which files needs/);
    });

    it("are no matter of an app that needs none of them, of a region that has them, and of AWS", () => {
        assert.deepEqual(warned("europe-west10", plain), []);
        assert.deepEqual(warned("europe-west3", needy), []);
        const { filesystems: _, ...onAws } = needy;
        onAws.services = { ...onAws.services, web: { ...onAws.services.web!, mounts: {} } };
        assert.deepEqual(warned("eu-central-1", onAws), []);
    });

    it("name regions that there are", () => {
        const named = Object.values(lacking).flat();
        assert.deepEqual(
            named.filter((region) => !gcpRegions.includes(region)),
            [],
        );
    });
});
