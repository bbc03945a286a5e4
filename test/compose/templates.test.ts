import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { inFolders, mends, reasons } from "./importing";

describe("Templates of variables", () => {
    const { made, folder } = inFolders();
    const web = (more = "") => `services:\n  web: { image: "acme/web:1", ports: ["80:80"]${more} }`;

    it("are found where they are of some place, or where the README copies one", () => {
        const named = `, environment: { GREETING: "\${GREETING}" }`;
        for (const [file, more] of [
            [".env.prod.sample", {}],
            [".env.example.docker", {}],
            [".env.tpl", {}],
            ["shop.env", { "README.md": "Run `cp shop.env .env`, then\n\n    docker compose up\n" }],
            ["conf/shop.env", { "README.md": "```\n$ cp -n ./conf/shop.env ./.env\n```\n" }],
        ] as const) {
            const found = made({ ...more, [file]: "GREETING=hello\n", "compose.yaml": web(named) });
            assert.deepEqual(found.app.services.web.env, { GREETING: "hello" }, file);
            assert.equal(
                reasons(found, ".env"),
                `.env is not there: ${file} was read instead, whose values are a template's`,
            );
            rmSync(join(folder(), file));
        }
    });

    it("are none of several that a README copies, or of one for something else", () => {
        const named = `, environment: { GREETING: "\${GREETING}" }`;
        for (const readme of ["cp a.env .env or cp b.env .env", "cp a.env .env.local", "see a.env"]) {
            const files = { "a.env": "GREETING=a\n", "b.env": "GREETING=b\n", "README.md": readme };
            assert.equal(made({ ...files, "compose.yaml": web(named) }).app.services.web.env, undefined, readme);
        }
    });

    it("have words in place of values, which are left out, and names of everybody's own, which are to be given", () => {
        const of = (value: string) =>
            made({ "compose.yaml": web(`, environment: { CLIENT: ${JSON.stringify(value)} }`) });
        for (const value of [
            "changeme",
            "change-me please",
            "xxx",
            "your-client-id",
            "your key here",
            "Enter your name",
        ]) {
            const found = of(value);
            assert.deepEqual([mends(found), found.app.services.web.env], [[], undefined], value);
            assert.match(reasons(found, "services.web.environment.CLIENT"), /^left out: .* stands for a value/);
        }
        for (const value of [
            "<YOUR_DOMAIN.COM>",
            "#SITE_URL#",
            "[CLIENT_ID]",
            "https://your-domain.com",
            "me@yourcompany.org",
            "yourdomain",
        ])
            assert.match(mends(of(value)).join(), /stands for a value that everybody puts in himself/, value);
        for (const value of ["yourls", "exchange", "https://example.com", "xx", "/xxx/data", "[1, 2]"])
            assert.deepEqual([mends(of(value)), of(value).app.services.web.env], [[], { CLIENT: value }], value);
    });

    it("may lack a value of which a path is made, which is named", () => {
        const found = made({
            "compose.yaml": web(`, volumes: ["keys:/home/\${USER_NAME}/.ssh"]`) + "\nvolumes: { keys: {} }",
        });
        assert.match(
            mends(found).join(),
            /volumes\.0: \/home\/\/\.ssh is no path, as USER_NAME has no value: give it in \.env/,
        );
    });
});
