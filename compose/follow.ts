import { spawn, type ChildProcess } from "node:child_process";

import type { Project } from "./engine";

/** What containers say, line by line, through restarts and replacements, until it is stopped. */
export class Logs {
    private readonly children = new Set<ChildProcess>();
    private stopped = false;

    constructor(
        private readonly project: Project,
        private readonly line: (service: string, text: string) => void,
    ) {}

    /** Begins with what is said from a moment on. */
    follow(services: string[], since: Date): void {
        for (const service of services) void this.each(service, since);
    }

    stop(): void {
        this.stopped = true;
        for (const child of this.children) child.kill();
    }

    private async each(service: string, begin: Date): Promise<void> {
        for (let since = begin; !this.stopped;) {
            const state = await this.project.stateOf(service).catch(() => undefined);
            const container = await this.project.container(service).catch(() => undefined);
            if (state?.status === "running" && container && !this.stopped) {
                await this.one(service, container, since);
                since = new Date();
            }
            await new Promise((resolve) => setTimeout(resolve, 300));
        }
    }

    private one(service: string, container: string, since: Date): Promise<void> {
        return new Promise((resolve) => {
            const args = ["logs", "--follow", "--since", since.toISOString(), container];
            const child = spawn("docker", args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
            this.children.add(child);
            for (const stream of [child.stdout, child.stderr]) {
                let rest = "";
                stream.on("data", (data: Buffer) => {
                    const lines = (rest + data.toString()).split(/\r?\n/);
                    rest = lines.pop()!;
                    for (const text of lines) if (!this.stopped) this.line(service, text);
                });
            }
            const done = () => {
                this.children.delete(child);
                resolve();
            };
            child.on("error", done);
            child.on("close", done);
        });
    }
}
