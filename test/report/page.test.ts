import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { estimate } from "../../cost/estimate";
import { withQuantities, usageOf } from "../../cost/usage";
import { html, raw } from "../../report/html";
import { comparisonOf, forPage, type ReportData } from "../../report/model";
import { unpack } from "../../report/pack";
import { pageOf } from "../../report/page";
import { read, written } from "../../report/sections/controls";
import { chart, verdictOf } from "../../report/sections/chart";
import { lineTable, restOf } from "../../report/sections/lines";
import { answerOf } from "../../report/sections/summary";
import { bookOf } from "../../cost/load";
import { flagsOf, positionOf, slidersOf, stopsOf } from "../../report/sliders";
import { day, example } from "./example";

const none = { css: "", script: "", cssHash: "sha256-", scriptHash: "sha256-" };
const carriedBy = async (page: string) =>
    (await unpack(/<script type="text\/plain" id="data">(.*?)<\/script>/s.exec(page)![1])) as ReportData;

describe("The report's page", () => {
    it("is one file of at most 1.5 MB", async () => {
        const { page } = await example();
        assert.ok(Buffer.byteLength(page) <= 1.5e6, `${Buffer.byteLength(page)} bytes`);
    });

    it("refers to nothing outside, and forbids itself to load anything", async () => {
        const { page } = await example();
        const document = page.replace(/<script[^]*?<\/script>/g, "");
        const found = [/\s(src|srcset|data|action|poster)="[^"]*"/, /@import/, /url\((?!#)[^)]*/].map(
            (way) => way.exec(document)?.[0],
        );
        assert.deepEqual(found, [undefined, undefined, undefined]);
        for (const [, target] of document.matchAll(/\shref="([^"]*)"/g)) assert.match(target, /^#/);
        assert.ok(page.includes(`http-equiv="Content-Security-Policy" content="default-src 'none';`));
    });

    it("allows exactly its own script and style, by their hashes", async () => {
        const { page } = await example();
        const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1];
        for (const [tag, directive] of [
            ["script", "script-src"],
            ["style", "style-src"],
        ]) {
            const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)![1];
            const hash = createHash("sha256").update(content).digest("base64");
            assert.ok(policy.includes(`${directive} 'sha256-${hash}'`), directive);
        }
        assert.doesNotMatch(page, /\sstyle="|\son[a-z]+="/);
    });

    it("never contains a secret", async () => {
        const { page } = await example();
        let seen = 0;
        const look = (value: unknown, key = ""): void => {
            if (Array.isArray(value)) value.forEach((item) => look(item, key));
            else if (typeof value === "object" && value !== null)
                for (const [k, v] of Object.entries(value)) look(v, k);
            else if (["password", "secretString", "secretData"].includes(key)) {
                seen++;
                assert.equal(value, "[secret]");
            }
        };
        for (const { plans } of (await carriedBy(page)).environments)
            for (const { resources } of Object.values(plans)) resources.forEach(({ inputs }) => look(inputs));
        assert.ok(seen > 10, `${seen} secrets were looked at`);
    });

    it("prices what it carries like the whole plan", async () => {
        const { data } = await example();
        for (const { plans, usage } of data.environments)
            for (const plan of Object.values(plans))
                assert.deepEqual(estimate(forPage(plan), usage, { today: day }), estimate(plan, usage, { today: day }));
    });

    it("shows names as text, whatever is in them", async () => {
        const { data } = await example();
        const nasty = `</script><img src=x onerror="alert(1)">`;
        const page = await pageOf({ ...data, app: nasty, missing: [{ environment: "prod", reason: nasty }] }, none);
        assert.ok(!page.includes("<img"));
        assert.equal((await carriedBy(page)).app, nasty);
    });

    it("is complete without its script", async () => {
        const { data } = await example();
        const page = await pageOf(data, none);
        const { aws, gcp } = comparisonOf(data.environments[0], data.environments[0].usage, { today: day });
        for (const { monthly, lineItems } of [aws, gcp]) {
            assert.ok(page.includes(`data-value="${monthly.expected}"`));
            for (const { formula } of lineItems) assert.ok(page.includes(html`${formula}`.html), formula);
        }
        for (const { name } of data.environments) assert.ok(page.includes(`<th scope="row">${name}</th>`));
    });

    it("has what revisions have cost where it was asked for, with what has no figure", async () => {
        const { data } = await example();
        assert.doesNotMatch(await pageOf(data, none), /id="history"/);
        const at = { date: "2026-11-01", subject: "a <change>" };
        const history = [
            {
                cloud: "aws" as const,
                rows: [
                    { ...at, revision: "aaa", monthly: 10, atLeast: false },
                    { ...at, revision: "bbb", problem: "it no longer runs: error" },
                    { ...at, revision: "ccc", monthly: 14.5, atLeast: false, difference: 4.5 },
                    { ...at, revision: "ddd", monthly: 12, atLeast: true, problem: "what it changed is open: x" },
                ],
                stopped: "--last 4",
            },
        ];
        const page = await pageOf({ ...data, history }, none);
        assert.match(page, /<a href="#history">History<\/a>/);
        assert.match(page, /aria-label="From \$10\.00 to \$12\.00 a month in 3 revisions on AWS"/);
        assert.match(page, /<code>ccc<\/code> <time>2026-11-01<\/time> a &lt;change&gt;/);
        assert.match(page, /\+\$4\.50/);
        assert.match(page, /it no longer runs: error/);
        assert.match(page, /at least \$12\.00<\/td>\s*<td class="figure">\s*open/);
        assert.match(page, /It goes no further back: --last 4\./);
    });

    it("says why an environment is missing", async () => {
        const { data } = await example();
        const missing = [{ environment: "prod" as const, reason: "twinstack:domain: nothing; allowed is a name" }];
        assert.match(await pageOf({ ...data, missing }, none), /prod<\/strong> is not here: twinstack:domain: nothing/);
    });
});

