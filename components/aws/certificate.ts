import * as acm from "@pulumi/aws/acm";
import type * as pulumi from "@pulumi/pulumi";

import { hostAliases } from "../hosts";
import type * as roles from "../roles";

/**
 * A certificate for several names, `*.example.com` among them, the first of which is its own; its parts are called
 * `<name>-certificate` and `<name>-validated`. Another name is another certificate: it is issued before anything takes it,
 * and the old one goes last.
 * @returns its ARN once it is issued: the records that prove its names are in the zone, and ACM has seen them
 */
export function certificate(
    name: string,
    { dns, names, region }: { dns: roles.Dns; names: string[]; region?: string },
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const [domainName] = names;
    const requested = new acm.Certificate(
        `${name}-certificate`,
        {
            domainName,
            // With its own, as ACM lists them: left out, the provider would take the last one's removal for no change.
            subjectAlternativeNames: names,
            validationMethod: "DNS",
            region,
        },
        { parent },
    );
    // ACM asks for the same record for `*.example.com` and `example.com`, and gives what it asks for in any order.
    const bases = [...new Set(names.map(provenBy))];
    const records = bases.map((base) => {
        const record = requested.domainValidationOptions.apply((options) => {
            const { resourceRecordName, resourceRecordType, resourceRecordValue } = options.filter(
                ({ domainName }) => provenBy(domainName) === base,
            )[0];
            return { name: resourceRecordName, type: resourceRecordType, data: resourceRecordValue };
        });
        return dns.prove(base, record, hostAliases(`${name}-validation`, base, bases, { parent }));
    });
    const validation = new acm.CertificateValidation(
        `${name}-validated`,
        { certificateArn: requested.arn, validationRecordFqdns: records, region },
        { parent },
    );
    return validation.certificateArn;
}

/** The name whose record proves a name: a wildcard's is the one beneath which it stands. */
const provenBy = (name: string): string => name.replace(/^\*\./, "");
