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

    it("says where the state before the last change is, if the state itself is cut short", () => {
        // As pulumi 3.274.1 says it.
        const said = "error: failed to load checkpoint: place 1: unexpected end of JSON input\n";
        assert.match(
            unread("pulumi stack export --stack dev", said).message,
            /no JSON[^]*\n {2}cp \.pulumi\S+<stack>\.json\.bak \.pulumi\S+<stack>\.json\n/,
        );
    });

    it("says what there must be otherwise", () => {
        const { message } = unread("pulumi stack output --stack nil", "error: no stack named 'nil' found");
        assert.match(message, /no stack named 'nil' found\nName a stack that exists/);
    });
});
