import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runJob } from "./runner";
import { shop, type Repository } from "./world";

describe("The issue that tells of a failure", () => {
    let repository: Repository;
    before(async () => (repository = await shop()));
    after(() => repository.remove());
    const asked = () => join(repository.folder, "asked");
    function notice(results: string[], open: object[]): string[] {
        writeFileSync(asked(), "");
        const { failed, steps } = runJob(repository.workflow("deploy").jobs.notice, {
            workspace: repository.folder,
            env: { ASKED: asked() },
            github: { ref_name: "main", sha: "abc" },
            needs: Object.fromEntries(results.map((result, index) => [`job-${index}`, { result }])),
            commands: {
                gh: `echo "gh $*" >> "$ASKED"; case "$*" in "issue list"*) echo '${JSON.stringify(open)}' ;; esac`,
            },
        });
        assert.equal(failed, false, JSON.stringify(steps));
        return readFileSync(asked(), "utf8").trim().split("\n").slice(1);
    }
    const title = "Deployment of main failed";

    it("is opened once, and told again in the same one", () => {
        assert.deepEqual(notice(["success", "failure"], [{ number: 3, title: "Drift of stack prod" }]), [
            "gh label create twinstack --repo acme/shop --description Told by twinstack's workflows --force",
            `gh issue create --repo acme/shop --label twinstack --title ${title} --body-file issue.md`,
        ]);
        assert.match(
            repository.read("issue.md"),
            /main at abc failed: https:\/\/github\.example\/acme\/shop\/actions\/runs\/77/,
        );
        assert.deepEqual(notice(["failure"], [{ number: 4, title }]), [
            "gh issue comment 4 --repo acme/shop --body-file issue.md",
        ]);
    });

    it("is closed when it is over, and nobody is told of what did not happen", () => {
        assert.deepEqual(notice(["success"], [{ number: 4, title }]), [
            "gh issue close 4 --repo acme/shop --comment It is over.",
        ]);
        assert.deepEqual(notice(["success", "skipped"], []), []);
    });
});
