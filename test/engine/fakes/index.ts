import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import type { Cloud } from "../standin/cloud";
import { answer } from "./answers";
import { programs } from "./commands";

/** A program that asks the tests' process what to answer. */
const asking = (port: number) => `#!/usr/bin/env node
const body = JSON.stringify({ program: require("node:path").basename(process.argv[1]), args: process.argv.slice(2) });
const request = require("node:http").request({ port: ${port}, host: "127.0.0.1", method: "POST" }, (response) => {
    let text = "";
    response.on("data", (part) => (text += part));
    response.on("end", () => {
        const { code, stdout, stderr } = JSON.parse(text);
        process.stdout.write(stdout);
        process.stderr.write(stderr);
        process.exitCode = code;
    });
});
request.end(body);
`;

/** What was typed at the fakes, in order. */
export interface Typed {
    program: string;
    args: string[];
    code: number;
}

/**
 * Puts fakes of the clouds' command lines, and of what else the runbook types, into a folder for PATH. They check each command
 * line strictly, and act on the stand-in cloud.
 */
export async function fakes(folder: string, cloud: Cloud): Promise<{ typed: Typed[]; stop: () => void }> {
    const typed: Typed[] = [];
    const server = createServer((request, response) => {
        let text = "";
        request.on("data", (part) => (text += String(part)));
        request.on("end", () => {
            const { program, args } = JSON.parse(text) as { program: string; args: string[] };
            const answered = answer(cloud, program, args);
            typed.push({ program, args, code: answered.code });
            response.end(JSON.stringify(answered));
        });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    mkdirSync(folder);
    for (const program of programs) {
        writeFileSync(join(folder, program), asking((server.address() as AddressInfo).port));
        chmodSync(join(folder, program), 0o755);
    }
    return { typed, stop: () => server.close() };
}
