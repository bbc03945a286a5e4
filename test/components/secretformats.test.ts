import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import * as random from "@pulumi/random";

import { writeFiles } from "../../compose/files";
import { make } from "../../compose/make";
import type { AppInput, Target } from "../../topology/app";
import { formatted } from "../../topology/secret-formats";
import { resolve } from "../../topology/validate";
import { api } from "./data";
import { on } from "./stack";

const laravel = { format: "base64", bytes: 32, prefix: "base64:" } as const;
const app = {
    services: {
        api: {
            ...api,
            uses: ["keys"],
            secrets: ["APP_KEY", "API_TOKEN"],
            secretFiles: { "/run/secrets/aes/key": "AES_KEY" },
            secretFormats: { APP_KEY: laravel, AES_KEY: { format: "alphanumeric", length: 32 } },
        },
    },
    secrets: {
        keys: {
            keys: ["FERNET_KEY", "SECRET_KEY_BASE", "NODE_ID", "PLAIN"],
            formats: {
                FERNET_KEY: { format: "base64url" },
                SECRET_KEY_BASE: { format: "hex", bytes: 64 },
                NODE_ID: { format: "uuid" },
            },
        },
    },
} satisfies Omit<AppInput, "name">;

describe("Format of a secret", () => {
    for (const cloud of ["aws", "gcp"] as const)
        it(`is that of its first value on ${cloud}, and of no other secret's`, async () => {
            const plan = await on(cloud, app);

            const bytes = plan.of(random.RandomBytes).map(({ name, inputs }) => [name, inputs.length]);
            assert.deepEqual(Object.fromEntries(bytes), {
                "demo-dev-api-app-key-initial": 32,
                "demo-dev-keys-fernet-key-initial": 32,
                "demo-dev-keys-node-id-initial": 16,
                "demo-dev-keys-secret-key-base-initial": 64,
            });
            const letters = plan
                .of(random.RandomPassword)
                .map(({ name, inputs }) => [name, inputs.length, inputs.special]);
            assert.deepEqual(letters, [
                ["demo-dev-api-aes-key-initial", 32, false],
                ["demo-dev-api-api-token-initial", 40, false],
                ["demo-dev-keys-plain-initial", 40, false],
            ]);
        });

    it("leaves the value its owner's, and is in no plan", async () => {
        const [aws, gcp] = [await on("aws", app), await on("gcp", app)];

        for (const { inputs, ignoreChanges } of aws.of(secretsmanager.SecretVersion))
            assert.deepEqual([inputs.secretString, ignoreChanges], ["[secret]", ["secretString"]]);
        for (const { inputs, ignoreChanges } of gcp.of(secretmanager.SecretVersion))
            assert.deepEqual([inputs.secretData, ignoreChanges], ["[secret]", ["secretData"]]);
        for (const { resources } of [aws, gcp])
            assert.doesNotMatch(JSON.stringify(resources), /base64:|-initial\.(hex|base64|result)/);
    });

    it("writes bytes as apps read them", () => {
        const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
        const [hex, base64] = [bytes.toString("hex"), bytes.toString("base64")];

        assert.equal(formatted(laravel, base64), `base64:${base64}`);
        assert.equal(formatted({ format: "hex" }, hex), hex);
        const url = formatted({ format: "base64url" }, base64);
        assert.match(url, /^[\w-]{43}=$/);
        assert.deepEqual(Buffer.from(url, "base64url"), bytes);
        assert.equal(formatted({ format: "uuid" }, hex.slice(0, 32)), "fffefdfc-fbfa-49f8-b7f6-f5f4f3f2f1f0");
    });

    it("is that of what a Compose file's .env begins with", async () => {
        const config = {
            "twinstack:app": "demo",
            "twinstack:cloud": "local",
            "twinstack:environment": "dev",
        };
        const made = await make(resolve<Target>({ stack: "dev", config }, { demo: { name: "demo", ...app } }), "demo");
        const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        try {
            writeFiles(made, join(folder, "compose.yaml"));
            const written = Object.fromEntries(
                readFileSync(join(folder, ".env"), "utf8")
                    .trim()
                    .split("\n")
                    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
            );
            const forms = {
                AES_KEY: /^[A-Za-z0-9]{32}$/,
                API_TOKEN: /^[A-Za-z0-9]{40}$/,
                APP_KEY: /^base64:[A-Za-z0-9+/]{43}=$/,
                FERNET_KEY: /^[\w-]{43}=$/,
                NODE_ID: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
                PLAIN: /^[A-Za-z0-9]{40}$/,
                SECRET_KEY_BASE: /^[0-9a-f]{128}$/,
            };
            for (const [name, form] of Object.entries(forms)) assert.match(written[name], form, name);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    for (const [title, secrets, found] of [
        ["a key that is not there", { keys: ["A"], formats: { B: { format: "hex" } } }, /"B", which is no key of keys/],
        ["bytes of letters", { keys: ["A"], formats: { A: { format: "alphanumeric", bytes: 32 } } }, /bytes with hex/],
        [
            "a length of bytes",
            { keys: ["A"], formats: { A: { format: "hex", length: 32 } } },
            /length with alphanumeric/,
        ],
        ["an unknown one", { keys: ["A"], formats: { A: { format: "base32" } } }, /base64url or uuid/],
        ["too few bytes", { keys: ["A"], formats: { A: { format: "hex", bytes: 4 } } }, /from 8 to 256/],
    ] as const)
        it(`refuses ${title}`, async () => {
            const services = { api: { ...api, uses: ["keys"] } };
            await assert.rejects(
                async () => on("aws", { services, secrets: { keys: secrets } } as unknown as Omit<AppInput, "name">),
                found,
            );
        });

    it("refuses one of a secret that the service has not", async () => {
        const services = { api: { ...api, secretFormats: { APP_KEY: laravel } } };
        await assert.rejects(async () => on("gcp", { services }), /"APP_KEY", which is no secret of api's own/);
    });
});
