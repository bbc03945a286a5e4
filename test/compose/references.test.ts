import assert from "node:assert/strict";

import { clouds } from "../../topology/app";
import { mends, oneService, reasons, resolved } from "./importing";

const stores = {
    db: {
        image: "postgres:16",
        environment: { POSTGRES_DB: "shop", POSTGRES_USER: "shop", POSTGRES_PASSWORD: "hunter2" },
    },
    redis: { image: "redis:7" },
    back: { image: "registry.example.com/back:1", expose: ["9000"] },
};
/** What a service with these variables gets, beside those stores. */
function read(environment: Record<string, string>, others: object = stores) {
    const made = oneService({ environment }, others);
    return { ...made, env: made.app.services.api.env, service: made.app.services.api };
}
/** Its mends, without those of parts that it does not use. */
const faults = (environment: Record<string, string>, others?: object) =>
    mends(read(environment, others)).filter((line) => line.includes("services.api."));

describe("Variables of an image", () => {
    it("become references, the whole set of them, whatever they are called", () => {
        for (const [prefix, names] of Object.entries({
            WORDPRESS_DB_: ["HOST", "USER", "PASSWORD", "NAME"],
            POSTGRES_: ["HOST", "USER", "PASSWORD", "DB"],
            PG: ["HOST", "USER", "PASSWORD", "DATABASE"],
            SQL_: ["HOST", "USER", "PASSWORD", "DATABASE"],
            GITEA__database__: ["HOST", "USER", "PASSWD", "NAME"],
            DB_POSTGRESDB_: ["HOST", "USER", "PASSWORD", "DATABASE"],
            MB_DB_: ["HOST", "USER", "PASS", "DBNAME"],
        })) {
            const values = ["db", "shop", "hunter2", "shop"];
            const made = read(Object.fromEntries(names.map((name, index) => [`${prefix}${name}`, values[index]])));
            const [part] = Object.keys(made.app.databases!);
            const expected = ["host", "user", "password", "name"].map((field) => `\${${part}.${field}}`);
            // What the contract gives under that very name needs no word.
            for (const [index, name] of names.entries())
                assert.ok(
                    [expected[index], undefined].includes(made.env?.[`${prefix}${name}`]),
                    `${prefix}${name}: ${made.env?.[`${prefix}${name}`]}`,
                );
            assert.deepEqual(made.service.uses, [part]);
            assert.equal(made.service.secrets, undefined);
            assert.doesNotMatch(JSON.stringify(made.app), /hunter2/);
            for (const cloud of clouds) resolved(made.app, cloud);
        }
        const { env } = read({
            WORDPRESS_DB_HOST: "db:5432",
            WORDPRESS_DB_USER: "shop",
            WORDPRESS_DB_PASSWORD: "hunter2",
            WORDPRESS_DB_NAME: "shop",
            WORDPRESS_DB_SSLMODE: "disable",
            WORDPRESS_DB_SSL: "false",
        });
        assert.deepEqual(env, {
            WORDPRESS_DB_HOST: "${db.host}:${db.port}",
            WORDPRESS_DB_USER: "${db.user}",
            WORDPRESS_DB_PASSWORD: "${db.password}",
            WORDPRESS_DB_NAME: "${db.name}",
            WORDPRESS_DB_SSLMODE: "${db.sslmode}",
            WORDPRESS_DB_SSL: "${db.tls}",
        });
    });

    it("are URLs in every language's form", () => {
        for (const [value, meant] of [
            ["postgres://shop:hunter2@db:5432/shop", undefined],
            ["postgresql://shop:hunter2@db/shop?sslmode=disable", undefined],
            ["postgresql://shop:hunter2@db/shop?schema=public", "${db.url}&schema=public"],
            [
                "postgresql+asyncpg://shop:hunter2@db:5432/shop",
                "postgresql+asyncpg://${db.user}:${db.password}@${db.host}:${db.port}/${db.name}?ssl=${db.sslmode}",
            ],
            [
                "postgis://shop:hunter2@db/shop",
                "postgis://${db.user}:${db.password}@${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
            ],
            ["postgres://db/shop?sslmode=disable&user=shop&password=hunter2&timezone=UTC", "${db.url}&timezone=UTC"],
            [
                "jdbc:postgresql://db:5432/shop?user=shop&password=hunter2&ssl=false",
                "jdbc:postgresql://${db.host}:${db.port}/${db.name}?user=${db.user}&password=${db.password}&sslmode=${db.sslmode}",
            ],
            [
                "host=db user=shop password=hunter2 dbname=shop sslmode=disable TimeZone=UTC",
                "host=${db.host} user=${db.user} password=${db.password} dbname=${db.name} sslmode=${db.sslmode} TimeZone=UTC",
            ],
            [
                "Host=db;Port=5432;Database=shop;Username=shop;Password=hunter2",
                "Host=${db.host};Port=${db.port};Database=${db.name};Username=${db.user};Password=${db.password}",
            ],
        ] as const) {
            const made = read({ DATABASE_URL: value });
            assert.deepEqual(Object.keys(made.app.databases!), ["db"]);
            assert.equal(made.env?.DATABASE_URL, meant, value);
            assert.doesNotMatch(JSON.stringify(made.app), /hunter2/);
            assert.deepEqual(faults({ DATABASE_URL: value }), []);
            for (const cloud of clouds) resolved(made.app, cloud);
        }
        const spring = read({
            SPRING_DATASOURCE_URL: "jdbc:postgresql://db:5432/shop",
            SPRING_DATASOURCE_USERNAME: "shop",
            SPRING_DATASOURCE_PASSWORD: "hunter2",
        });
        assert.deepEqual(spring.env, {
            SPRING_DATASOURCE_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
            SPRING_DATASOURCE_USERNAME: "${db.user}",
            SPRING_DATASOURCE_PASSWORD: "${db.password}",
        });
        assert.equal(spring.service.secrets, undefined);
    });

    it("that say where alone, and not who asks, ask for the user and the password", () => {
        assert.match(
            faults({ MYSQL_URL: "jdbc:postgresql://db:5432/shop" }).join(),
            /MYSQL_URL: no variable has the password of \w+: say .*; no variable has the user/,
        );
        assert.deepEqual(
            faults({ PG_JDBC_URL: "jdbc:postgresql://db/shop", PG_USER: "shop", PG_PASSWORD: "hunter2" }),
            [],
        );
    });

    it("about TLS say what the database wants; an administrator's password is nobody else's, whatever it is", () => {
        const { env, service } = read({
            SHOP_DATABASE_URL: "ecto://shop:hunter2@db/shop",
            REQUIRE_DB_SSL: "false",
            SHOP_ADMIN_PASSWORD: "hunter2",
        });
        assert.equal(env!.REQUIRE_DB_SSL, `\${${service.uses![0]}.tls}`);
        assert.deepEqual(service.secrets, ["SHOP_ADMIN_PASSWORD"]);
    });

    it("of a cache say its database, and ask for what nobody says", () => {
        assert.deepEqual(read({ BROKER: "redis://redis:6379/0", RESULTS: "redis://redis/1" }).env, {
            BROKER: "${redis.url}",
            RESULTS: "${redis.url}/1",
        });
        assert.match(
            faults({ QUEUE_BULL_REDIS_HOST: "redis" }).join(),
            /QUEUE_BULL_REDIS_HOST: no variable has the password of redis: say .* as \$\{redis.password\}/,
        );
        const two = { REDIS_URL: "redis://redis", QUEUE_HOST: "redis" };
        assert.deepEqual(read(two).env, { QUEUE_HOST: "${redis.host}" });
        assert.match(
            faults({ A_HOST: "redis", B_URL: "http://redis:6379" }).join(),
            /http is not known to lead to redis/,
        );
    });

    it("of memcached say its servers, and ask for no password", () => {
        const made = read(
            {
                MEMCACHED_HOST: "memcached",
                MEMCACHED_PORT: "11211",
                MEMCACHE_SERVERS: "memcached:11211",
                CACHE_LOCATION: "memcached:11211",
                CACHE_URL: "memcached://memcached:11211",
                OTHER_URL: "memcache://memcached:11211/?timeout=1",
            },
            { memcached: { image: "memcached:1.6-alpine", command: ["-m", "64"] } },
        );
        assert.deepEqual(made.app.caches, { memcached: { engine: "memcached" } });
        // MEMCACHED_HOST and MEMCACHED_PORT are what the contract gives.
        assert.deepEqual(made.env, {
            MEMCACHE_SERVERS: "${memcached.servers}",
            CACHE_LOCATION: "${memcached.host}:${memcached.port}",
            CACHE_URL: "${memcached.url}",
            OTHER_URL: "memcache://${memcached.servers}/?timeout=1",
        });
        assert.deepEqual(made.service.uses, ["memcached"]);
        assert.deepEqual(mends(made), []);
        assert.match(reasons(made, "services.memcached.image"), /without a password and without TLS.*2029/);
        for (const cloud of clouds) resolved(made.app, cloud);
    });

    it("that lead to another database of the server are not mapped in part", () => {
        assert.match(
            faults({
                MAIN_URL: "postgres://shop:hunter2@db/shop",
                DATABASE_URL: "postgres://shop:hunter2@db/other",
            }).join(),
            /leads to the database other of db, which has only shop here/,
        );
        assert.match(
            faults({
                MAIN_URL: "postgres://shop:hunter2@db/shop",
                X_HOST: "db",
                X_NAME: "other",
                X_PASSWORD: "hunter2",
            }).join(),
            /X_NAME: leads to the database other/,
        );
    });

    it("outside the set say the server's own user and password", () => {
        const { env, service } = read({
            DB_SERVER_HOST: "db",
            POSTGRES_USER: "shop",
            POSTGRES_PASSWORD: "hunter2",
            ADMIN_PASSWORD: "hunter2",
        });
        const [part] = service.uses!;
        assert.equal(env!.POSTGRES_USER, `\${${part}.user}`);
        assert.equal(env!.POSTGRES_PASSWORD, `\${${part}.password}`);
        assert.deepEqual(service.secrets, ["ADMIN_PASSWORD"]);
    });

    it("that call a service say where, at its first port alone", () => {
        assert.deepEqual(read({ UPSTREAM: "http://back:9000/v1", BACK_URL: "http://back:9000" }).env, {
            UPSTREAM: "${back.url}/v1",
        });
        assert.deepEqual(read({ UPSTREAM: "http://back:9000" }).service.calls, ["back"]);
        assert.match(faults({ UPSTREAM: "http://back:9001" }).join(), /calls back at 9001: .* first port, 9000/);
        assert.match(faults({ BACK_HOST: "back" }).join(), /called by HTTP, at \$\{back\.url\}/);
    });

    it("are a host in a URL or under a host's name alone", () => {
        const { env, service } = read({ STORAGE: "db", MODE: "redis", NAME: "back" });
        assert.deepEqual(env, { STORAGE: "db", MODE: "redis", NAME: "back" });
        assert.equal(service.calls, undefined);
    });

    it("with a ${ of their own keep it", () => {
        assert.deepEqual(read({ FORMAT: "$${level} $$5" }).env, { FORMAT: "$${level} $5" });
    });

    it("mapped by parts make TLS optional, where none of them is about it", () => {
        const parts = { MY_DB_HOST: "db", MY_DB_USER: "shop", MY_DB_PASSWORD: "hunter2", MY_DB_NAME: "shop" };
        const tls = (more: object) => Object.values(read({ ...parts, ...more }).app.databases!).map((each) => each.tls);
        assert.deepEqual(tls({}), ["optional"]);
        assert.deepEqual(tls({ MY_DB_SSL: "no" }), [undefined]);
    });

    it("are those that the image has beside a contract's own names, too: REDIS_HOST_PASSWORD of Nextcloud", () => {
        const { env } = read({ REDIS_HOST: "redis", REDIS_HOST_PASSWORD: "hunter2" });
        assert.deepEqual(env, { REDIS_HOST_PASSWORD: "${redis.password}" });
    });

    it("are told by what the store was given, where they begin as its host's does", () => {
        const { env } = read({
            SHOP_DATABASE_HOST: "db",
            SHOP_DATABASE: "shop",
            SHOP_USER: "shop",
            SHOP_PASSWORD: "hunter2",
            OTHER_PASSWORD: "hunter2",
        });
        assert.deepEqual(env, {
            SHOP_DATABASE_HOST: "${db.host}",
            SHOP_DATABASE: "${db.name}",
            SHOP_USER: "${db.user}",
            SHOP_PASSWORD: "${db.password}",
        });
    });
});
