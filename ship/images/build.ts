import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Recipe } from "../../stacks/recipe";
import {
    credentialsOf,
    dockerConfig,
    dockerFolder,
    fromDocker,
    keyOf,
    type Credentials,
    type DockerConfig,
} from "./credentials";
import { digestOf, pinned, placeOf } from "./registry";

/** An image that is to be in its registry. */
export interface Order {
    service: string;
    recipe: Recipe;
    /** Repository and tag. */
    reference: string;
    /** Where the cache of its layers is kept; absent: nowhere. */
    cache?: string;
}

/** What was built, or was there. */
export interface Built {
    /** By its digest. */
    image: string;
    /** Somebody had built the same before. */
    wasThere: boolean;
}

export interface Tools {
    say: (text: string) => void;
    digestOf?: typeof digestOf;
    environment?: NodeJS.ProcessEnv;
}

/**
 * Builds an image with the cache of its registry and pushes it, unless the registry has the same already.
 * @throws where there is no Docker, or it fails: with the last lines that it said
 */
export async function build({ service, recipe, reference, cache }: Order, tools: Tools): Promise<Built> {
    const { say, environment = process.env } = tools;
    const there = await (tools.digestOf ?? digestOf)(reference);
    if (there !== undefined) {
        say(`${service}: ${tagOf(reference)} is in the registry already`);
        return { image: pinned(reference, there), wasThere: true };
    }
    return signedIn([placeOf(reference).registry], environment, async (env) => {
        const docker = new Docker(env, (line) => say(`${service}: ${line}`));
        const digest = (await docker.has("buildx", "version"))
            ? await withBuildx(docker, recipe, reference, cache)
            : await withBuildKit(docker, recipe, reference, cache);
        return { image: pinned(reference, digest), wasThere: false };
    });
}

const tagOf = (reference: string): string => placeOf(reference).tag ?? reference;

const common = ({ dockerfile, platform, target, args }: Recipe): string[] => [
    "--progress=plain",
    `--file=${dockerfile}`,
    `--platform=${platform}`,
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
];

/** `docker buildx`, which exports the cache of every stage where its builder can. */
async function withBuildx(
    docker: Docker,
    recipe: Recipe,
    reference: string,
    cache: string | undefined,
): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-build-"));
    try {
        const metadata = join(folder, "metadata.json");
        const driver = /^Driver:\s*(\S+)/m.exec(await docker.run(["buildx", "inspect"]))?.[1];
        // What is built into the engine keeps only what the image itself holds.
        const full = driver !== "docker";
        if (cache !== undefined && !full)
            docker.say(
                "the selected builder exports no cache of earlier stages; docker buildx create --use makes one that does",
            );
        const to = full ? `type=registry,ref=${cache},mode=max,image-manifest=true,oci-mediatypes=true` : "type=inline";
        await docker.run([
            "buildx",
            "build",
            "--push",
            `--tag=${reference}`,
            `--metadata-file=${metadata}`,
            ...common(recipe),
            ...Object.entries(recipe.named).map(([name, path]) => `--build-context=${name}=${path}`),
            ...(cache === undefined ? [] : [`--cache-from=type=registry,ref=${cache}`, `--cache-to=${to}`]),
            recipe.context,
        ]);
        const said = JSON.parse(readFileSync(metadata, "utf8")) as Record<string, unknown>;
        return checked(said["containerimage.digest"], "docker buildx build");
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The engine's own BuildKit, for a client without buildx: it can cache only what the image itself holds. */
async function withBuildKit(
    docker: Docker,
    recipe: Recipe,
    reference: string,
    cache: string | undefined,
): Promise<string> {
    if (Object.keys(recipe.named).length)
        throw new Error(
            "A build with files of the topology (image.files) takes docker buildx, which is not here: https://docs.docker.com/build/install-buildx/",
        );
    await docker.run([
        "build",
        `--tag=${reference}`,
        ...common(recipe),
        "--build-arg=BUILDKIT_INLINE_CACHE=1",
        ...(cache === undefined ? [] : [`--cache-from=${cache}`]),
        recipe.context,
    ]);
    const pushed = await docker.run(["push", reference]);
    if (cache !== undefined) {
        await docker.run(["tag", reference, cache]);
        await docker.run(["push", cache]);
    }
    return checked(/digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1], "docker push");
}

