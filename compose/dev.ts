import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { forgetBuilds } from "../components/context";
import type { Target } from "../topology/app";
import type { Stack } from "../topology/validate";
import { addressesOf, checksOf, type Address } from "./addresses";
import { Failed, Project, type Engine } from "./engine";
import { placed, writeFiles, type Made } from "./files";
import { make, movedSentences } from "./make";

const docker = promisify(execFile);

/** A step that is done, in the words of a person who watches. */
export type Tell = (step: string, what: string, seconds?: number) => void;

/** A stack of cloud local under Compose: brought up, changed and stopped. */
export class Dev {
    readonly folder: string;
    readonly project: Project;
    private made!: Made;

    /**
     * @param root the project's folder; files are written to `.twinstack/<app>-<stack>/` in it
     * @param tell is told of each step
     */
    constructor(
        engine: Engine,
        private readonly stack: Stack<Target>,
        private readonly pulumiProject: string,
        private readonly root: string,
        private readonly tell: Tell,
    ) {
        const name = `${stack.place.app}-${stack.place.stack}`;
        this.folder = join(root, ".twinstack", name);
        this.project = new Project(engine, name, join(this.folder, "compose.yaml"));
    }

    get services(): string[] {
        return Object.keys(this.stack.app.services);
    }

    get addresses(): Address[] {
        return addressesOf(this.stack.app, this.made.compose);
    }

    /** Folders that images are built from. */
    get contexts(): string[] {
        return Object.values(this.stack.app.services).flatMap(({ image }) =>
            image.context && !image.reference ? [image.context] : [],
        );
    }

    /** Deletes containers, networks and data, if there are any. */
    async reset(): Promise<void> {
        if (!existsSync(this.project.file)) return;
        await this.timed("deleted", "containers and data", () =>
            this.project.run(["down", "--volumes", "--remove-orphans"]),
        );
    }

    /** Writes the file, builds what is not there, starts everything in order, and waits until the services answer. @throws Failed */
    async up(): Promise<void> {
        await this.write();
        await this.build();
        await this.start();
        await this.ready();
    }

    /** After a change of sources: builds and replaces what it changed; what did not change runs on. @throws Failed */
    async again(): Promise<boolean> {
        const before = this.made;
        await this.write();
        const images = (made: Made) => Object.values(made.compose.services).map(({ image }) => image);
        const old = images(before).filter((image) => !images(this.made).includes(image));
        if (!old.length) return false;
        try {
            await this.build();
        } catch (error) {
            // What runs is still what was.
            this.made = before;
            writeFiles(before, this.project.file);
            throw error;
        }
        await this.start();
        await this.ready();
        await docker("docker", ["image", "rm", ...old]).catch(() => undefined);
        return true;
    }

    /** Stops the containers and keeps them, and what they hold. */
    async stop(): Promise<void> {
        await this.timed("stopped", this.project.name, () => this.project.run(["stop"]));
    }

    private async write(): Promise<void> {
        forgetBuilds();
        const { moved, ...made } = await make(this.stack, this.pulumiProject);
        for (const sentence of movedSentences(moved)) this.tell("moved", sentence);
        this.made = placed(made, this.folder, this.root);
        writeFiles(this.made, this.project.file);
    }

    /** An image is named by what goes into it: one that is there need not be built. */
    private async build(): Promise<void> {
        const missing = new Map<string, string>();
        for (const [service, { image, build }] of Object.entries(this.made.compose.services))
            if (build && !missing.has(image) && !(await isThere(image))) missing.set(image, service);
        for (const service of missing.values()) {
            this.tell("building", service);
            await this.timed("built", service, () => this.project.run(["build", service]));
        }
    }

    private async start(): Promise<void> {
        const { services } = this.made.compose;
        const running = Object.keys(services).filter((name) => !services[name].profiles);
        this.tell("starting", running.join(", "));
        try {
            await this.timed("started", running.join(", "), () =>
                this.project.run(["up", "--detach", "--no-build", "--remove-orphans"]),
            );
        } catch (error) {
            if (!(error instanceof Failed)) throw error;
            // Compose says that something ended, but not what it said.
            for (const name of running) {
                const state = await this.project.stateOf(name);
                if (state?.status === "exited" && state.code !== 0)
                    throw await this.failure(name, `ended with ${state.code}`);
            }
            throw error;
        }
    }

    private async ready(): Promise<void> {
        const checks = checksOf(this.stack.app, this.made.compose);
        // A request that a restarting container leaves hanging does not keep Node alive: it would end here without a word.
        const awake = setInterval(() => undefined, 1000);
        try {
            await this.timed("ready", [...new Set(checks.map(({ service }) => service))].join(", "), () =>
                Promise.all(checks.map((check) => this.answers(check))),
            );
        } finally {
            clearInterval(awake);
        }
    }

    private async answers({ service, url, seconds }: ReturnType<typeof checksOf>[number]): Promise<void> {
        const end = Date.now() + seconds * 1000;
        for (let last = "no answer"; ;) {
            try {
                const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
                await response.arrayBuffer();
                if (response.ok) return;
                last = `${response.status}`;
            } catch {
                const state = await this.project.stateOf(service);
                if (state && state.status !== "running" && state.code !== 0)
                    throw await this.failure(service, `ends at once, with ${state.code}`);
            }
            if (Date.now() > end)
                throw await this.failure(service, `is not ready after ${seconds} s: ${url} gave ${last}`);
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    private async failure(service: string, what: string): Promise<Failed> {
        const container = await this.project.container(service);
        const said = container
            ? await docker("docker", ["logs", "--tail", "20", container])
            : { stdout: "", stderr: "" };
        return new Failed(`${service} ${what}`, said.stdout + said.stderr);
    }

    private async timed<T>(step: string, what: string, work: () => Promise<T>): Promise<T> {
        const begun = Date.now();
        const done = await work();
        this.tell(step, what, (Date.now() - begun) / 1000);
        return done;
    }
}

const isThere = (image: string): Promise<boolean> =>
    docker("docker", ["image", "inspect", image]).then(
        () => true,
        () => false,
    );
