import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Imports go one way: topology ← apps, components ← stacks ← plan ← operate, cost, policy, report, compose, ship, pipeline ← cli.
 * Apps are handed in: index.ts and cli/ load them, sdk/ is what they know. */
const rooms = {
    topology: [
        "apps",
        "components",
        "stacks",
        "plan",
        "operate",
        "cost",
        "policy",
        "report",
        "compose",
        "ship",
        "pipeline",
        "sdk",
        "cli",
    ],
    apps: [
        "components",
        "stacks",
        "plan",
        "operate",
        "cost",
        "policy",
        "report",
        "compose",
        "ship",
        "pipeline",
        "sdk",
        "cli",
    ],
    components: [
        "apps",
        "stacks",
        "plan",
        "operate",
        "cost",
        "policy",
        "report",
        "compose",
        "ship",
        "pipeline",
        "sdk",
        "cli",
    ],
    stacks: ["apps", "plan", "operate", "cost", "policy", "report", "compose", "ship", "pipeline", "sdk", "cli"],
    plan: ["apps", "operate", "cost", "policy", "report", "compose", "ship", "pipeline", "sdk", "cli"],
    operate: ["apps", "components", "stacks", "cost", "policy", "report", "compose", "ship", "pipeline", "sdk", "cli"],
    cost: ["apps", "components", "stacks", "policy", "report", "compose", "ship", "pipeline", "sdk", "cli"],
    report: ["apps", "components", "stacks", "policy", "compose", "ship", "pipeline", "sdk", "cli"],
    compose: ["apps", "stacks", "report", "ship", "pipeline", "sdk", "cli"],
    ship: ["apps", "components", "report", "compose", "pipeline", "sdk", "cli"],
    pipeline: ["apps", "components", "stacks", "report", "compose", "ship", "sdk", "cli"],
    sdk: ["apps", "plan", "operate", "cost", "report", "compose", "ship", "pipeline", "cli"],
};
const restricted = (room, forbidden, ...more) => ({
    files: [`${room}/**/*.ts`],
    rules: {
        "no-restricted-imports": [
            "error",
            {
                patterns: [
                    {
                        group: forbidden.map((other) => `**/${other}/**`),
                        message: `${room}/ does not know these rooms.`,
                    },
                    {
                        regex: "^@pulumi/(aws|gcp|awsx)$",
                        message: "Import the module (@pulumi/aws/ecs): the index loads all of the SDK.",
                    },
                    ...more,
                ],
            },
        ],
    },
});
const noPulumi = { regex: "^@pulumi/", message: "No Pulumi and no cloud in this room." };

export default tseslint.config(
    { ignores: ["node_modules/", "workloads/", "coverage/", "dist/", "**/*.js", "bench/node_modules/"] },
    js.configs.recommended,
    tseslint.configs.recommended,
    {
        rules: {
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-this-alias": "off",
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
            "@typescript-eslint/consistent-type-imports": "error",
            "max-lines": ["error", { max: 300, skipComments: true, skipBlankLines: true }],
            eqeqeq: "error",
        },
    },
    restricted("topology", rooms.topology, noPulumi),
    restricted("apps", rooms.apps, noPulumi),
    restricted("components", rooms.components),
    restricted("components/aws", [...rooms.components, "gcp", "local"], {
        regex: "^@pulumi/(gcp|docker/|docker$)",
        message: "The AWS side.",
    }),
    restricted("components/gcp", [...rooms.components, "aws", "local"], {
        regex: "^@pulumi/(aws|docker/|docker$)",
        message: "The GCP side.",
    }),
    restricted("components/local", [...rooms.components, "aws", "gcp"], {
        regex: "^@pulumi/(aws|gcp|docker$)",
        message: "Neither cloud; and modules of Docker's SDK, not its index.",
    }),
    restricted("stacks", rooms.stacks),
    restricted("plan", rooms.plan),
    restricted("operate", rooms.operate, noPulumi),
    // What a plan costs is computed from the plan alone, and in a browser too.
    restricted("cost", rooms.cost, noPulumi),
    restricted("report", rooms.report, noPulumi),
    restricted("compose", rooms.compose, noPulumi),
    restricted("ship", rooms.ship),
    restricted("ship/live/aws", [...rooms.ship, "gcp"]),
    restricted("ship/live/gcp", [...rooms.ship, "aws"]),
    restricted("pipeline", rooms.pipeline, noPulumi),
    restricted("sdk", rooms.sdk, noPulumi),
    // Pulumi loads the program's exports through `export =`.
    { files: ["index.ts"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
