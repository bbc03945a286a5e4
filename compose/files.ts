import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

import { stringify } from "yaml";

import type { Compose } from "./file";
import type { SecretFormat } from "../topology/app";
import { command } from "../topology/command";
import { bytesOf, formatted, lengthOf, readAs } from "../topology/secret-formats";

/** What is run: a file, and under which name, so that two apps in one folder are two projects. */
export interface Made {
    app: string;
    project: string;
    compose: Compose;
    /** Names of the secrets that the file asks for. */
    variables: string[];
    /** What those look like of which the app says it. */
    formats: Record<string, SecretFormat>;
}

/** What is made, its build contexts as they are found from `folder`; those of the plan are found from `root`. */
export function placed<T extends Made>(made: T, folder: string, root: string): T {
    const data = { ...made.compose, services: {} as Compose["services"] };
    for (const [name, service] of Object.entries(made.compose.services)) {
        const { build, volumes } = service;
        const found = (path: string) => {
            const way = relative(folder, resolve(root, path)).split(sep).join("/");
            return way.startsWith("..") ? way : `./${way}`;
        };
        data.services[name] = {
            ...service,
            ...(build && { build: { ...build, context: found(build.context) } }),
            // Files of this machine are mounted by absolute paths.
            ...(Array.isArray(volumes) && {
                volumes: volumes.map((volume) => String(volume).replace(/^\/[^:]*/, (path) => found(path))),
            }),
        };
    }
    return { ...made, compose: data };
}

/** The file's text. */
export const textOf = (made: Made): string =>
    headOf(made) + stringify(made.compose, { lineWidth: 0, compat: "yaml-1.1" });

function headOf({ app, project, variables }: Made): string {
    const head = [
        `# ${app} on this machine, written by \`${command("compose")}\` from the same plan as \`twinstack:cloud: local\`.`,
        `#   docker compose -p ${project} up --build`,
        ...(variables.length
            ? [
                  `# Its secrets are read from a file .env beside this one, which \`${command("compose -o FILE")}\` writes, too:`,
              ]
            : []),
        ...variables.map((name) => `#   ${name}`),
    ];
    return `${head.join("\n")}\n`;
}

/** Writes the file and, beside it, `.env` with a random value for every secret that it has none of. @returns those that were new */
export function writeFiles(made: Made, file: string): string[] {
    const folder = dirname(file);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, textOf(made));
    const secrets = join(folder, ".env");
    const there = existsSync(secrets) ? readFileSync(secrets, "utf8") : "";
    const fresh = made.variables.filter((name) => !new RegExp(`^\\s*(export\\s+)?${name}\\s*=`, "m").test(there));
    if (fresh.length) {
        const lines = fresh.map((name) => `${name}=${drawn(made.formats[name])}\n`);
        const before = there && !there.endsWith("\n") ? `${there}\n` : there;
        // What is there stays as it is, the file's permissions, too.
        writeFileSync(secrets, before + lines.join(""), { mode: 0o600 });
    }
    return fresh;
}

/** A random value as a format has it, with no sign that a file .env reads otherwise. */
function drawn(format: SecretFormat = { format: "alphanumeric" }): string {
    const bytes = bytesOf(format);
    return bytes === undefined
        ? formatted(format, Array.from({ length: lengthOf(format) }, () => letters[randomInt(letters.length)]).join(""))
        : formatted(format, randomBytes(bytes).toString(readAs(format)));
}
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
