import assert from "node:assert/strict";

import { registryOf, upstreamOf, withinRegistry } from "../../topology/registries";
import { shortened } from "../../topology/names";
import { accepted, refused, smallApp, smallService } from "./settings";

const app = (reference: string, more: object = {}) => ({
    ...smallApp,
    services: { web: { ...smallService, image: { reference, ...more } } },
});

describe("A registry", () => {
    const cases: [reference: string, registry: string | undefined, upstream: string | undefined, within: string][] = [
        ["nginx:1.29", undefined, undefined, "nginx:1.29"],
        ["acme/web:1", undefined, undefined, "acme/web:1"],
        ["docker.io/library/nginx:1", undefined, undefined, "docker.io/library/nginx:1"],
        ["ghcr.io/o/r/n:1", "ghcr.io", undefined, "o/r/n:1"],
        ["us-docker.pkg.dev/p/r/i:1", "us-docker.pkg.dev", undefined, "p/r/i:1"],
        ["mirror.gcr.io/library/nginx:1", "mirror.gcr.io", undefined, "library/nginx:1"],
        ["quay.io/o/n:1", "quay.io", "quay.io", "o/n:1"],
        ["public.ecr.aws/nginx/nginx:1", "public.ecr.aws", "public.ecr.aws", "nginx/nginx:1"],
        ["registry.example.com:5000/n:1", "registry.example.com:5000", "registry.example.com:5000", "n:1"],
        ["notgcr.io/n:1", "notgcr.io", "notgcr.io", "n:1"],
    ];
    for (const [reference, registry, upstream, within] of cases)
        it(`of ${reference} is ${registry ?? "Docker Hub"}, ${upstream ? "which Cloud Run does not know" : "which Cloud Run pulls from"}`, () => {
            assert.deepEqual(
                [registryOf(reference), upstreamOf(reference), withinRegistry(reference)],
                [registry, upstream, within],
            );
        });

    it("that Google cannot have images of is refused on GCP alone, with the way out", () => {
        const at = "apps/shop.ts: services.web.image.reference";
        for (const [reference, why] of [
            ["localhost:5000/web:1", /Google does not reach localhost:5000/],
            ["10.0.0.7:5000/web:1", /Google does not reach 10/],
            ["registry/web:1", undefined],
            ["registry:5000/web:1", /Google does not reach registry:5000/],
            ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1", /ends after 12 hours/],
        ] as const) {
            accepted({ cloud: "aws", app: app(reference) });
            if (why) refused({ cloud: "gcp", app: app(reference) }, at, why, JSON.stringify(reference));
            else accepted({ cloud: "gcp", app: app(reference) });
        }
        accepted({ cloud: "gcp", app: app("localhost:5000/web:1", { files: { "/a": { content: "b" } } }) });
    });
});

describe("A name that is too long", () => {
    it("is shortened always alike, and never to that of another", () => {
        assert.equal(shortened("shop-dev-api", 12), "shop-dev-api");
        const [a, b] = [shortened("shop-production-api", 14), shortened("shop-production-app", 14)];
        assert.match(a, /^shop-pr-[0-9a-f]{6}$/);
        assert.equal(a, shortened("shop-production-api", 14));
        assert.notEqual(a, b);
    });
});
