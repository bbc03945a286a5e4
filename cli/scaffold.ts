import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { constantOf, fileOf, withApp } from "../compose/import/write";
import type { AppInput, Target } from "../topology/app";
import { own, packageRoot } from "./own";
import { command } from "../topology/command";

/** A project of the user's own: what `twinstack init` writes, file by file. */

/** What a project is made of. */
export interface Answers {
    /** The app's name, the project's too. */
    name: string;
    cloud: Target;
    awsRegion: string;
    gcpRegion: string;
    gcpProject: string;
    begin: Begin;
    /** Whether it has workflows for GitHub, and so a stack for its branch develop. */
    github: boolean;
}

/** What the app begins with: what a Compose file says, or one service of an image. */
export type Begin = { app: AppInput; from: string } | { image: { context: string } | { reference: string } };

/** Path → text of every file, but package.json. */
export function filesOf(answers: Answers): Record<string, string> {
    const { name, begin } = answers;
    return {
        "Pulumi.yaml": projectYaml(answers),
        "Pulumi.dev.yaml": stackYaml(answers, "dev"),
        "Pulumi.prod.yaml": stackYaml(answers, "prod"),
        ...(answers.github && { "Pulumi.staging.yaml": stackYaml(answers, "staging") }),
        "index.ts": `import { program } from "${own.name}";\nimport { apps } from "./apps";\n\nexport = program({ apps });\n`,
        [`apps/${name}.ts`]:
            "image" in begin ? firstApp(name, begin.image) : fileOf(name, begin.app, own.name, begin.from),
        "apps/index.ts": withApp(emptyIndex, name)!,
        "tsconfig.json": tsconfig,
        ".gitignore": "node_modules/\n.twinstack/\n.env\n*-report.html\n",
        "README.md": readme(answers),
    };
}

const emptyIndex = `import type { AppInput } from "${own.name}";

/** Every app that \`twinstack:app\` may name. A new one is a file beside this and a line here. */
export const apps: Record<string, AppInput> = {};
`;

/**
 * package.json with what a project needs; what it says already stays.
 * @param spec of this package, as npm takes it
 */
export function packageJson(before: string | undefined, { name }: Answers, spec: string): string {
    const said = (before === undefined ? {} : JSON.parse(before)) as Record<string, unknown>;
    const wanted: Record<string, string | boolean | Record<string, string>> = {
        name,
        private: true,
        main: "index.ts",
        scripts: { twinstack: "twinstack", typecheck: "tsc --noEmit" },
        // Pulumi asks for its own SDK in the project; ts-node and typescript are what it runs index.ts with.
        dependencies: {
            [own.name]: spec,
            "@pulumi/pulumi": own.dependencies["@pulumi/pulumi"],
            "ts-node": own.dependencies["ts-node"],
            typescript: own.dependencies.typescript,
        },
        devDependencies: { "@types/node": own.devDependencies["@types/node"] },
    };
    const merged = Object.fromEntries(
        Object.entries(wanted).map(([key, value]) => {
            const there = said[key];
            return [key, typeof value === "object" ? { ...value, ...(there as object | undefined) } : (there ?? value)];
        }),
    );
    // npm writes "main": "index.js" where nobody asked for it; the engine would not find it.
    if (merged.main === "index.js") merged.main = "index.ts";
    return `${JSON.stringify({ ...merged, ...withoutKeys(said, Object.keys(merged)) }, null, 2)}\n`;
}

const withoutKeys = (map: Record<string, unknown>, keys: string[]): Record<string, unknown> =>
    Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));

