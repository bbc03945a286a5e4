import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { describeWithEngine, Project, stateOf, type Config } from "./project";
import { stackFile } from "./stacks";

/** As little as has a deployer. */
const shop: AppInput = {
    name: "shop",
    services: {
        web: { image: { reference: "ghcr.io/example/shop:1.0" }, ports: { http: 8000 }, health: { path: "/health" } },
    },
    deployer: { github: "example/shop", environments: ["production"] },
};
const accountFile = (cloud: Cloud, account: object = {}, more: object = {}): Config =>
    stackFile("account", cloud, "dev", {
        "twinstack:overrides": { account: { repositories: ["example/shop"], ...account }, ...more },
    });
const open = { deletionProtection: false };
const provider = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const audit = "gcp:projects/iAMAuditConfig:IAMAuditConfig";

/** One account with several stacks, each with a file of its own, as a person has them in one project. */
class Account {
    private constructor(readonly project: Project) {}

    static async start(cloud: Cloud): Promise<Account> {
        const project = await Project.start("account", accountFile(cloud, {}, open));
        project.cloud.hasGitHub = false;
        project.write(shop);
        return new Account(project);
    }

    /** A stack of the app beside that of the account. */
    async stack(name: string, config: Config): Promise<void> {
        writeFileSync(join(this.project.workDir, `Pulumi.${name}.yaml`), stringify({ config }));
        await this.typed(`pulumi stack init ${name} --no-select`);
    }

    say(name: string, config: Config): void {
        const file = join(this.project.workDir, `Pulumi.${name}.yaml`);
        const salt = /^encryptionsalt:.*$/m.exec(readFileSync(file, "utf8"))?.[0] ?? "";
        writeFileSync(file, `${stringify({ config })}${salt}\n`);
    }

    async typed(command: string): Promise<string> {
        const { code, output, errors } = await this.project.run(command);
        if (code !== 0) throw new Error(`${command}\n${output}\n${errors}`);
        return output;
    }

    async refused(command: string): Promise<string> {
        const { code, output, errors } = await this.project.run(command);
        assert.notEqual(code, 0, `${command} succeeded`);
        return `${output}\n${errors}`;
    }

    readonly up = (name: string) => this.typed(`pulumi up --yes --skip-preview --stack ${name}`);
    readonly destroy = (name: string) => this.typed(`pulumi destroy --yes --skip-preview --stack ${name}`);
    readonly unchanged = (name: string) => this.typed(`pulumi preview --expect-no-changes --stack ${name}`);
    readonly output = async (name: string, stack: string) =>
        (await this.typed(`pulumi stack output ${name} --stack ${stack}`)).trim();

    of(type: string, stack = ""): string[] {
        return this.project.cloud
            .urns()
            .filter((urn) => urn.includes(`::${type}::`) || urn.includes(`$${type}::`))
            .filter((urn) => urn.startsWith(`urn:pulumi:${stack}`));
    }
}

