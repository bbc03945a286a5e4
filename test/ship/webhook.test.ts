import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { apps } from "../../apps";
import { planOf } from "../../plan/plan";
import { notify, type Run } from "../../ship/webhook";
import type { AppInput, Cloud } from "../../topology/app";
import { ProblemsError } from "../../topology/validate";
import { stackOf } from "../components/stack";

const app = (webhook: string): AppInput =>
    ({ ...apps.todo, secrets: { ops: { keys: ["SLACK_URL"] } }, deploy: { webhook } }) as AppInput;

describe("The webhook of an app", () => {
    const posted: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
        let body = "";
        request.on("data", (data: Buffer) => (body += String(data)));
        request.on("end", () => {
            posted.push(`${request.method} ${request.url} ${body}`);
            response.writeHead(status).end();
        });
    });
    let url: string;
    before(async () => {
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`;
    });
    after(() => {
        server.closeAllConnections();
        server.close();
    });
    beforeEach(() => {
        posted.splice(0);
        status = 200;
    });

    /** A state in which everything of the plan has an id of its cloud's form. */
    const stateOf = async (cloud: Cloud) => {
        const stack = stackOf(app("ops.SLACK_URL"), cloud, "dev");
        const { resources } = await planOf(stack);
        const id = ({ name }: { name: string }) => (cloud === "aws" ? `arn:aws:${name}` : `projects/p/secrets/${name}`);
        const state = {
            project: "twinstack",
            stack: "dev",
            pending: [],
            refused: [],
            tried: [],
            resources: resources.map((one) => ({ ...one, id: id(one), retainOnDelete: false, delete: false })),
        };
        return { stack, state: () => Promise.resolve(state) };
    };
    const asked: string[][] = [];
    const answering =
        (value: string): Run =>
        (...command) => {
            asked.push(command.flat());
            return Promise.resolve(command[0] === "aws" ? JSON.stringify({ SLACK_URL: value }) : value);
        };

    for (const cloud of ["aws", "gcp"] as const)
        it(`is told at the address that the app's secret has on ${cloud}`, async () => {
            const { stack, state } = await stateOf(cloud);
            asked.splice(0);
            await notify(stack, "<ship> & done", { state, run: answering(url) });
            assert.deepEqual(posted, ['POST /secret-path {"text":"&lt;ship&gt; &amp; done"}']);
            const command = asked[0].join(" ");
            assert.match(
                command,
                cloud === "aws"
                    ? /get-secret-value --secret-id arn:aws:todo-dev-ops --region ap-northeast-1/
                    : /versions access latest --secret=todo-dev-ops-slack-url --project=p$/,
            );
        });

    it("is in no message", async () => {
        const { stack, state } = await stateOf("gcp");
        const problems: [value: string, message: RegExp, status?: number][] = [
            [url, /^it answers 500$/, 500],
            ["http://127.0.0.1:1/secret-path", /nothing answers there/],
            ["http://slack.example.com/secret-path", /holds no https:\/\/ address yet/],
            ["aB3random", /holds no https:\/\/ address yet/],
        ];
        for (const [value, message, code = 200] of problems) {
            status = code;
            const error = await notify(stack, "x", { state, run: answering(value) }).then(
                () => assert.fail(value),
                (one: Error) => one,
            );
            assert.match(error.message, message);
            assert.ok(!error.message.includes("secret-path") && !error.message.includes("aB3"), error.message);
        }
        const none = () =>
            Promise.resolve({ project: "", stack: "", pending: [], refused: [], tried: [], resources: [] });
        await assert.rejects(
            notify(stack, "x", { state: none, run: answering(url) }),
            /ops\.SLACK_URL is not deployed yet/,
        );
    });

    it("is asked of nobody where the app has none", async () => {
        const stack = stackOf(apps.todo, "aws", "dev");
        await notify(stack, "x", { state: () => assert.fail(), run: () => assert.fail() });
    });

    it("is a secret of the app, and never an address", () => {
        const refused = (webhook: string, message: RegExp) =>
            assert.throws(
                () => stackOf(app(webhook), "aws", "dev"),
                (error) => error instanceof ProblemsError && message.test(error.message),
            );
        refused(
            "ops.OTHER",
            /deploy\.webhook\n +found +"ops\.OTHER", which is no secret of the app\n +allowed +ops\.SLACK_URL/,
        );
        refused("https://hooks.slack.com/services/x", /deploy\.webhook\n[^]*an address is itself a secret/);
    });
});
