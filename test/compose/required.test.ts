import assert from "node:assert/strict";

import { inFolders, mends, reasons } from "./importing";

const settings = (fields: string, more = "") =>
    `from pydantic_settings import BaseSettings\n\nclass Settings(BaseSettings):\n${fields
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n")}\n${more}\nsettings = Settings()\n`;
const compose = (environment = "{}") => `services:
  web: { build: ., ports: ["8000:8000"], environment: ${environment}, depends_on: [db] }
  db: { image: "postgres:16" }
`;
const program = {
    Dockerfile: "FROM python:3.12\nENV LOG_LEVEL=info\nCOPY . /app\n",
    "pyproject.toml": 'dependencies = ["pydantic-settings"]\n',
};
const fields =
    'DATABASE_URL: str\nSECRET_KEY: str  # signs\nCORS_ORIGINS: set[str]\nLOG_LEVEL: str\nDEBUG: bool = False\nMAIL: str | None = None\nURL: str = ""';
const database = '{ DATABASE_URL: "postgres://u:p@db/app" }';

describe("Variables without which a program does not begin", () => {
    const { made, planned } = inFolders();

    it("have to be mended where nothing gives them", () => {
        const found = made({ ...program, "app/config.py": settings(fields), "compose.yaml": compose(database) });
        assert.deepEqual(mends(found), [
            "2 services.web.build: app/config.py:5 asks for SECRET_KEY, CORS_ORIGINS, which nothing sets: put them into env, or secrets",
        ]);
    });

    it("are those of the sample of a .env that the program reads itself", () => {
        const found = made({
            ...program,
            "app/config.py": settings(fields),
            ".env.example":
                'DATABASE_URL=postgres://u:p@localhost/app\nSECRET_KEY=your_key\nCORS_ORIGINS=["*"]\nOTHERS=1\n',
            "compose.yaml": compose(database),
        });
        assert.deepEqual(mends(found), []);
        assert.equal(found.app.services.web.env?.CORS_ORIGINS, '["*"]');
        assert.deepEqual(found.app.services.web.secrets, ["SECRET_KEY"]);
        assert.equal(found.app.services.web.env?.OTHERS, undefined);
        assert.match(reasons(found, "services.web.build"), /\.env\.example, which the program reads by a library/);
        planned(found);
    });

    for (const [language, files] of [
        ["Python", { "app.py": 'KEY = os.environ["SECRET_KEY"]\n', "requirements.txt": "python-dotenv\n" }],
        ["Django", { "app.py": 'KEY = env("SECRET_KEY")\n', "requirements.txt": "django-environ\n" }],
        ["decouple", { "app.py": 'KEY = config("SECRET_KEY", cast=str)\n', "requirements.txt": "python-decouple\n" }],
        ["Ruby", { "app.rb": 'KEY = ENV.fetch("SECRET_KEY")\n', Gemfile: 'gem "dotenv"\n' }],
        [
            "NestJS",
            {
                "app.ts": 'config.getOrThrow("SECRET_KEY")\n',
                "package.json": '{"dependencies":{"@nestjs/config":"4"}}',
            },
        ],
    ] as [string, Record<string, string>][])
        it(`are read so in ${language}`, () => {
            const found = made({
                Dockerfile: "FROM node:22\n",
                ".env.example": "SECRET_KEY=x\n",
                "compose.yaml": compose(database),
                ...files,
            });
            assert.deepEqual(found.app.services.web.secrets, ["SECRET_KEY"]);
        });

    it("are none with a default, a name of another kind, or a file that goes into the image", () => {
        const all: Record<string, string>[] = [
            { "app/config.py": settings('SECRET_KEY: str = "x"\nOTHER: Nested') },
            { "app/config.py": settings('SECRET_KEY: str\nmodel_config = SettingsConfigDict(env_prefix="APP_")') },
            { "app/config.py": settings("SECRET_KEY: str").replace("class Settings", "class TestSettings") },
            { "app/config.py": settings('x: str = ""', "class User(BaseModel):\n    SECRET_KEY: str\n") },
            {
                "app/config.py": settings('SECRET_KEY: str\nmodel_config = SettingsConfigDict(env_file=".env")'),
                ".env": "SECRET_KEY=x\n",
            },
        ];
        for (const files of all)
            assert.deepEqual(
                mends(made({ ...program, "compose.yaml": compose(database), ...files })),
                [],
                JSON.stringify(files),
            );
    });
});

describe("A program of which the file shows several ports", () => {
    const { made } = inFolders();
    const two = (of: string, more = "") => `services:\n  shop: { ${of}, ports: ["3000:3000", "4000:4000"]${more} }\n`;
    const exposing = (ports: string) => ({
        Dockerfile: `FROM node:22\nEXPOSE ${ports}\n`,
        "package.json": '{ "name": "shop" }',
    });

    it("is asked at the one that its Dockerfile exposes, also where the image is only named", () => {
        for (const of of ["build: .", 'image: "acme/shop:1"']) {
            const found = made({ ...exposing("4000"), "compose.yaml": two(of) });
            assert.equal(found.app.services.shop.ports!.http, 4000, of);
            assert.match(reasons(found, "services.shop.ports"), /requests reach 4000 alone: give 3000 a route/);
        }
    });

    it("is asked at the first where that tells nothing, or where the file says which", () => {
        assert.equal(
            made({ ...exposing("3000 4000"), "compose.yaml": two("build: .") }).app.services.shop.ports!.http,
            3000,
        );
        const told = two("build: .", ', environment: { PORT: "3000" }');
        assert.equal(made({ ...exposing("4000"), "compose.yaml": told }).app.services.shop.ports!.http, 3000);
    });
});