for (const cloud of clouds)
    describeWithEngine(`What an account has once, on ${cloud}`, () => {
        let account: Account;
        const app = (config: Config = {}) => stackFile("shop", cloud, "dev", config);
        before(async () => {
            account = await Account.start(cloud);
        });
        after(() => account.project.stop());

        if (cloud === "aws")
            it("is missed by a stack with a deployer, which says what to do", async () => {
                await account.stack("early", app());
                const said = await account.refused("pulumi preview --stack early");
                assert.match(said, /no OIDC provider for GitHub.*docs\/account\.md.*pulumi up/s);
                assert.doesNotMatch(said, /\n\s+at /);
            });

        it("comes up, and stays as it is", async () => {
            await account.up("account");
            await account.unchanged("account");
            assert.match(await account.output("login", "account"), /^pulumi login '(s3|gs):\/\/account-account-state-/);
            assert.match(await account.output("variables", "account"), /^PULUMI_SECRETS_PROVIDER=(aws|gcp)kms:\/\//m);
        });

        it("goes when nothing is protected, and comes up anew", async () => {
            await account.destroy("account");
            // What was turned on for the whole project stays on.
            assert.deepEqual(
                account.project.cloud.urns().filter((urn) => !urn.includes(audit)),
                [],
            );
            await account.up("account");
        });

        it("lets two stacks with a deployer up beside each other, and one down and up again", async () => {
            await account.stack("one", app());
            await account.stack("two", app());
            await account.up("one");
            await account.up("two");
            await account.destroy("one");
            await account.up("one");
            for (const name of ["account", "two"]) await account.unchanged(name);

            if (cloud === "aws") assert.equal(account.of(provider).length, 1);
            else assert.equal(account.of("gcp:iam/workloadIdentityPool:WorkloadIdentityPool").length, 3);
            for (const name of ["one", "two"]) assert.match(await account.output("deployer", name), /shop-/);
        });

        it("is kept from a destroy unless the stack says otherwise", async () => {
            account.say("account", accountFile(cloud));
            await account.up("account");
            assert.match(
                await account.refused("pulumi destroy --yes --skip-preview --stack account"),
                /protected|cannot be deleted/,
            );
        });
    });

describeWithEngine("A stack that had made the account's provider on AWS", () => {
    let account: Account;
    const making = {
        ...stackFile("shop", "aws", "dev"),
        "twinstack:overrides": { deployer: { aws: { provider: "create" } } },
    };
    before(async () => {
        account = await Account.start("aws");
        await account.stack("first", making);
        await account.up("first");
    });
    after(() => account.project.stop());

    it("is the only one that can: the cloud refuses another, and the preview says it before", async () => {
        await account.stack("second", making);
        const said = await account.refused("pulumi preview --stack second");
        assert.match(said, /can have only one\. Use it: set deployer\.aws\.provider to existing/);
        // Where the credentials may not look, IAM itself refuses.
        const urn =
            "urn:pulumi:second::twinstack::twinstack:aws:Deployer$" + `${provider}::shop-second-deployer-github`;
        await assert.rejects(
            account.project.cloud.create(urn, { url: "https://token.actions.githubusercontent.com" }),
            /already exists/,
        );
    });

    it("lets go of it without deleting it, and goes on to use it", async () => {
        account.say("first", stackFile("shop", "aws", "dev"));
        await account.up("first");
        await account.unchanged("first");
        assert.equal(account.of(provider).length, 1);
        const state = stateOf(await account.typed("pulumi stack export --stack first"));
        assert.deepEqual(
            state.resources.filter(({ type }) => type === provider),
            [],
        );
        // It is there for others, too.
        account.say("second", stackFile("shop", "aws", "dev"));
        await account.up("second");
        assert.equal(account.of(provider).length, 1);
    });

    it("leaves it to the account's stack, which refuses to make another and uses that one", async () => {
        assert.match(
            await account.refused("pulumi up --yes --skip-preview --stack account"),
            /can have only one\. Use it: set account\.aws\.provider to existing/,
        );
        account.say("account", accountFile("aws", { aws: { provider: "existing" } }, open));
        await account.up("account");
        await account.destroy("account");
        assert.equal(account.of(provider).length, 1);
        await account.unchanged("second");
    });
});

describeWithEngine("An AWS account where somebody has made the provider by hand", () => {
    let account: Account;
    before(async () => {
        account = await Account.start("aws");
        account.project.cloud.hasGitHub = true;
    });
    after(() => account.project.stop());

    it("has its stack by the line that the refusal and docs/account.md say, and keeps the provider when that goes", async () => {
        assert.match(
            await account.refused("pulumi up --yes --skip-preview --stack account"),
            /can have only one\. Use it: set account\.aws\.provider to existing/,
        );
        const line = /^pulumi config set --path twinstack:overrides\.account\.aws\.provider existing$/m;
        const [said] = line.exec(readFileSync(join(account.project.workDir, "docs/account.md"), "utf8"))!;
        await account.typed(`${said} --stack account`);
        await account.up("account");
        await account.unchanged("account");
        assert.deepEqual(account.of(provider), []);
        const arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
        const roles = [...account.project.cloud.things.values()].filter(({ type }) => type === "aws:iam/role:Role");
        const trusting = roles.filter(({ inputs }) => String(inputs.assumeRolePolicy).includes(arn));
        assert.equal(trusting.length, 2, JSON.stringify(roles.map(({ inputs }) => inputs.assumeRolePolicy)));
        await account.stack("first", stackFile("shop", "aws", "dev"));
        await account.up("first");
        for (const stack of ["first", "account"]) await account.destroy(stack);
        assert.deepEqual(
            account.project.cloud.journal.filter(({ type }) => type === provider),
            [],
        );
    });
});

describeWithEngine("A stack that had set the project's audit logs on GCP", () => {
    let account: Account;
    before(async () => {
        account = await Account.start("gcp");
        await account.stack("first", stackFile("shop", "gcp", "dev"));
        await account.up("first");
    });
    after(() => account.project.stop());

    it("lets go of them without turning them off, and the account's stack takes them over", async () => {
        // As the state was when every stack had them.
        const file = join(account.project.folder, "state.json");
        await account.typed(`pulumi stack export --stack first --file ${file}`);
        const state = JSON.parse(readFileSync(file, "utf8")) as {
            deployment: { resources: { urn: string; type: string; id?: string; inputs?: object; outputs?: object }[] };
        };
        const { resources } = state.deployment;
        const api = resources.find(({ type }) => type === "gcp:projects/service:Service")!;
        const urn = api.urn.replace(/gcp:projects\/service:Service::.*/, `${audit}::shop-first-platform-audit-run`);
        const inputs = {
            project: "my-project",
            service: "run.googleapis.com",
            auditLogConfigs: [{ logType: "DATA_READ" }],
        };
        const { id } = await account.project.cloud.create(urn, inputs, "my-project");
        resources.push({ ...api, urn, type: audit, id, inputs, outputs: inputs, ...{ retainOnDelete: true } });
        writeFileSync(file, JSON.stringify(state));
        await account.typed(`pulumi stack import --stack first --file ${file}`);

        await account.up("first");
        assert.equal(account.of(audit, "first").length, 1, "the cloud still has it");
        const after = stateOf(await account.typed("pulumi stack export --stack first"));
        assert.ok(!after.resources.some(({ type }) => type === audit));

        await account.up("account");
        await account.destroy("account");
        assert.equal(account.of(audit, "account").length, 3, "they stay on");
    });
});
