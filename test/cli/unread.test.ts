import assert from "node:assert/strict";

import { unread } from "../../cli/engine";

describe("A state that cannot be read", () => {
    it("says which file a killed run has left where the state is a folder, and that the state is whole", () => {
        const { message } = unread("pulumi stack export --stack dev", "error: failed to load checkpoint: EOF\n");
        assert.match(
            message,
            /^`pulumi stack export --stack dev` failed:\n {2}error: failed to load checkpoint: EOF\n/,
        );
        assert.match(message, /delete\n {2}\.pulumi\/stacks\/<project>\/<stack>\.json\.attrs\n/);
        assert.match(message, /\?metadata=skip/);
    });

    it("says what there must be otherwise", () => {
        const { message } = unread("pulumi stack output --stack nil", "error: no stack named 'nil' found");
        assert.match(message, /no stack named 'nil' found\nName a stack that exists/);
    });
});
