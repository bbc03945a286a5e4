import assert from "node:assert/strict";

import type { AppInput } from "../../topology/app";
import { cronFault } from "../../topology/cron";
import { accepted, refused, smallApp } from "./settings";

const job = (job: object): AppInput =>
    ({ ...smallApp, jobs: { clean: { service: "web", command: ["clean"], run: "demand", ...job } } }) as AppInput;
const at = (path: string) => `apps/shop.ts: jobs.clean.${path}`;

describe("Jobs", () => {
    it("run as a service that there is", () => {
        for (const cloud of ["aws", "gcp"] as const) accepted({ cloud, app: job({}) });
        refused({ app: job({ service: "wbe" }) }, at("service"), "web", '"wbe"');
        refused({ app: job({ command: [] }) }, at("command"), /^a list of at least 1/);
    });

    it("run on AWS as a service that calls none, unless they begin its own tasks", () => {
        const calling = (run: object): AppInput => {
            const { services, ...app } = job(run);
            const { web } = services;
            return { ...app, services: { web: { ...web, calls: ["back"] }, back: { ...web, routes: [] } } };
        };
        refused(
            { app: calling({}) },
            at("service"),
            /^a service that calls none; or run: deployment/,
            '"web", which calls back',
        );
        accepted({ app: calling({ run: "deployment" }) });
        accepted({ app: calling({ service: "back" }) });
        accepted({ cloud: "gcp", app: calling({}) });
    });

    it("do what their image does where their service has another command, before a deployment", () => {
        const [without, at_] = [{ command: undefined, run: "deployment" }, at("command")];
        const serving = (more: object, said: object): AppInput => {
            const { services, ...app } = job(said);
            return { ...app, services: { web: { ...services.web, ...more } } };
        };
        accepted({ app: serving({ command: ["serve"] }, without) });
        accepted({ app: serving({}, { ...without, entrypoint: ["migrate"] }) });
        refused({ app: serving({}, without) }, at_, /^what it runs; or an image of its own/, "nothing");
        refused({ app: serving({ command: ["serve"] }, { command: undefined }) }, at_, /^what it runs/, "nothing");
        refused(
            { app: job({ entrypoint: ["/a"] }) },
            at("entrypoint"),
            /^nothing; or run: deployment/,
            "a list of 1, of a job that runs on demand",
        );
    });

    it("run in a folder of their own before a deployment alone, and by an absolute path", () => {
        accepted({ app: job({ run: "deployment", workingDirectory: "/srv/my app" }) });
        refused(
            { app: job({ workingDirectory: "/srv" }) },
            at("workingDirectory"),
            /^run: deployment/,
            '"/srv", of a job that runs on demand',
        );
        for (const workingDirectory of ["srv", "/srv/../etc", "/srv/", ""])
            refused({ app: job({ run: "deployment", workingDirectory }) }, at("workingDirectory"), /^an absolute path/);
    });

    it("have times exactly if they run by a schedule", () => {
        accepted({ app: job({ run: "schedule", cron: "0 3 * * 1-5", timeZone: "Asia/Tokyo" }) });
        refused(
            { app: job({ run: "schedule" }) },
            at("cron"),
            /^five fields/,
            "nothing, for a job that runs by a schedule",
        );
        refused(
            { app: job({ cron: "0 3 * * *" }) },
            at("cron"),
            "nothing; or run: schedule",
            '"0 3 * * *", for a job that runs on demand',
        );
        refused(
            { app: job({ run: "deployment", cron: "0 3 * * *" }) },
            at("cron"),
            /schedule/,
            '"0 3 * * *", for a job that runs at each deployment',
        );
        refused({ app: job({ run: "sometimes" }) }, at("run"), /^schedule, deployment or demand/);
        refused(
            { app: job({ run: "schedule", cron: "0 3 * * *", timeZone: "Asia/Tokio" }) },
            at("timeZone"),
            /^did you mean Asia\/Tokyo\?/,
        );
    });

    it("have times that both clouds can read", () => {
        const cron = (cron: string) => ({ app: job({ run: "schedule", cron }) });
        refused(cron("0 3 * *"), at("cron"), /^five fields/);
        refused(cron("@daily"), at("cron"), /^five fields/);
        refused(
            cron("60 3 * * *"),
            at("cron"),
            /^minute: \*, 0 to 59, a range such as 1-5, a step/,
            "60 for the minute",
        );
        refused(cron("0 3 30 2 *"), at("cron"), "a day that the month has", "day 30 of feb");
        refused(cron("0 3 1 * 1"), at("cron"), /EventBridge/, '"0 3 1 * 1", with days of the month and of the week');
        accepted({ cloud: "gcp", ...cron("0 3 1 * 1") });
    });

    it("read cron as it is written everywhere", () => {
        for (const right of [
            "* * * * *",
            "*/15 * * * *",
            "0-30/5 8-18 1,15 1-6,12 *",
            "0 0 * jan,DEC mon-fri",
            "0 0 29 2 *",
            "0 0 31 2,3 *",
            "0 0 * * 7",
        ])
            assert.equal(cronFault(right), undefined, right);
        for (const [wrong, field] of Object.entries({
            "a * * * *": "a for the minute",
            "5/10 * * * *": "5/10 for the minute",
            "*/0 * * * *": "*/0 for the minute",
            "1,,2 * * * *": "1,,2 for the minute",
            "-1 * * * *": "-1 for the minute",
            "0 24 * * *": "24 for the hour",
            "0 18-8 * * *": "18-8 for the hour",
            "0 0 0 * *": "0 for the day of month",
            "0 0 L * *": "L for the day of month",
            "0 0 ? * 1": "? for the day of month",
            "0 0 * 13 *": "13 for the month",
            "0 0 * * 8": "8 for the day of week",
            "0 0 * * fri-mon": "fri-mon for the day of week",
            "0 0 31 4,6 *": "day 31 of apr or jun",
        }))
            assert.equal(cronFault(wrong)?.found, field, wrong);
    });
});
