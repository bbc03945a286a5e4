import assert from "node:assert/strict";

import { imported, inFolders, mends, oneService, reasons } from "./importing";

describe("Hosts by which a program lets itself be asked", () => {
    const { made, planned } = inFolders();
    const django = (settings: string, environment = "{}", more: Record<string, string> = {}) =>
        made({
            "compose.yaml": `services:\n  web: { build: ., ports: ["8000:8000"], environment: ${environment} }\n`,
            Dockerfile: "FROM python:3.13\nCOPY . .\n",
            "shop/settings.py": settings,
            ...more,
        });
    const env = ({ app }: ReturnType<typeof django>) => app.services.web.env ?? {};

    it("are any, where a Django reads them from a variable, whatever that says and if it says nothing", () => {
        for (const [settings, variable, said] of [
            [`ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost").split(" ")`, "DJANGO_ALLOWED_HOSTS"],
            [`ALLOWED_HOSTS = env.list('ALLOWED_HOSTS', default=[])`, "ALLOWED_HOSTS", "localhost,127.0.0.1"],
            [
                `if v := os.getenv("SHOP_ALLOWED_HOSTS"):\n    ALLOWED_HOSTS = v.split(",")`,
                "SHOP_ALLOWED_HOSTS",
                "shop.test",
            ],
            [
                `ALLOWED_HOSTS = []\nALLOWED_HOSTS.extend(\n    filter(None, os.environ.get("ALLOWED_HOSTS", "").split(",")),\n)`,
                "ALLOWED_HOSTS",
            ],
        ]) {
            const found = django(settings, said === undefined ? "{}" : `{ ${variable}: "${said}" }`);
            assert.deepEqual(mends(found), [], settings);
            assert.equal(env(found)[variable], "*", settings);
            assert.match(
                reasons(found, `services.web.environment${said === undefined ? "" : `.${variable}`}`),
                /leaves out the app's own host.*any host is taken now/,
            );
            planned(found);
        }
        const list = django(
            `ALLOWED_HOSTS = json.loads(os.environ["ALLOWED_HOSTS"])`,
            `{ ALLOWED_HOSTS: '["a.test"]' }`,
        );
        assert.equal(env(list).ALLOWED_HOSTS, '["*"]');
    });

    it("have to be mended where nothing changes them", () => {
        for (const settings of [
            "ALLOWED_HOSTS = []",
            `ALLOWED_HOSTS: list[str] = [\n    'shop.test',\n    "localhost",\n]`,
        ])
            assert.match(
                mends(django(`DEBUG = False\n${settings}\n`)).join(),
                /shop\/settings\.py:2: what ALLOWED_HOSTS says/,
            );
    });

    it("stay as they are where they are any, where something else decides, and where the source is no Django's", () => {
        for (const settings of [
            `ALLOWED_HOSTS = ["*"]`,
            `ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "*").split(",")`,
            `ALLOWED_HOSTS = [socket.gethostname()]`,
            `# ALLOWED_HOSTS = []`,
        ]) {
            const found = django(settings);
            assert.deepEqual([mends(found), env(found)], [[], {}], settings);
        }
        assert.deepEqual(mends(django(`ALLOWED_HOSTS = ["*"]`, "{}", { "shop/dev.py": "ALLOWED_HOSTS = []" })), []);
        const front = django("ALLOWED_HOSTS = []", "{}", { Dockerfile: "FROM nginx:1.27\nCOPY . .\n" });
        assert.deepEqual(mends(front), []);
        // Of other programs it is a list of who may embed them, or be asked by them.
        const comments = oneService({
            environment: { ALLOWED_HOSTS: "shop.test", OUTGOING_ALLOWED_HOSTS: "localhost" },
        });
        assert.deepEqual(comments.app.services.api.env, {
            ALLOWED_HOSTS: "shop.test",
            OUTGOING_ALLOWED_HOSTS: "localhost",
        });
    });

    it("are any of well-known images that answer nobody without", () => {
        const board = imported(`services: { web: { image: "ghcr.io/gethomepage/homepage:1", ports: ["3000:3000"] } }`);
        assert.deepEqual(board.app.services.web.env, { HOMEPAGE_ALLOWED_HOSTS: "*" });
        const shop = oneService({
            image: "ghcr.io/saleor/saleor:3.22",
            environment: { ALLOWED_HOSTS: "localhost,api" },
        });
        assert.equal(shop.app.services.api.env!.ALLOWED_HOSTS, "*");
    });
});

describe("An app's own address on one's own machine", () => {
    it("is said, with or without a port, and as a bare host", () => {
        const found = oneService({
            environment: {
                APP_URL: "http://localhost",
                SITES_DOMAIN: "localhost:9000",
                PING_DOMAIN: "localhost",
                BACKEND_URL: "localhost",
                SMTP_HOST: "localhost",
                EMAIL_SMTP_HOST: "127.0.0.1",
                MAIL_SERVER: "mail.example.org",
                HOSTNAME: "localhost",
            },
        });
        assert.match(reasons(found, "services.api.environment.APP_URL"), /is where it is found on one's own machine/);
        for (const variable of ["SITES_DOMAIN", "PING_DOMAIN", "BACKEND_URL"])
            assert.match(reasons(found, `services.api.environment.${variable}`), /^is one's own machine: say the host/);
        for (const variable of ["SMTP_HOST", "EMAIL_SMTP_HOST"])
            assert.match(
                reasons(found, `services.api.environment.${variable}`),
                /^is the container itself, in which no mail server is/,
            );
        for (const variable of ["HOSTNAME", "MAIL_SERVER"])
            assert.equal(reasons(found, `services.api.environment.${variable}`), "");
    });
});
