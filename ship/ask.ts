import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

import type { SmokeRequest } from "../topology/smoke";

/** How a smoke request is sent. */
export interface Sending {
    /** The host name to ask for, where the URL has another. */
    host?: string;
    headers?: Record<string, string>;
    /** Milliseconds for all of the answer. */
    timeout: number;
}

/**
 * What is wrong with an answer; undefined when it is good. Redirects are answers like others.
 * Rejects where there is none.
 */
export function ask(
    url: URL,
    { status, contains }: Pick<SmokeRequest, "status" | "contains">,
    { host, headers, timeout }: Sending,
): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
        const named = host === undefined ? {} : { servername: host };
        const sent = { ...headers, ...(host !== undefined && { host }) };
        const send = url.protocol === "https:" ? requestHttps : requestHttp;
        const request = send(url, { ...named, headers: sent, agent: false }, (response) => {
            let body = "";
            response.setEncoding("utf8").on("data", (data: string) => (body += data));
            response.on("error", reject);
            response.on("end", () => {
                if (response.statusCode !== status) resolve(`${response.statusCode} instead of ${status}`);
                else
                    resolve(
                        contains && !body.includes(contains)
                            ? `${status}, without ${JSON.stringify(contains)}`
                            : undefined,
                    );
            });
        });
        const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout / 1000} s`)), timeout);
        request.on("close", () => clearTimeout(timer));
        request.on("error", reject);
        request.end();
    });
}

/** Why nothing answered, in a word. */
export const reasonOf = ({ code, message }: NodeJS.ErrnoException): string => (message || code) ?? "no answer";

/** Where a smoke request goes: the stack's URL, or that of a service's own host. */
export function placed(base: URL, { host, path }: Pick<SmokeRequest, "host" | "path">): URL {
    const at = new URL(path, base);
    if (host !== undefined) at.hostname = host;
    return at;
}
