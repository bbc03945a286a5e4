import assert from "node:assert/strict";

import { docker } from "./docker";

/**
 * Follows every variable of the contract that a service's container has, from beside it, with a client of its kind: fails if
 * one leads nowhere. @returns the names that were followed
 */
export async function variablesLead(container: string, network: string): Promise<Set<string>> {
    const listed = JSON.parse(await docker("inspect", "--format", "{{json .Config.Env}}", container)) as string[];
    const env = new Map(
        listed.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    );
    const followed = new Set<string>();
    const beside = (image: string, ...command: string[]) => {
        const variables = [...env].filter(([key]) => key.startsWith("AWS_"));
        const asked = variables.flatMap(([key, value]) => ["--env", `${key}=${value}`]);
        return docker("run", "--rm", "--network", network, ...asked, image, ...command);
    };
    const value = (name: string): string => {
        followed.add(name);
        assert.ok(env.get(name), name);
        return env.get(name)!;
    };
    for (const [name, url] of env) {
        const prefix = name.replace(/_URL$/, "");
        if (url.startsWith("postgresql://")) {
            const table = "CREATE TEMP TABLE t AS SELECT 42 AS x; SELECT x FROM t";
            assert.match(await beside("postgres:15-alpine", "psql", "-qtAc", table, value(name)), /^42$/m);
            const database = name === "DATABASE_URL" ? "DB" : prefix;
            const [host, port, user, password, base] = ["HOST", "PORT", "USER", "PASSWORD", "NAME"].map((part) =>
                value(`${database}_${part}`),
            );
            const parts = `postgresql://${user}:${password}@${host}:${port}/${base}`;
            assert.match(await beside("postgres:15-alpine", "psql", "-qtAc", table, parts), /^42$/m);
            if (env.has(`${database}_REPLICA_HOST`)) value(`${database}_REPLICA_HOST`);
        } else if (url.startsWith("redis://")) {
            // By its parts: redis-cli alone of all clients takes the empty user of such a URL for one.
            const cli = (host: string, port: string, password: string, ...command: string[]) => {
                const client = ["redis-cli", "-h", host, "-p", port, "--no-auth-warning", "-a", password];
                return beside("redis:7-alpine", ...client, ...command);
            };
            const at = new URL(value(name));
            assert.equal(await cli(at.hostname, at.port, at.password, "SET", "leads", "here"), "OK");
            const [host, port, password] = ["HOST", "PORT", "PASSWORD"].map((part) => value(`${prefix}_${part}`));
            assert.equal(await cli(host, port, password, "GET", "leads"), "here");
        } else if (url.startsWith("dynamodb://")) {
            assert.equal(new URL(value(name)).hostname, value(`${prefix}_TABLE`));
            const table = ["--table-name", value(`${prefix}_TABLE`), "--output", "text"];
            const status = ["dynamodb", "describe-table", ...table, "--query", "Table.TableStatus"];
            assert.equal(await beside("amazon/aws-cli:2.27.9", ...status), "ACTIVE");
        } else if (url.startsWith("file://")) {
            assert.ok(value(`${prefix}_BUCKET`));
            await docker("exec", container, "touch", `${new URL(value(name)).pathname}/leads`);
        } else if (/^http:\/\//.test(url) && name.endsWith("_URL")) {
            const script = `fetch(${JSON.stringify(`${value(name)}/health`)}).then(({ status }) => console.log(status))`;
            assert.equal(await beside("node:22-alpine", "node", "-e", script), "200");
        } else if (name.endsWith("_PATH") && url.startsWith("/")) {
            const file = `${value(name)}/leads`;
            await docker("exec", container, "touch", file);
            assert.match(await docker("exec", container, "ls", file), /leads/);
        }
    }
    // AWS's own names for the local table, which the client above was asked by; and the port that is asked from outside.
    return new Set([...followed].filter((name) => !name.startsWith("AWS_")));
}
