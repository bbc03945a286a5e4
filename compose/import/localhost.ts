import type { Around } from "./around";
import { pointsAt } from "./values";

/** Values that lead to the machine that Compose runs on. */

/** Whether a value is the address of a store on one's own machine. */
export const isStoreHere = (variable: string, value: string): boolean => {
    const { scheme = "", host = "" } = pointsAt(variable, value) ?? {};
    return (
        /^(jdbc:)?(postgres|postgresql|mysql|mariadb|rediss?|memcached)(\+\w+)?$/.test(scheme) &&
        /^(localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(host)
    );
};

/** Where a value leads that means a developer's machine, or what is reached there. */
export function elsewhere(value: string, { published, from, note, mend }: Around, at: (string | number)[]): void {
    if (/(^|[/@,\s])(host|gateway)\.docker\.internal(?=$|[:/,\s])/i.test(value))
        mend(at, "leads to the machine that Compose runs on, which no cloud has: give it another value");
    const [address, port] = /^(?:http|ws)s?:\/\/(?:localhost|127\.0\.0\.1)(?::(\d+))?(?=[/?#]|$)/i.exec(value) ?? [];
    const shown = port === undefined ? (published.get(80) ?? from) : published.get(Number(port));
    const service = address === undefined ? undefined : shown;
    if (service !== undefined)
        note(
            at,
            `is where ${service === from ? "it" : service} is found on one's own machine: say where everybody finds the app`,
        );
    if (/^(localhost|127\.0\.0\.1)(:\d+)?$/i.test(value) && ownHost.test(String(at.at(-1))))
        note(at, `is one's own machine: say the host at which everybody finds the app`);
    else if (
        /^(localhost|127\.0\.0\.1)$/i.test(value) &&
        /^(APP_|SERVER_)?(HOST|ADDRESS|BIND|LISTEN)(_ADDRESS)?$/i.test(String(at.at(-1)))
    )
        note(
            at,
            "is one's own machine: where the program listens there nobody reaches it, 0.0.0.0 is everywhere; if it is the host at which people find the app, say that",
        );
    if (/^(\/Users\/|[A-Z]:\\)/.test(value))
        mend(at, `${value} is a folder of somebody's own machine: give it another value`);
    if (/^(localhost|127\.0\.0\.1)$/i.test(value) && mailServer.test(String(at.at(-1))))
        note(at, "is the container itself, in which no mail server is: say yours, or leave it out");
}

/** Variables that say by which host people find an app: not where it listens, nor where a store is. */
const ownHost =
    /(^|_)DOMAINS?(_NAME)?$|(^|_)SERVER_NAME$|(^|_)(URL|APP|SITE|WEB|PUBLIC|EXTERNAL|VIRTUAL|FRONTEND|COOKIE)_HOST(NAME)?$|(^|_)(BACKEND|FRONTEND|APP|SITE|BASE|ROOT|PUBLIC|EXTERNAL|SERVER)_UR[LI]$/i;
const mailServer = /(^|_)(SMTP|MAIL|EMAIL|MAILER)_(SMTP_)?(HOST|SERVER|ADDRESS)$|(^|_)SMTP_SERVER$|^MAIL_HOST$/i;

/** Names of the file's services within a longer value, as in a list of addresses, which only Compose's network knows. */
export function sayNames(
    variable: string,
    value: string,
    { from, services, backings, left, note, mend }: Around,
    at: (string | number)[],
): void {
    const found = [
        ...value.matchAll(
            /(?:\/\/(?:[^@/\s,]*@)?|(?:^|[\s,;=]))([a-z][\w.-]*)(?=:\d{2,5}\b|(?<=\/\/[\w.-]*)[/,\s]|$)/gi,
        ),
    ];
    const named = found
        .map(([, host]) => host)
        .find((host) => host !== from && (services.has(host) || backings.has(host) || left.has(host)));
    if (named === undefined || !/:\/\/|:\d{2,5}\b/.test(value)) return;
    const says = `names ${named}, which only Compose's network knows`;
    if (/CORS|ORIGIN|ALLOWED|TRUSTED|NO_PROXY/i.test(variable)) note(at, `${says}: say where everybody finds it`);
    else
        mend(
            at,
            `${says}: give it a reference, such as \${${services.get(named) ?? backings.get(named)?.name ?? named}.url}`,
        );
}
