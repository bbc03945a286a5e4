import assert from "node:assert/strict";

import { formatWords } from "../../topology/secret-formats";
import { imported, inFolders, mends, oneService, reasons, resolved } from "./importing";

/** Variable → its form in words, of a service with these variables; 40 letters and digits are none. */
const forms = (environment: Record<string, string | null>, image = "registry.example.com/api:1") => {
    const { api } = oneService({ environment, image }).app.services;
    return Object.fromEntries(
        (api.secrets ?? []).map((name) => {
            const format = api.secretFormats?.[name];
            return [name, format ? formatWords(format as Parameters<typeof formatWords>[0]) : "any"];
        }),
    );
};
const hex = "0123456789abcdef";

describe("What secrets of a Compose file begin with", () => {
    const inFolder = inFolders();

    it("has the form of the value in the file", () => {
        assert.deepEqual(
            forms({
                A_KEY: `base64:${Buffer.alloc(32, 7).toString("base64")}`,
                B_KEY: hex.repeat(4),
                C_KEY: "6f1c2b1e-3f0a-4c5d-8e9f-001122334455",
                D_KEY: Buffer.alloc(32, 7).toString("base64"),
                E_KEY: `${"-_aB".repeat(10)}cd-=`,
                F_KEY: "thisismykeyof32letters-and-no-more".slice(0, 32),
                G_SECRET: "a-long-secret-of-some-more-letters-than-forty-1",
                H_SECRET: "short",
                I_PASSWORD: "correct-horse-battery-staple-now".slice(0, 32),
            }),
            {
                A_KEY: "base64 of 32 bytes, after base64:",
                B_KEY: "hex of 32 bytes",
                C_KEY: "a UUID",
                D_KEY: "base64 of 32 bytes",
                E_KEY: "base64url of 32 bytes",
                F_KEY: "32 letters and digits",
                G_SECRET: "47 letters and digits",
                H_SECRET: "any",
                I_PASSWORD: "any",
            },
        );
    });

    it("has the form that the name means everywhere, whatever stands there", () => {
        assert.deepEqual(
            forms({
                APP_KEY: "base64:c2VjcmV0LWFuZC1sb25n",
                SECRET_KEY_BASE: "replace_me",
                AIRFLOW__CORE__FERNET_KEY: "abc",
                ENCRYPTION_KEY: "def",
            }),
            {
                APP_KEY: "base64 of 32 bytes, after base64:",
                SECRET_KEY_BASE: "hex of 64 bytes",
                AIRFLOW__CORE__FERNET_KEY: "base64url of 32 bytes",
                ENCRYPTION_KEY: "any",
            },
        );
        const unknown = oneService({ environment: { ENCRYPTION_KEY: "x" } });
        assert.match(reasons(unknown, "services.api.environment.ENCRYPTION_KEY"), /secretFormats says which$/);
    });

    for (const [said, form] of [
        ["# openssl rand -hex 32", "hex of 32 bytes"],
        ["# Generate one: `openssl rand -base64 48`", "base64 of 48 bytes"],
        ["# php artisan key:generate --show", "base64 of 32 bytes, after base64:"],
        ["# mix phx.gen.secret", "base64 of 48 bytes"],
        ["# run uuidgen", "a UUID"],
        [`# node -e "console.log(require('crypto').randomBytes(16).toString('hex'))"`, "hex of 16 bytes"],
        [`# python -c "import secrets; print(secrets.token_hex(24))"`, "hex of 24 bytes"],
        ["# must be 64 hexadecimal characters", "hex of 32 bytes"],
        ["# 32 bytes, encoded as base64", "base64 of 32 bytes"],
        ["# exactly 24 characters", "24 letters and digits"],
        ["# at least 32 characters", "any"],
        ["# at least 64 characters", "64 letters and digits"],
        ["# the key of the door", "any"],
    ])
        it(`is as people write beside it: ${said}`, () => {
            const yaml = (lines: string) =>
                `services:\n  api:\n    image: acme/api:1\n    ports: ["80:80"]\n    environment:\n      OTHER: x\n${lines}`;
            const format = ({ app }: ReturnType<typeof imported>) => {
                const { secrets, secretFormats } = app.services.api;
                assert.deepEqual(secrets, ["SOME_KEY"]);
                const found = secretFormats?.SOME_KEY;
                return found ? formatWords(found as Parameters<typeof formatWords>[0]) : "any";
            };
            assert.equal(format(imported(yaml(`      ${said}\n      SOME_KEY: changeme\n`))), form);
            if (!/["`]/.test(said)) assert.equal(format(imported(yaml(`      SOME_KEY: changeme ${said}\n`))), form);
            const compose = yaml("      SOME_KEY: ${MY_KEY}\n");
            const sample = `OTHER=1\n\n${said}\nMY_KEY=changeme\n\n# openssl rand -hex 8\nLAST=2\n`;
            assert.equal(format(inFolder.made({ "compose.yaml": compose, ".env.example": sample })), form);
        });

    it("is as the file's own words for a value that is missing, or that stands for one", () => {
        assert.equal(forms({ SOME_KEY: "generate-with-openssl-rand-hex-32" }).SOME_KEY, "hex of 32 bytes");
        assert.equal(forms({ SOME_KEY: "your_32_char_secret" }).SOME_KEY, "32 letters and digits");
    });

    it("is as a product's makers say", () => {
        assert.deepEqual(forms({ SECRET_KEY: "x", UTILS_SECRET: "y" }, "outlinewiki/outline:0.80"), {
            SECRET_KEY: "hex of 32 bytes",
            UTILS_SECRET: "hex of 32 bytes",
        });
        // Not named by the file at all.
        const { app } = oneService({ image: "fireflyiii/core:version-6", environment: { A: "b" } });
        assert.deepEqual(app.services.api.secretFormats, { APP_KEY: { format: "alphanumeric", length: 32 } });
    });

    it("is one value of a form for services that share it", () => {
        const made = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { SECRET_KEY_BASE: "abc" } }
  work: { image: "acme/web:1", environment: { SECRET_KEY_BASE: "abc" } }`);
        assert.deepEqual(made.app.secrets, {
            shared: { keys: ["SECRET_KEY_BASE"], formats: { SECRET_KEY_BASE: { format: "hex", bytes: 64 } } },
        });
        assert.equal(made.app.services.web.secretFormats, undefined);
        for (const cloud of ["aws", "gcp"] as const) resolved(made.app, cloud);
    });

    it("is made for a program's own key that the file leaves empty, one for all who name it, and for nothing else that is empty", () => {
        const own = { APP_KEY: "null", JWT_SECRET: "", SMTP_PASSWORD: "", STRIPE_SECRET_KEY: "" };
        const one = oneService({ environment: own });
        assert.deepEqual(one.app.services.api.secrets, ["APP_KEY", "JWT_SECRET"]);
        assert.deepEqual(one.app.services.api.env, { SMTP_PASSWORD: "", STRIPE_SECRET_KEY: "" });
        const two = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { JWT_SECRET: "", SESSION_SECRET: "" } }
  work: { image: "acme/work:1", environment: { JWT_SECRET: "" } }`);
        assert.deepEqual(two.app.secrets, { shared: { keys: ["JWT_SECRET"] } });
        assert.deepEqual(two.app.services.web.secrets, ["SESSION_SECRET"]);
    });

    it("is made for a program's own key that the project's variables leave out, and for no other secret that they do", () => {
        const made = inFolder.made({
            "compose.yaml": `services:
  api:
    image: acme/api:1
    ports: ["80:80"]
    environment: { APP_KEY: "\${APP_KEY}", MAIL_PASSWORD: "\${MAIL_PASSWORD}" }`,
            ".env": "OTHER=1\n",
        });
        const { secrets, secretFormats } = made.app.services.api;
        assert.deepEqual(secrets, ["APP_KEY"]);
        assert.deepEqual(secretFormats, { APP_KEY: { format: "base64", bytes: 32, prefix: "base64:" } });
    });

    it("is somebody's to set where nobody can make it up", () => {
        const made = oneService({
            environment: {
                STRIPE_SECRET_KEY: "sk_test_1",
                OPENAI_API_KEY: null,
                SMTP_PASSWORD: "abc",
                GOOGLE_CLIENT_SECRET: "bcd",
                SENTRY_DSN: "https://abc@sentry.example.com/1",
                JWT_PRIVATE_KEY: "-----BEGIN RSA PRIVATE KEY-----\nx",
                RAILS_MASTER_KEY: "cde",
                MAIL_URL: "smtp://me:secret@mail.example.com:587",
                SESSION_SECRET: "def",
                API_TOKEN: "efg",
            },
        });
        const yours = made.notes.filter(({ yours }) => yours).map(({ at }) => at.split(".").pop());
        assert.deepEqual(yours.sort(), [
            "GOOGLE_CLIENT_SECRET",
            "JWT_PRIVATE_KEY",
            "MAIL_URL",
            "OPENAI_API_KEY",
            "RAILS_MASTER_KEY",
            "SENTRY_DSN",
            "SMTP_PASSWORD",
            "STRIPE_SECRET_KEY",
        ]);
        assert.equal(made.app.services.api.secretFormats, undefined);
        assert.deepEqual(mends(made), []);
        assert.doesNotMatch(JSON.stringify(made.app), /sk_test_1|BEGIN RSA|me:secret/);
    });
});
