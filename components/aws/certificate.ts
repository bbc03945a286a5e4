import * as acm from "@pulumi/aws/acm";
import * as route53 from "@pulumi/aws/route53";
import type * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { zoneId } from "./dns";

/**
 * A certificate for several names, `*.example.com` among them, the first of which is its own; its parts are called
 * `<name>-certificate`, `<name>-validation` and `<name>-validated`.
 * @returns its ARN once it is issued: the validation records are in the domain's zone, and ACM has seen them
 */
export function certificate(
    name: string,
    { domain, names, region }: { domain: topology.Domain; names: string[]; region?: string },
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const [domainName, ...others] = names;
    const requested = new acm.Certificate(
        `${name}-certificate`,
        {
            domainName,
            subjectAlternativeNames: others.length ? others : undefined,
            validationMethod: "DNS",
            region,
        },
        { parent },
    );
    const zone = zoneId(domain, parent);
    // ACM asks for the same record for `*.example.com` and `example.com`, and gives what it asks for in any order.
    const records = [...new Set(names.map(provenBy))].map((base, index) => {
        const option = requested.domainValidationOptions.apply(
            (options) => options.filter(({ domainName }) => provenBy(domainName) === base)[0],
        );
        return new route53.Record(
            index ? `${name}-validation-${base.replaceAll(".", "-")}` : `${name}-validation`,
            {
                zoneId: zone,
                name: option.resourceRecordName,
                type: option.resourceRecordType,
                records: [option.resourceRecordValue],
                ttl: 300,
                // Two certificates for one name share their record.
                allowOverwrite: true,
            },
            { parent },
        );
    });
    const validation = new acm.CertificateValidation(
        `${name}-validated`,
        { certificateArn: requested.arn, validationRecordFqdns: records.map(({ fqdn }) => fqdn), region },
        { parent },
    );
    return validation.certificateArn;
}

/** The name whose record proves a name: a wildcard's is the one beneath which it stands. */
const provenBy = (name: string): string => name.replace(/^\*\./, "");
