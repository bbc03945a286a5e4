import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import * as ecr from "@pulumi/aws/ecr";
import * as dockerbuild from "@pulumi/docker-build";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";

import { Image as AwsImage } from "../../components/aws/image";
import { buildOf, buildTag, forgetBuilds } from "../../components/context";
import { Image as GcpImage } from "../../components/gcp/image";
import { clouds } from "../../topology/app";
import { fileFault, filesFault, maxFileBytes } from "../../topology/files";
import { Image } from "../../topology/schema/service";
import { plan } from "../recorded";
import { warningsOf } from "../../plan/warnings";
import { apps } from "../../apps";
import { taskContainers } from "./containers";
import { stackOf, todoOn, todoOnBoth } from "./stack";

const digest = `ghcr.io/example/todo@sha256:${"a".repeat(64)}`;

describe("Image", () => {
    it("is scanned on push; a tag moves only where the program builds the same again", async () => {
        const { aws, gcp } = await todoOnBoth();

        const repository = aws.one(ecr.Repository, "api").inputs;
        assert.equal(repository.imageScanningConfiguration?.scanOnPush, true);
        assert.equal(repository.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
        assert.deepEqual(repository.imageTagMutabilityExclusionFilters, [
            { filter: "built-*", filterType: "WILDCARD" },
        ]);
        for (const { one } of [aws, gcp])
            assert.match(String(one(dockerbuild.Image).inputs.tags?.[0]), /:built-[0-9a-f]{12}$/);
        assert.equal(gcp.one(artifactregistry.Repository).inputs.format, "DOCKER");
    });

    it("keeps the newest 10 that the program built, and of releases, however much else is pushed", async () => {
        const { aws, gcp } = await todoOnBoth();

        const policy = JSON.parse(String(aws.one(ecr.LifecyclePolicy, "api-lifecycle").inputs.policy));
        const count = { countType: "imageCountMoreThan", countNumber: 10 };
        assert.deepEqual(
            policy.rules.map(({ selection }: { selection: object }) => selection),
            [
                { tagStatus: "tagged", tagPatternList: ["built-*"], ...count },
                { tagStatus: "tagged", tagPatternList: ["release-*"], ...count },
                { tagStatus: "any", ...count },
            ],
        );
        const policies = gcp.one(artifactregistry.Repository).inputs.cleanupPolicies ?? [];
        assert.deepEqual(
            policies.map(({ action }) => action),
            ["KEEP", "KEEP", "DELETE"],
            "KEEP alone deletes nothing",
        );
        assert.equal(policies[0].mostRecentVersions?.keepCount, 10);
        assert.deepEqual(policies[1].condition?.tagPrefixes, ["release-"]);
        // Counted by itself: CI pushes to another image of the registry.
        assert.match(String(gcp.one(dockerbuild.Image).inputs.tags?.[0]), /\/app-built:/);
        assert.match(String((gcp.outputs.registry as Record<string, string>).api), /\/app$/);
    });

    it("stays in its registry when another image is deployed", async () => {
        const { aws, gcp } = await todoOnBoth();

        for (const { one } of [aws, gcp]) assert.equal(one(dockerbuild.Image).retainOnDelete, true);
    });

    it("cannot be deleted with its registry in prod, unless the service alone is given up", async () => {
        const given = { services: { api: { deletionProtection: false } } };
        for (const [overrides, kept] of [
            [{}, true],
            [given, false],
        ] as const) {
            const { aws, gcp } = await todoOnBoth(overrides, "prod");
            const repository = aws.one(ecr.Repository, "api");
            assert.deepEqual([repository.protect, repository.inputs.forceDelete], [kept, !kept]);
            assert.equal(gcp.one(artifactregistry.Repository).protect, kept);
        }
    });

    it("is warned of where it is in the stack's own registry and nothing keeps it there", () => {
        const at = (reference: string) =>
            (reference.includes(".ecr.") ? (["aws"] as const) : clouds).flatMap((cloud) => {
                const overrides = { services: { api: { image: { reference } } } };
                const stack = stackOf(apps.todo, cloud, "dev", { overrides });
                return warningsOf(stack).filter((warning) => warning.includes("own registry"));
            }).length;
        const [hash, ecrHost] = ["a".repeat(64), "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"];
        assert.equal(at(`${ecrHost}/todo-dev-api-1a2b3c4@sha256:${hash}`), 1);
        assert.equal(at(`${ecrHost}/todo-dev-api-1a2b3c4:release-1@sha256:${hash}`), 0);
        assert.equal(at(`asia-northeast1-docker.pkg.dev/my-project/todo-dev-api/app:v1@sha256:${hash}`), 2);
        assert.equal(at(`asia-northeast1-docker.pkg.dev/my-project/todo-dev-api/app:release-1@sha256:${hash}`), 0);
        assert.equal(at(`${ecrHost}/another@sha256:${hash}`), 0);
        assert.equal(at(digest), 0);
    });

    it("comes to Cloud Run by way of Artifact Registry from a registry that it does not know", async () => {
        const reference = `quay.io/acme/api@sha256:${"a".repeat(64)}`;
        const { aws, gcp } = await todoOnBoth({ services: { api: { image: { reference } } } });
        const { inputs, protect } = gcp.one(artifactregistry.Repository, "-remote");
        assert.equal(inputs.repositoryId, "todo-dev-api-quay-io");
        assert.equal(inputs.mode, "REMOTE_REPOSITORY");
        assert.equal(inputs.remoteRepositoryConfig?.commonRepository?.uri, "https://quay.io");
        assert.deepEqual(
            inputs.cleanupPolicies?.map(({ action }) => action),
            ["KEEP", "DELETE"],
        );
        assert.ok(!protect, "what is lost with it is fetched again");
        const runs = gcp.one(cloudrunv2.Service).inputs.template.containers?.[0].image;
        assert.equal(runs, "${todo-dev-api-quay-io-remote.registryUri}/" + reference.slice("quay.io/".length));
        assert.equal(taskContainers(aws, "api")[0].image, reference);
    });

    it("comes from Docker Hub, GitHub and Google as it is, and so does what files are added to", async () => {
        for (const reference of [
            "nginx:1.29",
            "docker.io/library/nginx:1",
            "ghcr.io/a/b:1",
            "europe-docker.pkg.dev/p/r/i:1",
            "eu.gcr.io/p/i:1",
        ]) {
            const gcp = await todoOn("gcp", { services: { api: { image: { reference } } } });
            assert.equal(gcp.one(cloudrunv2.Service).inputs.template.containers?.[0].image, reference);
            assert.equal(gcp.of(artifactregistry.Repository, "-remote").length, 0);
        }
        const files = { "/etc/motd": { content: "hello" } };
        const built = await todoOn("gcp", { services: { api: { image: { reference: "quay.io/a/b:1", files } } } });
        assert.equal(built.of(artifactregistry.Repository, "-remote").length, 0);
    });

    it("is built with a registry cache, and not during a preview", async () => {
        const { aws, gcp } = await todoOnBoth();

        for (const { one } of [aws, gcp]) {
            const { buildOnPreview, push, cacheFrom, cacheTo, platforms, context } = one(dockerbuild.Image).inputs;
            assert.deepEqual(
                [buildOnPreview, push, platforms, context?.location],
                [false, true, ["linux/amd64"], "workloads/todo"],
            );
            assert.ok(cacheFrom?.[0].registry?.ref);
            assert.equal(cacheTo?.[0].registry?.mode, "max");
        }
    });

    it("is deployed by reference when CI built it; the registry stays where it is", async () => {
        const { aws, gcp } = await todoOnBoth({ services: { api: { image: { reference: digest } } } });

        for (const { of, outputs } of [aws, gcp]) {
            assert.equal(of(dockerbuild.Image).length, 0);
            assert.deepEqual(outputs.image, { api: digest });
        }
        assert.equal(aws.of(ecr.Repository).length, 1);
        assert.equal(gcp.of(artifactregistry.Repository).length, 1);
    });
});

describe("An image with files", () => {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-files-"));
    const before = process.cwd();
    const files = { "/etc/nginx/conf.d": "conf.d", "/etc/motd": { content: "Hello\n" } };
    // It lays out what is added beside the project.
    beforeEach(() => {
        process.chdir(folder);
        for (const name of ["conf.d", "app"]) mkdirSync(name, { recursive: true });
        writeFileSync("conf.d/a.conf", "a", { mode: 0o600 });
        chmodSync("conf.d/a.conf", 0o600);
        writeFileSync("app/Dockerfile", "FROM scratch AS one\nFROM one");
    });
    afterEach(() => process.chdir(before));
    const place = { prefix: "shop-dev", app: "shop", stack: "dev", region: "r", zones: [], project: "p" };
    const onBoth = async (image: object) => {
        const args = { place, image: Image.parse(image), platform: "linux/amd64", deletionProtection: false };
        return [await plan(() => new AwsImage("api", args)), await plan(() => new GcpImage("api", args))];
    };

    it("is the referenced one with a layer on top, in a registry of the stack's", async () => {
        for (const { one, of } of await onBoth({ reference: "nginx:1.27", files })) {
            const { context, dockerfile, tags } = one(dockerbuild.Image).inputs;
            const tag = String(tags?.[0]).split(":").at(-1)!;
            assert.equal(context?.location, `.twinstack/images/${tag}`);
            assert.equal(readFileSync(String(dockerfile?.location), "utf8"), "FROM nginx:1.27\nCOPY root/ /\n");
            const root = join(String(context?.location), "root/etc");
            assert.equal(readFileSync(join(root, "motd"), "utf8"), "Hello\n");
            assert.equal(statSync(join(root, "nginx/conf.d/a.conf")).mode & 0o777, 0o600);
            assert.equal(statSync(join(root, "nginx")).mode & 0o777, 0o755);
            assert.equal(of(ecr.Repository, "api").length + of(artifactregistry.Repository).length, 1);
        }
    });

    it("is the built one with a last step more, after its own stage", async () => {
        for (const { one } of await onBoth({ context: "app", target: "one", args: { V: "1" }, files })) {
            const { context, dockerfile, target, buildArgs } = one(dockerbuild.Image).inputs;
            const text = readFileSync(String(dockerfile?.location), "utf8");
            assert.equal(text, "FROM scratch AS one\nFROM one\nFROM one\nCOPY --from=twinstack-files . /\n");
            assert.equal(context?.location, "app");
            assert.match(
                String(context?.named?.["twinstack-files"].location),
                /^\.twinstack\/images\/built-\w+\/root$/,
            );
            assert.deepEqual([target, buildArgs], [undefined, { V: "1" }]);
        }
    });

    it("is another image when a file, its mode or the image beneath changes", () => {
        const tagOf = (reference: string, more = files) =>
            buildTag(buildOf(Image.parse({ reference, files: more }), "linux/amd64")!);
        const first = tagOf("nginx:1.27");
        assert.notEqual(tagOf("nginx:1.28"), first);
        forgetBuilds();
        assert.equal(tagOf("nginx:1.27"), first);
        writeFileSync("conf.d/a.conf", "b");
        forgetBuilds();
        assert.notEqual(tagOf("nginx:1.27"), first);
        writeFileSync("conf.d/a.conf", "a");
        chmodSync("conf.d/a.conf", 0o644);
        forgetBuilds();
        assert.notEqual(tagOf("nginx:1.27"), first);
    });

    it("has texts replaced wherever they stand, and what is no text stays as it is", async () => {
        writeFileSync("conf.d/b.conf", Buffer.from([0xff, 0x00, ...Buffer.from("php:9000 été php:9000")]));
        const files = { "/etc/nginx": { from: "conf.d", replace: { "php:9000": "127.0.0.1:9000", été: "$& hiver" } } };
        for (const { one } of await onBoth({ reference: "nginx:1.27", files })) {
            const root = join(String(one(dockerbuild.Image).inputs.context?.location), "root/etc/nginx");
            const expected = Buffer.from([0xff, 0x00, ...Buffer.from("127.0.0.1:9000 $& hiver 127.0.0.1:9000")]);
            assert.deepEqual(readFileSync(join(root, "b.conf")), expected);
            assert.equal(readFileSync(join(root, "a.conf"), "utf8"), "a");
        }
        assert.match(
            filesFault({ from: "conf.d", replace: { "fpm:9000": "x" } })!.found,
            /^"fpm:9000" to replace, which does not stand in "conf\.d"/,
        );
        assert.equal(filesFault({ from: "conf.d", replace: { "php:9000": "x" } }), undefined);
        assert.match(filesFault({ from: "gone", replace: { a: "x" } })!.found, /^"gone", which is not there/);
    });

    it("is refused where a source is gone, empty or too large", () => {
        mkdirSync("empty", { recursive: true });
        writeFileSync("large", Buffer.alloc(maxFileBytes + 1));
        assert.match(fileFault("gone")!.found, /^"gone", which is not there/);
        assert.match(fileFault("empty")!.found, /without files/);
        assert.match(fileFault("large")!.found, /more than 5 MiB/);
        assert.equal(fileFault("conf.d"), undefined);
    });
});

describe("The tag of a build", () => {
    /** A tag is computed once per process and folder, so every case gets a folder of its own. */
    const folderOf = (files: Record<string, string>) => {
        const folder = mkdtempSync(join(tmpdir(), "twinstack-context-"));
        for (const [file, text] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, file)), { recursive: true });
            writeFileSync(join(folder, file), text, { mode: 0o644 });
        }
        return folder;
    };
    const tagIn = (context: string, platform = "amd64", dockerfile = "Dockerfile") =>
        buildTag({ context, dockerfile, platform });
    const tagOf = (files: Record<string, string>, platform?: string, dockerfile?: string) =>
        tagIn(folderOf(files), platform, dockerfile);
    const files = { Dockerfile: "FROM scratch", ".dockerignore": "*.log\n", "main.py": "print(1)" };

    it("is the same for the same files, wherever they lie", () => {
        assert.match(tagOf(files), /^built-[0-9a-f]{12}$/);
        assert.equal(tagOf(files), tagOf(files));
    });

    it("changes with a file, its name, its mode, or a setting", () => {
        const executable = folderOf(files);
        chmodSync(join(executable, "main.py"), 0o755);
        const tags = [
            tagOf(files),
            tagOf({ ...files, "main.py": "print(2)" }),
            tagOf({ ...files, "other.py": "print(1)" }),
            tagOf(files, "arm64"),
            tagIn(executable),
        ];
        assert.equal(new Set(tags).size, tags.length);
    });

    it("changes with anything more that is said of the build", () => {
        const context = folderOf(files);
        const build = { context, dockerfile: "Dockerfile", platform: "amd64" };
        const more = { ...build, target: "test" };
        assert.notEqual(buildTag(more), buildTag(build));
    });

    it("changes with the Dockerfile, even where .dockerignore leaves it out", () => {
        const allButCode = { ...files, ".dockerignore": "*\n!main.py\n" };
        assert.notEqual(tagOf({ ...allButCode, Dockerfile: "FROM debian" }), tagOf(allButCode));
    });

    it("does not see what .dockerignore leaves out, and sees what it brings back", () => {
        assert.equal(tagOf({ ...files, "debug.log": "noise" }), tagOf(files));
        const brought = { ...files, ".dockerignore": "data\n!data/seed.sql\n" };
        assert.equal(tagOf({ ...brought, "data/cache.bin": "1" }), tagOf(brought));
        assert.notEqual(tagOf({ ...brought, "data/seed.sql": "1" }), tagOf(brought));
    });

    it("takes the Dockerfile's own ignore file before the context's", () => {
        const two = {
            ...files,
            "docker/api.Dockerfile": "FROM scratch",
            "docker/api.Dockerfile.dockerignore": "*.md\n",
        };
        const tag = (more: Record<string, string>) => tagOf({ ...two, ...more }, "amd64", "docker/api.Dockerfile");
        assert.equal(tag({ "notes.md": "x" }), tag({}));
        assert.notEqual(tag({ "debug.log": "x" }), tag({}));
    });

    it("takes links by where they lead, dangling or not, and walks into none", () => {
        const [one, other, plain] = [folderOf(files), folderOf(files), folderOf(files)];
        symlinkSync("nowhere", join(one, "link"));
        symlinkSync(".", join(other, "link"));
        assert.equal(new Set([one, other, plain].map((folder) => tagIn(folder))).size, 3);
    });
});
