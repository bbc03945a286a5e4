import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runJob, type Ran } from "./runner";
import { shop, type Repository } from "./world";

describe("The comment of a check", () => {
    let repository: Repository;
    before(async () => (repository = await shop()));
    after(() => repository.remove());

    /** GitHub, with one pull request and its comments; what is asked of it is kept. */
    const gh = `
echo "$*" >> "$STATE/asked"
case "$*" in
    "api repos/acme/shop/actions/runs/77/artifacts") cat "$STATE/artifacts.json" ;;
    "run download 77 --repo acme/shop --name twinstack-review --dir review") mkdir review; cp -P "$STATE"/artifact/* review/ ;;
    "api repos/acme/shop/pulls/12") cat "$STATE/pull.json" ;;
    "api --paginate repos/acme/shop/issues/12/comments") cat "$STATE/comments.json" ;;
    "api --method POST repos/acme/shop/issues/12/comments -F body=@body.md --silent") cp body.md "$STATE/posted" ;;
    "api --method PATCH repos/acme/shop/issues/comments/5 -F body=@body.md --silent") cp body.md "$STATE/patched" ;;
    *) echo "gh: what is $*?" >&2; exit 1 ;;
esac`;
    let state: string;
    let runs = 0;
    function post(
        { number = "12", comment = "What @everyone wants\u0007\n", comments = "[]", sha = "abc", size = 900 } = {},
        prepare?: (artifact: string) => void,
    ): Ran {
        state = join(repository.folder, `state-${++runs}`);
        const workspace = join(repository.folder, `workspace-${runs}`);
        mkdirSync(join(state, "artifact"), { recursive: true });
        mkdirSync(workspace);
        writeFileSync(join(state, "artifact/number"), number);
        writeFileSync(join(state, "artifact/comment.md"), comment);
        writeFileSync(
            join(state, "artifacts.json"),
            JSON.stringify({
                artifacts: [
                    { name: "other", size_in_bytes: 1 },
                    ...(size ? [{ name: "twinstack-review", size_in_bytes: size }] : []),
                ],
            }),
        );
        writeFileSync(join(state, "pull.json"), JSON.stringify({ state: "open", head: { sha } }));
        writeFileSync(join(state, "comments.json"), comments);
        prepare?.(join(state, "artifact"));
        return runJob(repository.workflow("comment").jobs.comment, {
            workspace,
            commands: { gh },
            env: { STATE: state },
            github: {
                event_name: "workflow_run",
                event: { workflow_run: { id: 77, event: "pull_request", head_sha: "abc" } },
            },
        });
    }
    const posted = (how = "posted") => {
        const file = join(state, how);
        return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    };

    it("is posted, calls nobody and holds no control characters", () => {
        const { failed, steps } = post();
        assert.equal(failed, false, JSON.stringify(steps));
        assert.equal(posted(), "<!-- twinstack: review -->\nWhat @\u200beveryone wants\n");
        assert.equal(posted("patched"), undefined);
    });

    it("takes the place of the last one", () => {
        const mine = { login: "github-actions[bot]" };
        const body = "<!-- twinstack: review -->\nold";
        const pages = [
            [
                { id: 3, user: { login: "eve" }, body },
                { id: 4, user: mine, body: "of others" },
            ],
            [
                { id: 5, user: mine, body },
                { id: 6, user: mine, body },
            ],
        ];
        post({ comments: pages.map((page) => JSON.stringify(page)).join("\n") });
        assert.match(posted("patched")!, /everyone/);
        assert.equal(posted(), undefined);
    });

    it("is cut to what a comment can hold", () => {
        post({ comment: "é".repeat(90_000) });
        assert.ok(Buffer.byteLength(posted()!) <= 60_100);
    });

    it("is posted nowhere but in the pull request whose commit was checked", () => {
        const { failed, steps } = post({ sha: "def" });
        assert.equal(failed, false);
        assert.match(steps.Comment.output, /has another commit by now/);
        assert.equal(posted(), undefined);
        for (const number of ["12; rm -rf /", "../12", "", "$(id)"]) {
            assert.equal(post({ number }).failed, true);
            assert.equal(posted(), undefined);
        }
        // A number that GitHub does not know.
        assert.equal(post({ number: "13" }).failed, true);
    });

    it("is nothing where the check left nothing, too much, or something that is no file", () => {
        assert.equal(post({ size: 0 }).failed, false);
        assert.equal(post({ size: 200_001 }).failed, true);
        assert.doesNotMatch(readFileSync(join(state, "asked"), "utf8"), /download/);
        const link = (artifact: string) => symlinkSync("/etc/passwd", join(artifact, "link"));
        post({}, link);
        assert.doesNotMatch(posted() ?? "", /root:/);
        const replaced = post({}, (artifact) => {
            writeFileSync(join(artifact, "number"), "12");
            symlinkSync("/etc/passwd", join(artifact, "x"));
            // The name that is read leads elsewhere.
            const file = join(artifact, "comment.md");
            rmSync(file);
            symlinkSync("/etc/passwd", file);
        });
        assert.equal(replaced.failed, true);
        assert.equal(posted(), undefined);
    });

    it("is of checks of pull requests alone", () => {
        const { jobs } = repository.workflow("comment");
        const of = (event: string) =>
            runJob(
                { ...jobs.comment, steps: [] },
                { workspace: repository.folder, github: { event: { workflow_run: { event } } } },
            ).wanted;
        assert.equal(of("pull_request"), true);
        assert.equal(of("push"), false);
    });
});
