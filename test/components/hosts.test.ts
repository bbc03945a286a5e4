import assert from "node:assert/strict";

import fc from "fast-check";

import { hostAliases, hostKey, longestOnGcp, namedByHost } from "../../components/hosts";
import { CertificateName } from "../../topology/schema/forms";

/** Labels of few letters, so that hosts that differ by a dot or a hyphen come up often. */
const label = fc.stringMatching(/^[ab]([-ab]{0,3}[ab])?$/);
const host = fc
    .tuple(fc.boolean(), fc.array(label, { minLength: 1, maxLength: 4 }))
    .map(([any, labels]) => `${any ? "*." : ""}${[...labels, "com"].join(".")}`);
const long = fc
    .array(fc.stringMatching(/^[a-c]{40,60}$/), { minLength: 1, maxLength: 3 })
    .map((l) => `${l.join(".")}.com`);

describe("Names by host", () => {
    it("are of hosts that the topology admits", () =>
        fc.assert(fc.property(fc.oneof(host, long), (name) => CertificateName.safeParse(name).success)));

    it("differ wherever hosts do, also where they are shortened", () =>
        fc.assert(
            fc.property(fc.array(fc.oneof(host, long), { minLength: 2, maxLength: 40 }), (hosts) => {
                const distinct = new Set(hosts);
                for (const longest of [Infinity, longestOnGcp]) {
                    const names = new Set([...distinct].map((each) => namedByHost("todo-dev-lb-proof", each, longest)));
                    assert.equal(names.size, distinct.size);
                }
            }),
            { numRuns: 300 },
        ));

    it("can be read back", () => {
        const hostOf = (key: string) =>
            key.replace(/^any---/, "*-").replace(/-+/g, (run) => (run.length % 2 ? "." : "-".repeat(run.length / 2)));
        fc.assert(fc.property(host, (each) => hostOf(hostKey(each)) === each));
    });

    it("are names that Google takes, with room for what the provider adds", () =>
        fc.assert(
            fc.property(fc.oneof(host, long), (each) => {
                const name = namedByHost("a-stack-with-27-characters-lb-certificate", each, longestOnGcp);
                assert.match(`${name}-1234567`, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])$/);
            }),
        ));

    it("tell hyphens from dots, and a wildcard from a host", () => {
        assert.equal(hostKey("a-b.example.com"), "a--b-example-com");
        assert.equal(hostKey("a.b.example.com"), "a-b-example-com");
        assert.equal(hostKey("*.example.com"), "any---example-com");
    });
});

describe("What a thing of a host was called", () => {
    it("never is what another thing is called now", () => {
        const hosts = ["a-b.example.com", "a.b.example.com"];
        assert.deepEqual(hostAliases("dns", hosts[0], hosts), [{ name: "dns" }]);
        assert.deepEqual(hostAliases("dns", hosts[0], hosts.slice(0, 1)), [
            { name: "dns-a-b-example-com" },
            { name: "dns" },
        ]);
    });

    it("is its own name before the bare one, so that swapped hosts find themselves", () => {
        const hosts = ["www-1.example.com", "example.com"];
        assert.deepEqual(hostAliases("dns", hosts[0], hosts), [{ name: "dns-www-1-example-com" }, { name: "dns" }]);
        assert.deepEqual(hostAliases("dns", hosts[1], hosts), [{ name: "dns" }]);
    });
});