function checked(digest: unknown, command: string): string {
    if (typeof digest === "string" && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
    throw new Error(`\`${command}\` did not say which digest the image has`);
}

/** Lines of a command that failed that are shown. */
const lastLines = 20;

class Failed extends Error {}

/** The Docker client of PATH. */
export class Docker {
    constructor(
        private readonly env: NodeJS.ProcessEnv,
        readonly say: (line: string) => void,
    ) {}

    /** Whether it knows a command. @throws where there is no Docker */
    has = (...args: string[]): Promise<boolean> =>
        this.run(args).then(
            () => true,
            (error: Error) => {
                if (error instanceof Failed) return false;
                throw error;
            },
        );

    /** What it says on stdout. Steps of a build are told as they begin. */
    run(args: string[]): Promise<string> {
        return new Promise((done, fail) => {
            const env = { ...this.env, DOCKER_BUILDKIT: "1" };
            const child = spawn("docker", args, { env, stdio: ["ignore", "pipe", "pipe"] });
            let [out, all, rest] = ["", "", ""];
            const hear = (text: string) => {
                all = (all + text).slice(-64_000);
                const lines = (rest + text).split("\n");
                rest = lines.pop()!;
                for (const line of lines) {
                    // `#7 [build 3/5] RUN …`: a step begins. What it prints itself has a time in front.
                    const step = /^#\d+ \[([^\]]*\d+\/\d+)\] (.*)$/.exec(line.trimEnd());
                    if (step) this.say(`[${step[1]}] ${step[2]}`);
                }
            };
            child.stdout.setEncoding("utf8").on("data", (text: string) => {
                out += text;
                hear(text);
            });
            child.stderr.setEncoding("utf8").on("data", hear);
            child.on("error", (error: NodeJS.ErrnoException) =>
                fail(error.code === "ENOENT" ? new Error("There is no `docker` on PATH, which builds images") : error),
            );
            child.on("close", (code) => {
                if (code === 0) return done(out);
                const end = all.trimEnd().split("\n").slice(-lastLines).join("\n");
                fail(new Failed(`\`docker ${args.slice(0, 2).join(" ")}\` failed:\n${end}`));
            });
        });
    }
}

/**
 * Signed in to registries, by a configuration of Docker's that is gone afterwards where `docker login` knows nobody: nothing
 * of a cloud's token is left on the machine.
 */
export async function signedIn<T>(
    registries: string[],
    environment: NodeJS.ProcessEnv,
    work: (environment: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
    const config = dockerConfig();
    const found: Record<string, { auth: string }> = {};
    for (const registry of registries) {
        if (await fromDocker(registry, config)) continue;
        const credentials = await credentialsOf(registry);
        if (credentials) found[keyOf(registry)] = { auth: authOf(credentials) };
    }
    if (!Object.keys(found).length) return work(environment);
    const folder = mkdtempSync(join(tmpdir(), "twinstack-docker-"));
    try {
        const own = dockerFolder();
        // Plugins, contexts and builders stay what they are.
        for (const entry of existsSync(own) ? readdirSync(own) : [])
            if (entry !== "config.json") symlinkSync(join(own, entry), join(folder, entry));
        const auths = { ...(await stored(config)), ...found };
        const { credsStore: _, ...rest } = config;
        writeFileSync(join(folder, "config.json"), JSON.stringify({ ...rest, auths }), { mode: 0o600 });
        return await work({ ...environment, DOCKER_CONFIG: folder });
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

const authOf = ({ username, password }: Credentials): string =>
    Buffer.from(`${username}:${password}`, "utf8").toString("base64");

/** What a store of credentials knows of the registries that Docker's configuration lists: with one of our own, it is not asked. */
async function stored(config: DockerConfig): Promise<NonNullable<DockerConfig["auths"]>> {
    const { auths = {}, credsStore } = config;
    if (credsStore === undefined) return auths;
    const known = await Promise.all(
        Object.keys(auths).map(async (key) => {
            const found = await fromDocker(key, config);
            return [key, found ? { auth: authOf(found) } : {}] as const;
        }),
    );
    return Object.fromEntries(known);
}
