import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Who signs in to a registry. */
export interface Credentials {
    username: string;
    password: string;
}

/** Where Docker keeps its configuration. */
export const dockerFolder = (): string => process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");

export interface DockerConfig {
    auths?: Record<string, { auth?: string; identitytoken?: string } | undefined>;
    credHelpers?: Record<string, string>;
    credsStore?: string;
}

/** What `docker login` left; nothing where there is none. @throws if it cannot be read */
export function dockerConfig(): DockerConfig {
    const file = join(dockerFolder(), "config.json");
    if (!existsSync(file)) return {};
    try {
        return JSON.parse(readFileSync(file, "utf8")) as DockerConfig;
    } catch (error) {
        throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
    }
}

/** Docker Hub's host, and what Docker calls it in its configuration. */
export const hub = "registry-1.docker.io";
export const keyOf = (registry: string): string => (registry === hub ? "https://index.docker.io/v1/" : registry);

const ecr = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;
const artifactRegistry = /(^|\.)(pkg\.dev|gcr\.io)$/;

/**
 * Who signs in to a registry: as `docker login` says; else, for the clouds' own, as the `aws` or `gcloud` command does. Undefined
 * where nobody is known: public images need none.
 * @param registry host, and port if there is one
 */
export async function credentialsOf(registry: string): Promise<Credentials | undefined> {
    return (await fromDocker(registry, dockerConfig())) ?? (await fromCloud(registry));
}

/** As `docker login` says. */
export async function fromDocker(registry: string, config: DockerConfig): Promise<Credentials | undefined> {
    const key = keyOf(registry);
    const helper = config.credHelpers?.[key] ?? config.credsStore;
    if (helper) {
        const said = await run(`docker-credential-${helper}`, ["get"], key);
        const found = said === undefined ? undefined : credentialsIn(said);
        if (found) return found;
    }
    const { auth } = config.auths?.[key] ?? {};
    if (!auth) return undefined;
    const [username, ...password] = Buffer.from(auth, "base64").toString("utf8").split(":");
    return { username, password: password.join(":") };
}

function credentialsIn(said: string): Credentials | undefined {
    try {
        const { Username, Secret } = JSON.parse(said) as { Username?: string; Secret?: string };
        return Username && Secret ? { username: Username, password: Secret } : undefined;
    } catch {
        return undefined;
    }
}

/** As the cloud's own command does. */
async function fromCloud(registry: string): Promise<Credentials | undefined> {
    const region = ecr.exec(registry)?.[1];
    if (region !== undefined) return by("AWS", await run("aws", ["ecr", "get-login-password", "--region", region]));
    if (artifactRegistry.test(registry))
        return by("oauth2accesstoken", await run("gcloud", ["auth", "print-access-token"]));
    return undefined;
}

const by = (username: string, password: string | undefined): Credentials | undefined =>
    password ? { username, password } : undefined;

/** What to run where a registry knows nobody. */
export function howToSignIn(registry: string): string {
    const region = ecr.exec(registry)?.[1];
    if (region !== undefined)
        return `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry}`;
    if (artifactRegistry.test(registry)) return `gcloud auth login, or gcloud auth configure-docker ${registry}`;
    return `docker login${registry === hub ? "" : ` ${registry}`}`;
}

/** What a command prints; undefined where there is none, or it fails. */
function run(command: string, args: string[], input?: string): Promise<string | undefined> {
    return new Promise((done) => {
        const child = execFile(command, args, { timeout: 30_000 }, (error, stdout) =>
            done(error ? undefined : stdout.trim()),
        );
        child.stdin?.on("error", () => undefined);
        child.stdin?.end(input ?? "");
    });
}
