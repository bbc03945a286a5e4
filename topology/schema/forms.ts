import { z } from "zod";

import { cidrFault } from "../cidr";

/** Text of a form; the words that say which are also its description, for whoever wrote something else. */
export const text = (form: RegExp, allowed: string) => z.string().regex(form, allowed).describe(allowed);

/** Lower-case words joined by hyphens: what both clouds accept inside the names of resources. */
export const Name = text(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "lower-case letters, digits and single hyphens, beginning with a letter",
);
export const EnvironmentVariable = text(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "letters, digits and underscores, not beginning with a digit",
);
export const Port = z.int().min(1).max(65535);
export const Cidr = z
    .string()
    .superRefine((range, context) => {
        const message = cidrFault(range);
        if (message) context.addIssue({ code: "custom", message });
    })
    .describe("an IPv4 range such as 10.0.1.0/24");
/**
 * Refuse to delete a part and what is in it. Lifted for one part (`false`), then `up`, that part alone may be taken out of
 * the app. Default: the app's own `deletionProtection`.
 */
export const DeletionProtection = z.boolean().optional();
export const Percent = z.number().min(1).max(100);
export const Email = text(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "an e-mail address");
export const Hostname = text(
    /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "a host name such as todo.example.com",
);
/** A host name, or all names of one level beneath one: `*.example.com`. */
export const CertificateName = text(
    /^(?=.{1,253}$)(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "a host name such as api.example.com, or *.example.com",
);
export const Path = text(/^\/\S*$/, "a path that begins with /");
/** Which requests a route takes, or a rule spares. */
export const RoutePath = text(/^\/([\w.~-]+\/)*(\*|[\w.~-]+)?$/, "a path such as /api or a prefix such as /api/*");
export const TimeOfDay = text(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 08:00");
export const TimeZone = text(/^(UTC|[A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/, "an IANA time zone such as Asia/Tokyo");
export const Cron = text(
    /^\S+( \S+){4}$/,
    "five fields of cron: minute, hour, day of month, month, day of week, such as 0 3 * * 1-5",
);
/** A moment in UTC, as RFC 3339 writes it. */
export const Moment = z
    .string()
    .refine(
        (moment) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(moment) && !Number.isNaN(Date.parse(moment)),
        "a moment in UTC such as 2026-01-31T03:14:00Z",
    )
    .describe("a moment in UTC such as 2026-01-31T03:14:00Z");
export const Attribute = text(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "letters, digits and underscores, up to 63");
export const ParameterName = text(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$/, "a parameter's name such as work_mem");
export const Country = text(/^[A-Z]{2}$/, "an ISO 3166 country code such as JP");
/** An image in a registry. Which ones an environment takes is a rule (`topology/images.ts`). */
export const ImageReference = text(
    /^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/,
    "an image such as registry/name@sha256:…",
);
