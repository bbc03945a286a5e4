import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { root, twinstack } from "../twinstack";
import { parsed, type ParsedWorkflow } from "./runner";

/** A repository of a user's with a project in it, and the packages that it would have installed. */
export class Repository {
    readonly folder = mkdtempSync(join(tmpdir(), "twinstack-repository-"));

    constructor(files: Record<string, string> = {}) {
        this.git("init", "--quiet", "--initial-branch=main");
        this.write({ ".gitignore": "node_modules/\nreview/\n", ...files });
    }

    git(...args: string[]): string {
        const who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        return execFileSync("git", [...who, ...args], { cwd: this.folder, encoding: "utf8" });
    }

    write(files: Record<string, string>): this {
        for (const [file, text] of Object.entries(files)) {
            const path = join(this.folder, file);
            mkdirSync(dirname(path), { recursive: true });
            writeFileSync(path, text);
            if (file.endsWith(".sh")) chmodSync(path, 0o755);
        }
        return this;
    }

    commit(message = "change"): this {
        this.git("add", "--all");
        this.git("commit", "--quiet", "--allow-empty", "--message", message);
        return this;
    }

    read = (file: string): string => readFileSync(join(this.folder, file), "utf8");

    workflow = (name: string): ParsedWorkflow => parsed(this.read(`.github/workflows/twinstack-${name}.yaml`));

    /** What `npm ci` would leave: this package, by which `npx --no twinstack` is found. */
    installed(project = "."): this {
        const modules = join(this.folder, project, "node_modules");
        mkdirSync(join(modules, "@twinstack"), { recursive: true });
        mkdirSync(join(modules, ".bin"), { recursive: true });
        symlinkSync(root, join(modules, "@twinstack/core"));
        symlinkSync(join(root, "bin/twinstack.js"), join(modules, ".bin/twinstack"));
        return this;
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** What a repository of one app, `shop`, is made of. */
interface Shop {
    cloud?: "aws" | "gcp";
    /** The project's folder in it. */
    project?: string;
    /** The app as it is written. */
    app?: string;
    /** More files, in the project. */
    files?: Record<string, string>;
    /** Its stacks beside prod. */
    stacks?: ("dev" | "staging")[];
}

/** A project of one app with a service that is built from a folder, and its workflows. */
export async function shop({
    cloud = "aws",
    project = ".",
    app = shopApp(),
    files = {},
    stacks = ["dev", "staging"],
}: Shop = {}): Promise<Repository> {
    const at = (file: string) => (project === "." ? file : `${project}/${file}`);
    const placed = (all: Record<string, string>) =>
        Object.fromEntries(Object.entries(all).map(([file, text]) => [at(file), text]));
    const repository = new Repository(
        placed({
            "web/Dockerfile": "FROM scratch\nCOPY main.go /\n",
            "web/main.go": "package main\n\nfunc main() {}\n",
            "web/go.mod": "module example.com/web\n\ngo 1.22\n",
            ...files,
        }),
    );
    const where = join(repository.folder, project);
    mkdirSync(where, { recursive: true });
    const done = await twinstack(["init", "--name", "shop", "--cloud", cloud, "--yes", "--force"], where);
    if (done.status !== 0) throw new Error(done.stderr);
    const dev = repository.read(at("Pulumi.dev.yaml"));
    for (const stack of stacks)
        repository.write({
            [at(`Pulumi.${stack}.yaml`)]: dev.replace("environment: dev", `environment: ${stack}`),
        });
    if (!stacks.includes("dev")) rmSync(join(where, "Pulumi.dev.yaml"));
    repository.write({ [at("apps/shop.ts")]: app }).installed(project);
    const written = await twinstack(["pipeline", "github"], where);
    if (written.status !== 0) throw new Error(written.stderr);
    return repository.commit("a shop");
}

/** @param parts more of the app, as it is written */
export const shopApp = (parts = "", cpu = 1): string => `export const shop = {
    name: "shop",
    services: {
        web: {
            image: { context: "web" },
            ports: { http: 8080 },
            health: { path: "/" },
            cpu: ${cpu},
            routes: [{ path: "/" }],
            uses: [${parts.includes("databases") ? '"db"' : ""}],
        },
    },
    ${parts}
};
`;
