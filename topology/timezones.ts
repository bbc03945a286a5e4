import { nearest } from "./suggest";

/**
 * What is wrong with an IANA time zone, in words of what is allowed; undefined if nothing is. Only a name other than UTC
 * is looked up: Intl is slow to start.
 */
export function timeZoneFault(timeZone: string): string | undefined {
    if (timeZone === "UTC") return undefined;
    const known = canonical(timeZone);
    if (known === undefined) {
        const meant = nearest(timeZone, Intl.supportedValuesOf("timeZone"));
        return `${meant ? `did you mean ${meant}? ` : ""}an IANA time zone such as Asia/Tokyo`;
    }
    // An alias is known by another name; one that differs in its capitals alone is misspelt, and the clouds refuse it.
    return known !== timeZone && known.toLowerCase() === timeZone.toLowerCase() ? `did you mean ${known}?` : undefined;
}

const looked = new Map<string, string | undefined>();

/** The name by which the zone is known here; undefined if it is not. */
function canonical(timeZone: string): string | undefined {
    if (!looked.has(timeZone)) looked.set(timeZone, look(timeZone));
    return looked.get(timeZone);
}

function look(timeZone: string): string | undefined {
    try {
        return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
    } catch {
        return undefined;
    }
}