/** This package's own Pulumi.yaml, for a project of another name: only its own keys may have a schema, so theirs are told. */
function projectYaml({ name, cloud, awsRegion, gcpRegion, gcpProject }: Answers): string {
    const own = parse(readFileSync(join(packageRoot, "Pulumi.yaml"), "utf8")) as ProjectFile;
    const { config, template, requiredPulumiVersion } = own;
    const keys = Object.entries(config).map(([key, { description }]) => [`twinstack:${key}`, description]);
    const width = Math.max(...keys.map(([key]) => key.length));
    const values: Record<string, string> = {
        "twinstack:app": name,
        "twinstack:cloud": cloud,
        "aws:region": awsRegion,
        "gcp:region": gcpRegion,
        "gcp:project": gcpProject,
    };
    const asked = Object.entries(template.config).map(
        ([key, { description, default: usual }]) =>
            `    ${key}:\n      description: ${description}\n      default: ${values[key] ?? usual}\n`,
    );
    return `name: ${name}
description: ${name}, on AWS or on GCP
runtime: nodejs
requiredPulumiVersion: "${requiredPulumiVersion}"

# What a stack file may say, beside aws:region, gcp:project and gcp:region:
${keys.map(([key, text]) => `#   ${key.padEnd(width)}  ${text}\n`).join("")}
# What \`pulumi new\` asks for.
template:
  displayName: ${name}
  description: ${name}, on AWS or on GCP; the cloud is one line.
  config:
${asked.join("")}`;
}

interface ProjectFile {
    requiredPulumiVersion: string;
    config: Record<string, { description: string }>;
    template: { config: Record<string, { description: string; default: string }> };
}

function stackYaml(
    { name, cloud, awsRegion, gcpRegion, gcpProject }: Answers,
    environment: "dev" | "staging" | "prod",
): string {
    return `config:
  twinstack:app: ${name}
  # The one line to change: aws or gcp${environment === "dev" ? "; or local, for Docker on this machine" : ""}.
  twinstack:cloud: ${environment !== "dev" && cloud === "local" ? "aws" : cloud}
  twinstack:environment: ${environment}
${
    environment === "prod"
        ? `  # A name in a DNS zone of yours (Route 53 or Cloud DNS): the certificate and the record are made in that zone.
  twinstack:domain: ${name}.example.com
`
        : ""
}  aws:region: ${awsRegion}
  # Your project's id; read only when the cloud is gcp.
  gcp:project: ${gcpProject}
  gcp:region: ${gcpRegion}
`;
}

/** What the app begins with, as data: what `firstApp` writes. */
export const appOf = ({ name, begin }: Answers): AppInput =>
    "app" in begin
        ? begin.app
        : {
              name,
              services: {
                  web: { image: begin.image, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/" }] },
              },
          };

/** An app to begin with, as a person would write it. */
function firstApp(name: string, image: { context: string } | { reference: string }): string {
    return `import { defineApp } from "${own.name}";

/** What it is made of. Everything but \`services\` is optional: databases, caches, buckets, queues, jobs, a domain, … */
export const ${constantOf(name)} = defineApp({
    name: "${name}",
    services: {
        web: {
${
    "context" in image
        ? `            // Built from the Dockerfile beside package.json.
            image: { context: "${image.context}" },
`
        : `            // A public image to begin with. Your own is built from a folder with a Dockerfile: image: { context: "." }
            image: { reference: "${image.reference}" },
`
}            ports: { http: 8080 },
            health: { path: "/" },
            routes: [{ path: "/" }],
            // A database is one line more, and its variables are in the container:
            // uses: ["db"],
        },
    },
    // databases: { db: { engine: "postgres", version: "16" } },
});
`;
}

const tsconfig = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2023"],
    "module": "node16",
    "moduleResolution": "node16",
    "strict": true,
    "skipLibCheck": true,
    "types": ["node"],
    "noEmit": true
  },
  // Pulumi's language host honours this: types are checked by \`npm run typecheck\`, and what was translated is kept.
  "ts-node": { "transpileOnly": true, "transpiler": "${own.name}/transpiler" },
  "include": ["index.ts", "apps"]
}
`;

function readme({ name, cloud }: Answers): string {
    const other = cloud === "gcp" ? "aws" : "gcp";
    return `# ${name}

The infrastructure of ${name}, made with twinstack (\`${own.name}\`): one description of the app (\`apps/${name}.ts\`), on AWS or on
GCP as \`twinstack:cloud\` in a stack file says.

## The first day

\`\`\`bash
npm install
${command("plan")}                    # what the dev stack would build; no account is needed
${command("cost")}                    # what it costs a month, and why
${command(`plan --cloud ${other}`)}        # the same app on the other cloud
${command("compare")}                 # both beside each other
${command("validate --stack prod")}   # everything that is wrong with the configuration, at once
\`\`\`

## The first deployment

\`\`\`bash
pulumi login
pulumi stack init dev
pulumi preview
pulumi up
\`\`\`

\`prod\` wants a domain in a DNS zone of yours: see \`Pulumi.prod.yaml\`.

## Another version of twinstack

\`\`\`bash
${command("upgrade --check --to <version>")}   # what it would do to the stacks; nothing is changed
\`\`\`
`;
}
