import assert from "node:assert/strict";

import { inFolders, mends, reasons } from "./importing";

const compose = (stores: string, environment = "") => `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [${stores.includes("db:") ? "db" : ""}]${environment && `, environment: ${environment}`} }
  ${stores}`;
const postgres = 'db: { image: "postgres:16", environment: { POSTGRES_DB: shop } }';
const spring = {
    Dockerfile: "FROM eclipse-temurin:21\nCOPY target/app.jar /app.jar\n",
    "pom.xml": "<artifactId>spring-boot-starter-parent</artifactId>",
};
const resources = "src/main/resources";

describe("Settings files of frameworks, before which variables go", () => {
    const { made, planned } = inFolders();

    it("say where Spring's database is, in properties and YAML: URL, user and password together", () => {
        for (const [file, text] of [
            [
                "application.properties",
                "server.port=8080\nspring.datasource.url=jdbc:postgresql://db:5432/shop\nspring.datasource.username=shop\nspring.datasource.password=x\n",
            ],
            [
                "application.yml",
                "server: { port: 8080 }\nspring:\n  datasource:\n    url: jdbc:postgresql://db:5432/shop\n    username: shop\n    password: x\n",
            ],
            ["application.properties", "\nspring.datasource.url: jdbc:postgresql://db:5432/shop\n"],
        ]) {
            const found = made({ ...spring, [`${resources}/${file}`]: text, "compose.yaml": compose(postgres) });
            assert.deepEqual(mends(found), [], text);
            assert.deepEqual(found.app.services.web.env, {
                SPRING_DATASOURCE_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
                SPRING_DATASOURCE_USERNAME: "${db.user}",
                SPRING_DATASOURCE_PASSWORD: "${db.password}",
            });
            assert.match(
                reasons(found, "services.web.build"),
                /application\.(properties|yml):[24] says it of db: SPRING_DATASOURCE_URL goes before it/,
            );
            planned(found);
        }
    });

    it("count in the profiles that are active alone", () => {
        const files = {
            ...spring,
            [`${resources}/application.yml`]:
                "spring:\n  datasource:\n    url: jdbc:h2:mem:shop\n---\nspring:\n  config: { activate: { on-profile: prod } }\n  datasource:\n    url: jdbc:postgresql://db/shop\n",
            [`${resources}/application-docker.properties`]: "spring.datasource.url=jdbc:postgresql://db/shop\n",
        };
        for (const [environment, dockerfile] of [
            ["{ SPRING_PROFILES_ACTIVE: docker }", ""],
            ['{ SPRING_PROFILES_ACTIVE: "cloud,prod" }', ""],
            ["", "ENV SPRING_PROFILES_ACTIVE=docker\n"],
            ["", 'ENTRYPOINT ["java", "-Dspring.profiles.active=docker", "-jar", "/app.jar"]\n'],
        ]) {
            const found = made({
                ...files,
                Dockerfile: spring.Dockerfile + dockerfile,
                "compose.yaml": compose(postgres, environment),
            });
            assert.deepEqual(mends(found), []);
            assert.match(found.app.services.web.env!.SPRING_DATASOURCE_URL!, /^jdbc:postgresql:\/\/\$\{db\.host\}/);
        }
        const inactive = made({ ...files, "compose.yaml": compose(postgres) });
        assert.match(mends(inactive).join(), /no variable says where db is, which .*application/);
        assert.equal(inactive.app.services.web.env?.SPRING_DATASOURCE_URL, undefined);
    });

    it("say the user and the password to a URL of the Compose file's", () => {
        const found = made({
            ...spring,
            [`${resources}/application.properties`]:
                "spring.datasource.url=jdbc:postgresql://localhost/shop\nspring.datasource.username=shop\nspring.datasource.password=x\n",
            "compose.yaml": compose(postgres, '{ SPRING_DATASOURCE_URL: "jdbc:postgresql://db:5432/shop" }'),
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(Object.keys(found.app.services.web.env!).sort(), [
            "SPRING_DATASOURCE_PASSWORD",
            "SPRING_DATASOURCE_URL",
            "SPRING_DATASOURCE_USERNAME",
        ]);
    });

    it("say where Spring's Redis and other services are", () => {
        const found = made({
            ...spring,
            "orders/main.py": "",
            "orders/Dockerfile": "FROM python:3.13\nCOPY . .\n",
            [`${resources}/application.yml`]:
                "spring:\n  data:\n    redis:\n      host: cache\n      port: 6379\norder-service:\n  url: http://orders:8000/api\n",
            "compose.yaml": `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [cache, orders] }
  orders: { build: ./orders, expose: ["8000"] }
  cache: { image: "redis:7" }`,
        });
        assert.deepEqual(mends(found), []);
        const { env, calls, uses } = found.app.services.web;
        assert.deepEqual(env, { SPRING_DATA_REDIS_URL: "${redis.url}", ORDERSERVICE_URL: "${orders.url}/api" });
        assert.deepEqual([calls, uses], [["orders"], ["redis"]]);
        planned(found);
    });

    it("say what Quarkus, Micronaut and ASP.NET read, each by its own names", () => {
        const java = (said: string) => ({ ...spring, "pom.xml": said });
        const net = {
            Dockerfile: "FROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY . .\n",
            "Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web" />',
        };
        for (const [files, env] of [
            [
                {
                    ...net,
                    "appsettings.json":
                        '{\n  // the shop\'s\n  "ConnectionStrings": { "Shop": "Host=db;Database=shop;Username=shop;Password=x" }\n}',
                },
                {
                    ConnectionStrings__Shop:
                        "Host=${db.host};Database=${db.name};Username=${db.user};Password=${db.password}",
                },
            ],
            [
                {
                    ...java("<groupId>io.quarkus</groupId>"),
                    [`${resources}/application.properties`]:
                        "%prod.quarkus.datasource.jdbc.url=jdbc:postgresql://db/shop\n%dev.quarkus.datasource.jdbc.url=jdbc:h2:mem\n",
                },
                {
                    QUARKUS_DATASOURCE_JDBC_URL:
                        "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
                    QUARKUS_DATASOURCE_USERNAME: "${db.user}",
                    QUARKUS_DATASOURCE_PASSWORD: "${db.password}",
                },
            ],
            [
                {
                    ...java("<groupId>io.micronaut</groupId>"),
                    [`${resources}/application.properties`]: "",
                    [`${resources}/application.yml`]: "datasources:\n  default:\n    url: jdbc:postgresql://db/shop\n",
                },
                {
                    DATASOURCES_DEFAULT_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
                    DATASOURCES_DEFAULT_USERNAME: "${db.user}",
                    DATASOURCES_DEFAULT_PASSWORD: "${db.password}",
                },
            ],
        ] as const) {
            const found = made({ ...files, "compose.yaml": compose(postgres) });
            assert.deepEqual(mends(found), []);
            assert.deepEqual(found.app.services.web.env, env);
            planned(found);
        }
    });

    it("say where a cache is in .NET's own form, as variables of the Compose file do", () => {
        const cache = '{ image: "redis:7" }';
        const env = {
            ConnectionStrings__Cache:
                "${cache.host}:${cache.port},password=${cache.password},ssl=${cache.tls},abortConnect=false",
        };
        const told = made({
            "compose.yaml": `services:
  web: { image: "acme/web:1", ports: ["8080:8080"], environment: { ConnectionStrings__Cache: "cache:6379,abortConnect=false" } }
  cache: ${cache}`,
        });
        assert.deepEqual(mends(told), []);
        assert.deepEqual(Object.values(told.app.services.web.env!), [
            env.ConnectionStrings__Cache.replaceAll("cache.", "redis."),
        ]);
        const said = made({
            Dockerfile: "FROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY . .\n",
            "Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web" />',
            "appsettings.json": '{ "ConnectionStrings": { "Cache": "cache:6379,abortConnect=false" } }',
            "compose.yaml": `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [cache] }
  cache: ${cache}`,
        });
        assert.deepEqual(mends(said), []);
        assert.deepEqual(Object.keys(said.app.services.web.env!), Object.keys(env));
        planned(said);
    });

    it("have to be mended where a list, or a name that no variable surely has, leads to a service", () => {
        for (const text of [
            "spring:\n  cloud:\n    gateway:\n      routes:\n        - uri: http://orders:8000\n",
            "orderService:\n  url: http://orders:8000\n",
        ])
            assert.match(
                mends(
                    made({
                        ...spring,
                        [`${resources}/application.yml`]: text,
                        "compose.yaml": `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [orders] }
  orders: { image: "acme/orders:1", expose: ["8000"] }`,
                    }),
                ).join(),
                /application\.yml:\d leads to orders, a name that only Compose's network knows/,
                text,
            );
    });

    it("have to be mended beside a place in the source that no variable changes, and say nothing of a program of another folder", () => {
        const literal = made({
            ...spring,
            [`${resources}/application.properties`]: "spring.datasource.url=jdbc:postgresql://db/shop\n",
            "src/main/java/Main.java": 'connect("jdbc:postgresql://db:5432/shop");\n',
            "compose.yaml": compose(postgres),
        });
        assert.match(mends(literal).join(), /no variable says where db is, which src\/main\/java\/Main\.java:1 names/);
        const several = made({
            ...spring,
            [`a/${resources}/application.properties`]: "spring.datasource.url=jdbc:postgresql://db/a\n",
            [`b/${resources}/application.properties`]: "spring.datasource.url=jdbc:postgresql://db/b\n",
            "compose.yaml": compose(postgres),
        });
        assert.equal(several.app.services.web.env, undefined);
        assert.match(mends(several).join(), /no variable says where db is/);
    });
});
