import assert from "node:assert/strict";

import { holderOf } from "../../ship/engine";

describe("A stack that another run has", () => {
    it("tells who that is and since when, where the CLI does", () => {
        // As pulumi 3.274.1 says it (backend/diy/lock.go).
        const said = `code: 255\n stderr: error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://state/.pulumi/locks/organization/shop/prod/1f2e.json: created by ana@laptop (pid 4711) at 2026-11-28T09:15:00Z\n`;
        assert.equal(holderOf(said), "ana@laptop (pid 4711) at 2026-11-28T09:15:00Z");
        assert.equal(holderOf("error: [409] Conflict: Another update is currently in progress."), "another run");
    });
});
