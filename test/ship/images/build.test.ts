import assert from "node:assert/strict";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    readdirSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build, type Order } from "../../../ship/images/build";
import { promote } from "../../../ship/images/promote";

const digest = `sha256:${"a".repeat(64)}`;
const order: Order = {
    service: "api",
    recipe: {
        context: "src",
        dockerfile: "src/Dockerfile",
        platform: "linux/arm64",
        target: "run",
        args: { VERSION: "1 2" },
        named: { files: "more" },
    },
    reference: "r.example.com/api:built-1",
    cache: "r.example.com/api-cache:cache",
};

/** With a client of Docker's that writes down what it is told. */
describe("The build of an image", () => {
    let folder: string;
    const environment = { ...process.env };
    const said: string[] = [];
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-fake-docker-"));
        mkdirSync(join(folder, "bin"));
        process.env.DOCKER_CONFIG = join(folder, "config");
        process.env.PATH = `${folder}/bin:/usr/bin:/bin`;
        said.splice(0);
    });
    afterEach(() => {
        process.env = { ...environment };
        rmSync(folder, { recursive: true });
    });
    const command = (name: string, script: string) => {
        writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, "bin", name), 0o755);
    };
    /** @param answers cases of a shell's `case` on all arguments */
    const docker = (answers: string) =>
        command(
            "docker",
            `for a in "$@"; do printf '%s\\n' "$a"; done >> ${folder}/told; echo --- >> ${folder}/told\ncase "$*" in ${answers} esac`,
        );
    const told = (): string[][] =>
        readFileSync(join(folder, "told"), "utf8")
            .split("---\n")
            .slice(0, -1)
            .map((lines) => lines.trimEnd().split("\n"));
    const run = (more: Partial<Order> = {}, there?: string) =>
        build({ ...order, ...more }, { say: (text) => said.push(text), digestOf: () => Promise.resolve(there) });
    const metadata = `*build*--push*) for a in "$@"; do case $a in --metadata-file=*) echo '{"containerimage.digest":"${digest}"}' > "\${a#*=}";; esac; done;;`;

    it("is none where its registry has the same", async () => {
        assert.deepEqual(await run({}, digest), { image: `r.example.com/api@${digest}`, wasThere: true });
        assert.deepEqual(said, ["api: built-1 is in the registry already"]);
    });

    it("is told everything that the topology says, and keeps the cache of every stage in the registry", async () => {
        docker(`"buildx inspect") echo "Driver: docker-container";; ${metadata}`);
        assert.deepEqual(await run(), { image: `r.example.com/api@${digest}`, wasThere: false });
        const args = told().at(-1)!;
        assert.deepEqual(
            args.filter((arg) => !arg.startsWith("--metadata-file")),
            [
                ...[
                    "buildx",
                    "build",
                    "--push",
                    "--tag=r.example.com/api:built-1",
                    "--progress=plain",
                    "--file=src/Dockerfile",
                ],
                ...[
                    "--platform=linux/arm64",
                    "--target=run",
                    "--build-arg",
                    "VERSION=1 2",
                    "--build-context=files=more",
                ],
                "--cache-from=type=registry,ref=r.example.com/api-cache:cache",
                "--cache-to=type=registry,ref=r.example.com/api-cache:cache,mode=max,image-manifest=true,oci-mediatypes=true",
                "src",
            ],
        );
    });

    it("keeps what the image holds where the builder can keep no more, and says so", async () => {
        docker(`"buildx inspect") echo "Driver: docker";; ${metadata}`);
        await run();
        assert.ok(told().at(-1)!.includes("--cache-to=type=inline"));
        assert.match(said[0], /no cache of earlier stages/);
    });

    it("tells its steps as they begin", async () => {
        docker(
            `"buildx inspect") echo "Driver: x";; *build*--push*) echo '#7 [run 2/3] COPY a b' >&2; echo '#7 0.1 secret' >&2; for a in "$@"; do case $a in --metadata-file=*) echo '{"containerimage.digest":"${digest}"}' > "\${a#*=}";; esac; done;;`,
        );
        await run();
        assert.deepEqual(said, ["api: [run 2/3] COPY a b"]);
    });

    it("that fails says the last of what it said; one without a digest, or without Docker, is none", async () => {
        docker(`"buildx inspect") echo "Driver: x";; *build*--push*) echo "gcc: no such file" >&2; exit 1;;`);
        await assert.rejects(run(), /`docker buildx build` failed:\n[^]*gcc: no such file/);
        docker(
            `"buildx inspect") echo "Driver: x";; *build*--push*) for a in "$@"; do case $a in --metadata-file=*) echo '{}' > "\${a#*=}";; esac; done;;`,
        );
        await assert.rejects(run(), /did not say which digest/);
        rmSync(join(folder, "bin/docker"));
        process.env.PATH = `${folder}/bin`;
        await assert.rejects(run(), /no `docker` on PATH/);
    });

    it("by the engine's own BuildKit takes the digest that the push tells, and refuses what that cannot build", async () => {
        docker(`buildx*) exit 1;; "push r.example.com/api:built-1") echo "built-1: digest: ${digest} size: 1";;`);
        await assert.rejects(run(), /takes docker buildx/);
        assert.equal((await run({ recipe: { ...order.recipe, named: {} } })).image, `r.example.com/api@${digest}`);
        assert.ok(told().some((args) => args[0] === "push" && args[1] === order.cache));
    });

    it("signs in for the time of the build alone, and leaves Docker's own configuration as it is", async () => {
        mkdirSync(join(folder, "config/cli-plugins"), { recursive: true });
        const own = JSON.stringify({ credsStore: "mine", auths: { "ghcr.io": {} } });
        writeFileSync(join(folder, "config/config.json"), own);
        command("docker-credential-mine", `read key; [ "$key" = ghcr.io ] && echo '{"Username":"u","Secret":"s"}'`);
        command("aws", "echo password");
        docker(
            `"buildx inspect") echo "Driver: x"; ls "$DOCKER_CONFIG" > ${folder}/ls; cat "$DOCKER_CONFIG/config.json" > ${folder}/used; echo "$DOCKER_CONFIG" > ${folder}/where;; ${metadata}`,
        );
        await run({ reference: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:built-1" });
        const { auths, credsStore } = JSON.parse(readFileSync(join(folder, "used"), "utf8")) as {
            auths: Record<string, { auth: string }>;
            credsStore?: string;
        };
        const plain = (key: string) => Buffer.from(auths[key].auth, "base64").toString("utf8");
        assert.deepEqual(
            [plain("123456789012.dkr.ecr.eu-west-1.amazonaws.com"), plain("ghcr.io"), credsStore],
            ["AWS:password", "u:s", undefined],
        );
        assert.match(readFileSync(join(folder, "ls"), "utf8"), /cli-plugins/);
        assert.ok(!existsSync(readFileSync(join(folder, "where"), "utf8").trim()));
        assert.equal(readFileSync(join(folder, "config/config.json"), "utf8"), own);
        assert.deepEqual(readdirSync(join(folder, "config")), ["cli-plugins", "config.json"]);
    });

    describe("of another stack", () => {
        const promotion = {
            service: "api",
            image: `staging.example.com/api@${digest}`,
            reference: "prod.example.com/api:built-1",
        };
        /** @param answers what the registry says, one question after the other */
        const taken = (...answers: (string | undefined)[]) =>
            promote(promotion, { say: (text) => said.push(text), digestOf: () => Promise.resolve(answers.shift()) });

        it("is copied by its digest, signed in at both registries, and nothing is built", async () => {
            const config = join(folder, "config");
            mkdirSync(config);
            const auths = { "prod.example.com": { auth: "cHJvZDox" }, "staging.example.com": { auth: "c3RhZ2luZzox" } };
            writeFileSync(join(config, "config.json"), JSON.stringify({ auths }));
            docker(`"buildx imagetools create"*) cat $DOCKER_CONFIG/config.json >> ${folder}/signed ;;`);
            assert.equal(await taken(undefined, digest), `prod.example.com/api@${digest}`);
            assert.deepEqual(told(), [
                [
                    "buildx",
                    "imagetools",
                    "create",
                    "--prefer-index=false",
                    "--tag=prod.example.com/api:built-1",
                    promotion.image,
                ],
            ]);
            assert.deepEqual(JSON.parse(readFileSync(join(folder, "signed"), "utf8")), { auths });
        });

        it("is left where it is there already, and takes the place of another", async () => {
            docker("*) ;;");
            assert.equal(await taken(digest), `prod.example.com/api@${digest}`);
            assert.equal(existsSync(join(folder, "told")), false);
            await taken(`sha256:${"b".repeat(64)}`, digest);
            assert.equal(told().length, 1);
        });

        it("is refused where the registry has something else afterwards, or it has no digest", async () => {
            docker("*) ;;");
            await assert.rejects(
                taken(undefined, `sha256:${"b".repeat(64)}`),
                /is sha256:b+ after sha256:a+ was copied/,
            );
            await assert.rejects(taken(undefined, undefined), /is nothing after/);
            await assert.rejects(
                promote({ ...promotion, image: "staging.example.com/api:1" }, { say: () => undefined }),
                /without its digest/,
            );
        });
    });
});
