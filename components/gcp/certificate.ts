import { setTimeout } from "node:timers/promises";

import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as pulumi from "@pulumi/pulumi";

import { hostAliases, longestOnGcp, namedByHost } from "../hosts";
import type * as roles from "../roles";

/** Seconds between two looks at a certificate, and until `up` gives up: as long as the AWS provider waits for one of ACM. */
const every = 10;
const most = 75 * 60;

/**
 * A certificate map with a certificate for each name, `*.example.com` among them, the first of which answers whoever asks for a
 * name that is not in it. A name comes and goes without touching the others. Certificate Manager proves names by DNS records,
 * so that a certificate is issued before traffic depends on it; the older managed certificates are issued only once DNS points
 * to the load balancer, and replacing one takes HTTPS down until then.
 * @returns id of the certificate map
 */
export function certificateMap(
    name: string,
    { dns, names }: { dns: roles.Dns; names: string[] },
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const bases = [...new Set(names.map(provenBy))];
    const proofs = new Map(bases.map((base) => [base, proof(name, base, bases, dns, parent)]));
    const map = new certificatemanager.CertificateMap(`${name}-certificates`, {}, { parent });
    const entries = names.map((hostname, index) => {
        const certificate = new certificatemanager.Certificate(
            namedByHost(`${name}-certificate`, hostname, longestOnGcp),
            { managed: { domains: [hostname], dnsAuthorizations: [proofs.get(provenBy(hostname))!] } },
            // An earlier version had one for all names: it goes when this one, which takes its place, is issued.
            { parent, aliases: index ? [] : [{ name: `${name}-certificate` }] },
        );
        return { hostname, certificates: [issued(hostname, certificate.id, parent)] };
    });
    const made = entries.map(
        ({ hostname, certificates }) =>
            new certificatemanager.CertificateMapEntry(
                namedByHost(`${name}-certificates`, hostname, longestOnGcp),
                { map: map.name, hostname, certificates },
                { parent },
            ),
    );
    const [{ certificates }] = entries;
    const primary = new certificatemanager.CertificateMapEntry(
        `${name}-certificates`,
        // Who asks for no name, or another, gets the first, as from a load balancer of AWS. It moves after the names have their own.
        { map: map.name, matcher: "PRIMARY", certificates },
        { parent, dependsOn: made },
    );
    return pulumi.all([map.id, primary.map]).apply(([id]) => id);
}

/** The authorization of a name, which is one for `*.name` too, and the record that it asks for. */
function proof(name: string, base: string, bases: string[], dns: roles.Dns, parent: pulumi.Resource) {
    const called = namedByHost(`${name}-proof`, base, longestOnGcp);
    const aliases = hostAliases(`${name}-proof`, base, bases, { longest: longestOnGcp });
    const authorization = new certificatemanager.DnsAuthorization(called, { domain: base }, { parent, aliases });
    const formerly = hostAliases(`${name}-proof`, base, bases, { parent });
    const proven = dns.prove(base, authorization.dnsResourceRecords[0], formerly);
    // By way of the record: a certificate waits for it.
    return pulumi.all([authorization.id, proven]).apply(([id]) => id);
}

/**
 * A certificate's id once it is issued, as on AWS: the provider waits only until it is asked for, and a load balancer has nothing
 * to show for a name until then. Throws when that does not happen; a rerun waits on.
 */
function issued(hostname: string, certificate: pulumi.Output<string>, parent: pulumi.Resource) {
    return certificate.apply(async (id) => {
        if (pulumi.runtime.isDryRun()) return id;
        const look = async (): Promise<Issuance> => {
            const { certificates } = await certificatemanager.getCertificates({ filter: `name:${id}` }, { parent });
            const [managed] = certificates.find((found) => `/${id}`.endsWith(`/${found.name}`))?.manageds ?? [];
            const { state, provisioningIssues: issues = [], authorizationAttemptInfos: attempts = [] } = managed ?? {};
            return { state, why: [...issues, ...attempts].map(({ details }) => details).find(Boolean) };
        };
        await untilIssued(hostname, look, {
            tell: () => void pulumi.log.info(`waiting for the certificate of ${hostname} to be issued`, parent),
        });
        return id;
    });
}

/** How far a certificate is: its state (`PROVISIONING`, `ACTIVE`, `FAILED`), and what Google says is in the way. */
interface Issuance {
    state?: string;
    why?: string;
}

/**
 * Looks every ten seconds until a certificate is `ACTIVE`, for 75 minutes at most.
 * @param tell is called once, when there is something to wait for
 * @param pause waits for so many milliseconds
 * @throws RunError that says what to look at, when it failed or the time is over
 */
export async function untilIssued(
    hostname: string,
    look: () => Promise<Issuance>,
    { tell, pause = setTimeout }: { tell: () => void; pause?: (milliseconds: number) => Promise<unknown> },
): Promise<void> {
    for (let waited = 0; ; waited += every) {
        const { state = "not there", why } = await look();
        if (state === "ACTIVE") return;
        if (state === "FAILED" || waited >= most)
            throw new pulumi.RunError(
                `the certificate of ${hostname} is ${state}${state === "FAILED" ? "" : ` after ${most / 60} minutes`}, not ACTIVE${why ? ` (${why})` : ""}. ` +
                    "Do the registrar's name servers lead to the zone, and does no CAA record forbid Google (pki.goog)? " +
                    "Look with `gcloud certificate-manager certificates list`, then run `pulumi up` again",
            );
        if (!waited) tell();
        await pause(every * 1000);
    }
}

/** The name whose record proves a name: a wildcard's is the one beneath which it stands. */
const provenBy = (name: string): string => name.replace(/^\*\./, "");
