import assert from "node:assert/strict";

import { runJob, type Ran } from "./runner";
import { shop, type Repository } from "./world";

describe("The audit", () => {
    let repository: Repository;
    before(
        async () =>
            (repository = await shop({
                files: {
                    "api/Dockerfile": "FROM scratch\n",
                    "api/requirements.txt": "fastapi==1\n",
                    "site/Dockerfile": "FROM scratch\n",
                    "site/package.json": "{}",
                    "site/package-lock.json": "{}",
                },
                app: `export const shop = { name: "shop", services: {
    web: { image: { context: "web" }, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/" }] },
    api: { image: { context: "api", target: "run", args: { VERSION: "1 2" } }, aws: { architecture: "arm64" }, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/api" }] },
    site: { image: { context: "site" }, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/site" }] },
    proxy: { image: { reference: "nginxinc/nginx-unprivileged:1.29-alpine" }, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/proxy" }] },
} };
`,
            })),
    );
    after(() => repository.remove());
    const jobs = () => repository.workflow("audit").jobs;
    const run = (id: string, commands: Record<string, string>): Ran =>
        runJob(jobs()[id], { workspace: repository.folder, commands });

    it("asks of each folder what it is made with", () => {
        assert.deepEqual(Object.keys(jobs()), [
            "project",
            "packages-api",
            "image-api",
            "packages-site",
            "image-site",
            "packages-web",
            "image-web",
            "reference-1",
            "notice",
        ]);
        for (const [id, command, asked] of [
            ["project", "npm", "audit --omit=dev --audit-level=high in ."],
            ["packages-site", "npm", "audit --omit=dev --audit-level=high in site"],
            ["packages-api", "pipx", "run pip-audit==2.10.1 --requirement requirements.txt in api"],
            ["packages-web", "go", "run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./... in web"],
        ] as const) {
            const says = `echo "$* in $(realpath --relative-to=${repository.folder} .)"`;
            const good = run(id, { [command]: says });
            assert.equal(good.failed, false, JSON.stringify(good.steps));
            assert.ok(
                Object.values(good.steps).some(({ output }) => output.trim() === asked),
                JSON.stringify(good.steps),
            );
            assert.equal(run(id, { [command]: "exit 1" }).failed, true);
        }
    });

    it("looks into each image, built or named, and fails for what is serious and mended", () => {
        const inputs = (id: string, action: string) =>
            JSON.parse(run(id, {}).steps[action].output) as Record<string, unknown>;
        assert.deepEqual(inputs("image-api", "docker/build-push-action"), {
            context: "api",
            file: "api/Dockerfile",
            platforms: "linux/arm64",
            target: "run",
            "build-args": "VERSION=1 2\n",
            load: true,
            push: false,
            tags: "audit/api:1",
        });
        for (const [id, image] of [
            ["image-api", "audit/api:1"],
            ["reference-1", "nginxinc/nginx-unprivileged:1.29-alpine"],
        ])
            assert.deepEqual(inputs(id, "aquasecurity/trivy-action"), {
                "image-ref": image,
                severity: "CRITICAL,HIGH",
                "ignore-unfixed": true,
                "exit-code": "1",
            });
        assert.ok(run("image-api", {}).steps["docker/setup-qemu-action"]);
        assert.ok(!run("image-web", {}).steps["docker/setup-qemu-action"]);
    });

    it("tells what the night has found in an issue, and a pull request in its own checks", () => {
        const wanted = (event: string) =>
            runJob({ ...jobs().notice, steps: [] }, { workspace: repository.folder, github: { event_name: event } })
                .wanted;
        assert.deepEqual([wanted("schedule"), wanted("pull_request")], [true, false]);
        const { on } = repository.workflow("audit");
        assert.ok((on.pull_request as { paths: string[] }).paths.includes("**/requirements*.txt"));
    });
});
