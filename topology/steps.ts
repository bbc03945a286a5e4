/**
 * What the steps of a pipeline run, whoever runs them: Bash, as `bash -eo pipefail` takes it. What a command is told comes by
 * environment variables alone, so that nothing that somebody else wrote is ever read as a command.
 */
export interface Command {
    name: string;
    run: string;
    /** Variables that it is told. */
    env: readonly string[];
}

export const step = (name: string, env: readonly string[], ...lines: string[]): Command => ({
    name,
    env,
    run: `${lines.join("\n")}\n`,
});

/** Versions of what steps install. */
export const stepTools = { pulumi: "3.274.1", node: "22.20.0", docker: "28.2.2" } as const;

/** Exactly what the lock file says, without scripts of others on the way where none are needed. */
export const installPackages = step("Packages", [], "npm ci --no-audit --no-fund");

/** What a project has of these. */
export const testNode = step(
    "Lint, types and tests",
    [],
    "npm run lint --if-present",
    "npm run typecheck --if-present",
    "npm test --if-present",
);

/** Pulumi's command line, where nothing else has brought it. */
export const installPulumi = step(
    "Pulumi",
    [],
    `curl -fsSL https://get.pulumi.com/releases/sdk/pulumi-v${stepTools.pulumi}-linux-x64.tar.gz | tar -xz -C /usr/local/bin --strip-components 1`,
);

/** Node, in an image that has none. */
export const installNode = step(
    "Node",
    [],
    `curl -fsSL https://nodejs.org/dist/v${stepTools.node}/node-v${stepTools.node}-linux-x64.tar.gz | tar -xz -C /usr/local --strip-components 1`,
);

/** What is not an image's, or a service's configuration, is an ordinary update of the stack `STACK`, unless data would be lost. */
export const updateRest = (twinstack: string): string[] => [
    'pulumi stack export --stack "$STACK" --file state.json',
    `${twinstack} diff --stack "$STACK" --against-state state.json`,
    'pulumi up --stack "$STACK" --yes --non-interactive',
];

/**
 * Builds, gates, deploys and watches, and takes back what fails; or updates the rest, where a ship has nothing to do. It signs in to Pulumi's
 * state by `PULUMI_BACKEND_URL`.
 */
export const ship = step(
    "Ship",
    ["PULUMI_BACKEND_URL", "STACK"],
    "status=0",
    'npx --no twinstack ship --stack "$STACK" --yes --json > ship.json || status=$?',
    "cat ship.json",
    'if [ "$status" -ne 0 ]; then exit "$status"; fi',
    `state=$(node -p 'JSON.parse(require("fs").readFileSync("ship.json", "utf8")).state')`,
    'if [ "$state" != nothing ]; then exit 0; fi',
    ...updateRest("npx --no twinstack"),
);

/**
 * What a cloud's own pipeline runs, stage by stage: one description, of which ../components/aws/pipeline.ts writes buildspecs and
 * ../components/gcp/pipeline.ts a build of Cloud Build.
 */
export const pipelineStages = {
    test: [installPackages, testNode],
    deploy: [installPulumi, installPackages, ship],
} as const satisfies Record<string, readonly Command[]>;

/** A command as a script of its own, in the project's folder: it fails where any part of it does. */
export const scriptOf = ({ run }: Command, folder: string): string => `${folder === "." ? "" : `cd ${folder}\n`}${run}`;
