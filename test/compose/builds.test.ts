import assert from "node:assert/strict";

import { inFolders, mends, oneService, reasons } from "./importing";

const dockerfile = "FROM python:3.13\nCOPY . .\nCMD python app.py\n";
const compose = 'services:\n  web: { build: ., ports: ["8000:8000"] }\n';

describe("What is built for a stranger's app", () => {
    const { made, planned } = inFolders();

    it("copies what is there, and what a build makes before", () => {
        const copies = (line: string) =>
            made({ "compose.yaml": compose, Dockerfile: `FROM python:3.13\n${line}\n`, "app.py": "" });
        assert.deepEqual(mends(copies("COPY app.py *.cfg ./")), []);
        assert.match(
            mends(copies("COPY ./config/server.env /app/.env")).join(),
            /copies .*server\.env, which is not there/,
        );
        const jar = copies("COPY target/app.jar /app.jar");
        assert.deepEqual(mends(jar), []);
        assert.match(reasons(jar, "services.web.build"), /copies target\/app\.jar, which has to be built before it/);
    });

    it("has what is mounted over it, also where that is a part", () => {
        const mounted = (lines: string) =>
            made({
                "compose.yaml": 'services:\n  web: { build: ., ports: ["8000:8000"], volumes: ["./src:/app/src"] }\n',
                Dockerfile: `FROM node:22\n${lines}\n`,
                "src/main.js": "",
            });
        assert.deepEqual(mends(mounted("COPY . /app")), []);
        assert.match(mends(mounted("RUN npm install -g serve")).join(), /of which the image has nothing/);
        assert.deepEqual(mends(mounted("RUN git clone https://example.com/a /app")), []);
    });

    it("keeps no database in a file that goes with its container", () => {
        const kept = (source: string, more = "") =>
            made({ "compose.yaml": `${compose}${more}`, Dockerfile: dockerfile, "app.py": source, "Program.cs": "" });
        const file = 'db = sqlite3.connect("app.db")\n';
        assert.match(mends(kept(file)).join(), /app\.py:1 keeps a database in a file \(SQLite\), which goes with/);
        const found = kept("db = None\n");
        assert.deepEqual(mends(found), []);
        planned(found);
        const server = '  db: { image: "postgres:16" }\n';
        assert.doesNotMatch(mends(kept(file, server)).join(), /SQLite/);
    });

    it("is a proxy with nothing to answer by itself, where it is left out", () => {
        const proxied = (conf: string) =>
            made({
                "compose.yaml":
                    'services:\n  web: { build: ., expose: ["8000"], environment: { VIRTUAL_HOST: a.example.com } }\n  proxy: { image: proxy, build: ./proxy, ports: ["80:80"], volumes: ["/var/run/docker.sock:/tmp/docker.sock"] }\n',
                Dockerfile: dockerfile,
                "app.py": "",
                "proxy/Dockerfile": "FROM nginxproxy/nginx-proxy\nCOPY default /etc/nginx/vhost.d/default\n",
                "proxy/default": conf,
            });
        assert.deepEqual(mends(proxied("client_max_body_size 10m;\n")), []);
        assert.match(
            mends(proxied("location /static/ {\n  alias /app/static/;\n}\n")).join(),
            /proxy\/default answers something by itself/,
        );
    });

    it("writes to file systems that are its own, as whoever it runs", () => {
        const volume =
            'services:\n  web: { build: ., ports: ["8000:8000"], volumes: ["data:/data"] }\nvolumes: { data: }\n';
        const owner = (lines: string) =>
            made({ "compose.yaml": volume, Dockerfile: `FROM python:3.13\nCOPY . .\n${lines}\n`, "app.py": "" }).app
                .filesystems?.data;
        assert.deepEqual(owner("USER 65532:65532"), { owner: 65532 });
        assert.deepEqual(owner("RUN useradd --uid 1234 app && mkdir /data\nUSER app"), { owner: 1234 });
        assert.deepEqual(owner("USER www-data"), { owner: 33 });
        for (const lines of ["", "USER root", "USER 1000", "RUN adduser --disabled-password app\nUSER app", "USER who"])
            assert.deepEqual(owner(lines), {}, lines);
    });

    it("writes to file systems as the user of an image that is only referenced, where that is known, and is told where it is not", () => {
        const of = (image: string, environment: Record<string, string> = {}) => {
            const found = oneService({ image, environment, volumes: ["data:/data"] }, {}, { data: {} });
            const [said] = found.notes.filter(({ reason }) => /as whom its image runs is not known/.test(reason));
            return [found.app.filesystems?.data.owner, said?.at];
        };
        assert.deepEqual(of("verdaccio/verdaccio:6"), [10001, undefined]);
        assert.deepEqual(of("wordpress:6-apache"), [33, undefined]);
        assert.deepEqual(of("wordpress:6-fpm-alpine"), [82, undefined]);
        assert.deepEqual(of("lscr.io/linuxserver/grocy:4"), [911, undefined]);
        assert.deepEqual(of("lscr.io/linuxserver/grocy:4", { PUID: "1010" }), [1010, undefined]);
        // The default, and root.
        assert.deepEqual(of("ghost:5"), [undefined, undefined]);
        assert.deepEqual(of("vaultwarden/server:1"), [undefined, undefined]);
        assert.deepEqual(of("acme/app:1"), [undefined, "services.api.volumes"]);
    });

    it("has no secret that is the word null: its own key is made, and what others give out stays as the file has it", () => {
        const { app, notes } = oneService({
            environment: { APP_KEY: "null", ADMIN_PASSWORD: "null", MAIL_PASSWORD: "null", LOCALE: "null" },
        });
        const [said, ...others] = notes.filter(({ mend }) => mend);
        assert.deepEqual([said.at, others], ["services.api.environment.ADMIN_PASSWORD", []]);
        assert.deepEqual(
            [app.services.api.secrets, app.services.api.env],
            [["APP_KEY"], { MAIL_PASSWORD: "null", LOCALE: "null" }],
        );
    });
});
