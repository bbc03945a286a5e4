import type { Product } from "./product";

/** Households: recipes, things, money and cars. */
export const home: Product[] = [
    {
        images: ["vabene1111/recipes"],
        triesTls: ["postgres"],
        source: "github.com/TandoorRecipes/recipes, .env.template",
        databases: {
            DB_ENGINE: { postgres: "django.db.backends.postgresql" },
            POSTGRES_HOST: "host",
            POSTGRES_PORT: "port",
            POSTGRES_DB: "name",
            POSTGRES_USER: "user",
            POSTGRES_PASSWORD: "password",
        },
        keys: { SECRET_KEY: "any" },
        hosts: "ALLOWED_HOSTS",
    },
    {
        images: ["mealie-recipes/mealie"],
        triesTls: ["postgres"],
        source: "docs.mealie.io/documentation/getting-started/installation",
        port: 9000,
        health: "/api/app/about",
        databases: {
            DB_ENGINE: { postgres: "postgres" },
            POSTGRES_SERVER: "host",
            POSTGRES_PORT: "port",
            POSTGRES_DB: "name",
            POSTGRES_USER: "user",
            POSTGRES_PASSWORD: "password",
        },
        files: { folder: "/app/data", unless: /^(DB_ENGINE|POSTGRES_SERVER)$/ },
    },
    {
        images: ["sysadminsmedia/homebox", "hay-kot/homebox"],
        source: "homebox.software/en/quick-start",
        port: 7745,
        health: "/api/v1/status",
        files: { folder: "/data", unless: /^HBOX_DATABASE_(DRIVER|HOST)$/ },
    },
    { images: ["bellamy/wallos"], source: "github.com/ellite/Wallos", port: 80, files: { folder: "/var/www/html/db" } },
    {
        images: ["linuxserver/grocy"],
        source: "docs.linuxserver.io/images/docker-grocy",
        port: 80,
        files: { folder: "/config" },
    },
    {
        images: ["hargata/lubelogger"],
        source: "docs.lubelogger.com",
        port: 8080,
        files: { folder: "/App/data", engine: "LiteDB", unless: /^POSTGRES_CONNECTION$/ },
    },
    {
        images: ["ihatemoney/ihatemoney"],
        source: "ihatemoney.readthedocs.io",
        port: 8000,
        files: { folder: "/database", unless: /^SQLALCHEMY_DATABASE_URI$/ },
    },
];