describe("What the report says", () => {
    it("marks prices that are unverified or old, and names what is unpriced", async () => {
        const { data } = await example();
        const [{ plans, usage }] = data.environments;
        const strange = {
            ...plans.aws.resources.find(({ custom }) => custom)!,
            type: "aws:odd/thing:Thing",
            name: "odd",
        };
        const cost = estimate({ ...plans.aws, resources: [...plans.aws.resources, strange] }, usage, { today: day });
        const table = lineTable(cost, bookOf("aws")).html;
        const doubtful = cost.lineItems.filter(({ confidence }) => confidence === "low").length;
        assert.ok(doubtful > 0);
        assert.equal(table.split(`chip unverified`).length - 1, doubtful);
        assert.equal(table.split(`chip old`).length - 1, cost.lineItems.filter(({ old }) => old).length);
        assert.match(restOf(cost).html, /unpriced<\/span> odd <code>aws:odd\/thing:Thing<\/code>/);
        const page = await pageOf(
            {
                ...data,
                environments: [
                    {
                        ...data.environments[0],
                        plans: { ...plans, aws: { ...plans.aws, resources: [...plans.aws.resources, strange] } },
                    },
                ],
            },
            none,
        );
        assert.match(page, /class="at-least">at least /);
    });

    it("answers with the cheaper cloud, by how much, and the largest reason", async () => {
        const { data } = await example();
        const comparison = comparisonOf(data.environments[0], data.environments[0].usage, { today: day });
        const [cheaper, other] =
            comparison.aws.monthly.expected < comparison.gcp.monthly.expected
                ? ["AWS", "Google Cloud"]
                : ["Google Cloud", "AWS"];
        assert.match(
            answerOf(comparison),
            new RegExp(`^${cheaper} is \\$[\\d.,]+ a month cheaper, \\d+ % less than ${other}`),
        );
        const same = { ...comparison, gcp: { ...comparison.gcp, monthly: comparison.aws.monthly } };
        assert.match(answerOf(same), /^Both clouds cost the same/);
    });

    it("draws and says where the curves cross", () => {
        const point = (monthlyRequests: number, left: number, right: number) => ({ monthlyRequests, left, right });
        const found = {
            left: "AWS",
            right: "GCP",
            from: 1e3,
            to: 1e9,
            points: [point(1e3, 50, 20), point(1e9, 500, 900)],
            crossings: [{ monthlyRequests: 2.6e7, exact: 2.61e7, cost: 120, below: "GCP", above: "AWS" }],
        };
        assert.equal(
            verdictOf(found),
            "Up to 26 million requests a month Google Cloud is cheaper, beyond that AWS; there both cost $120.00.",
        );
        const drawn = chart(found, { monthlyRequests: 1e5, aws: 60, gcp: 30 }, { width: 800, height: 400 }).html;
        assert.match(drawn, /even at 26 million/);
        assert.doesNotMatch(drawn, /NaN|Infinity|undefined/);
    });

    it("escapes by default", () => {
        assert.equal(
            html`<p title="${`"<&'`}">${[1, false, undefined, raw("<b>")]}</p>`.html,
            `<p title="&quot;&lt;&amp;&#39;">1<b></p>`,
        );
    });
});

describe("The sliders", () => {
    const usage = usageOf({ traffic: { monthlyRequests: 1e5, monthlyNatGb: 5 } as never });

    it("step through amounts in ascending order, and find their place for any amount", () => {
        for (const slider of slidersOf(usage)) {
            const stops = stopsOf(slider);
            const amounts = stops.slice(1) as number[];
            assert.deepEqual(
                amounts,
                [...amounts].sort((a, b) => a - b),
            );
            assert.equal(amounts[amounts.length - 1], slider.max);
            for (const [index, stop] of stops.entries()) assert.equal(positionOf(slider, stop), index);
            assert.equal(positionOf(slider, slider.max * 100), stops.length - 1);
        }
    });

    it("reach only amounts that the command line admits, by the flag of that name", () => {
        for (const slider of slidersOf(usage))
            for (const stop of stopsOf(slider))
                if (stop !== undefined)
                    assert.doesNotThrow(() => withQuantities(usage, { [slider.key]: stop }), slider.key);
        const sliders = slidersOf(usage);
        assert.equal(flagsOf(sliders, usage, usage), "");
        assert.equal(
            flagsOf(sliders, { ...usage, monthlyRequests: 2e6, storageGb: 50 }, usage),
            " --requests 2000000 --storage-gb 50",
        );
    });

    it("offer egress instead of the response size where the egress is said", () => {
        const keys = slidersOf({ ...usage, monthlyOutboundInternetGb: 7 }).map(({ key }) => key);
        assert.ok(keys.includes("monthlyOutboundInternetGb") && !keys.includes("averageResponseKb"));
    });

    it("read amounts as people write them", () => {
        for (const [text, amount] of [
            ["2,000,000", 2e6],
            ["2M", 2e6],
            ["1.5k", 1500],
            [" 0.25 ", 0.25],
            ["", undefined],
        ] as const)
            assert.equal(read(text), amount, text);
        for (const text of ["-1", "many", "1e9", "1.2.3", "5 MB"]) assert.ok(Number.isNaN(read(text)), text);
        assert.equal(read(written(1234567.891)), 1234567.891);
    });
});
