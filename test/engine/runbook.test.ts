import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { clouds } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { commandsOf, expectTyped } from "./runbook";
import { typeOf } from "./standin/cloud";
import { retained, todo } from "./stacks";

after(expectTyped);

for (const cloud of clouds)
    describeWithEngine(`The runbook's first and last days, on ${cloud}`, () => {
        let project: Project;
        before(async () => (project = await Project.start("unused", todo(cloud, "dev"))));
        after(() => project.stop());

        /** Types a line; `up` asks a person, and here is none. */
        const type = async (line: string): Promise<void> => {
            const command = line === "pulumi up" ? "pulumi up --yes" : line;
            const { code, output, errors } = await project.run(command);
            assert.equal(code, 0, `${command}\n${output}${errors}`);
        };
        const typeAll = async (lines: string[]): Promise<void> => {
            for (const line of lines) await type(line);
        };
        /** What exists of a stack, by its physical things. */
        const of = (stack: string) => project.cloud.urns().filter((urn) => urn.startsWith(`urn:pulumi:${stack}::`));

        it("deploys for the first time", async () => {
            // The stack file as it is cloned.
            copyFileSync(resolve(__dirname, "../../Pulumi.dev.yaml"), join(project.workDir, "Pulumi.dev.yaml"));
            await typeAll(
                cloud === "aws" ? commandsOf("## First deployment on AWS") : commandsOf("## First deployment on GCP"),
            );
            assert.ok(of("dev").length > 40);
            assert.ok(project.typed.some(({ program, args }) => program === "npm" && args[0] === "ci"));
        });

        it("goes on after a failure", async () => {
            let refused = 0;
            project.cloud.onCreate = (urn) => (/alarm|policy/i.test(urn) && refused++ === 0 ? "fail" : undefined);
            await project.run("pulumi config set --path twinstack:overrides.alarms.enabled true --stack dev");
            const { code } = await project.run("pulumi up --yes --stack dev");
            assert.notEqual(code, 0);
            await type("pulumi stack select dev");
            await typeAll(commandsOf("## Failed `up`"));
            assert.deepEqual((await project.run("pulumi preview --expect-no-changes")).code, 0);
        });

        it("moves to another stack with another network, and leaves nothing behind", async () => {
            const here = (line: string) =>
                line
                    .replaceAll("prod", "dev")
                    .replace(
                        "aws:region us-west-2",
                        cloud === "aws" ? "aws:region us-west-2" : "gcp:region asia-northeast1",
                    );
            await typeAll(commandsOf("## Another name, region or network").map(here));
            const ranges = (urn: RegExp, input: string) =>
                [...project.cloud.things.values()]
                    .filter((thing) => urn.test(thing.urn))
                    .map(({ inputs }) => inputs[input]);
            const network = cloud === "aws" ? ["cidrBlock", "10.20.10.0/24"] : ["ipCidrRange", "10.20.1.0/24"];
            assert.ok(ranges(/^urn:pulumi:next::.*[sS]ubnet/, network[0]!).includes(network[1]!));
            const hosts = ranges(/^urn:pulumi:next::.*(route53\/record|dns\/recordSet)/, "name").map(String);
            assert.ok(
                hosts.some((host) => host.replace(/\.$/, "") === "todo.example.com"),
                hosts.join(),
            );

            await typeAll(commandsOf("## Deleting production"));
            assert.deepEqual(
                of("dev").filter((urn) => !retained.has(typeOf(urn))),
                [],
            );
            assert.ok(of("next").length > 40);
        });

        it("takes its state to another home, and then has nothing to do", async () => {
            mkdirSync(join(project.folder, "new-state"));
            for (const line of commandsOf("## Another home for the state")) {
                const home = `file://${project.folder}/new-state`;
                await type(line.replaceAll("prod", "next").replace("s3://my-new-state", home));
                // What `login` says counts from then on; a variable would win over it.
                if (line.startsWith("pulumi login")) project.environment.PULUMI_BACKEND_URL = home;
            }
        });

        it("comes up in a network that is there already", async () => {
            await type("pulumi stack init guest");
            await type("pulumi config cp --stack next --dest guest");
            await type("pulumi config rm --path twinstack:overrides.network");
            await type("pulumi config set twinstack:domain guest.example.com");
            await typeAll(commandsOf("## An existing VPC"));
            const made = of("guest").map(typeOf);
            assert.ok(made.length > 40);
            assert.deepEqual(
                made.filter((type) =>
                    /ec2\/(vpc|subnet|natGateway|route\w*)|compute\/(network|subnetwork|router\w*|firewall):/.test(
                        type,
                    ),
                ),
                [],
            );
            await typeAll(commandsOf("## An existing DNS zone"));
        });
    });
