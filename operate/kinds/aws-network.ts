import { setting, type Kind } from "./kind";

const vpc = (page: string) => `https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}#${page}:`;
const elb = (page: string) => `https://{region}.console.aws.amazon.com/ec2/home?region={region}#${page}`;
const tagged = "Name=tag:app,Values={app} Name=tag:stack,Values={stack}";
/** EC2 names nothing: its things are known by where they are and what they are tagged with. */
const ec2 = (describe: string, filters: string, ids: string, remove: string, page: string): Kind => ({
    show: `aws ec2 ${describe} --filters ${filters} --query ${ids} --output text`,
    remove: [`aws ec2 ${remove} ID`],
    console: vpc(page),
});
const rule = (direction: "ingress" | "egress"): Kind => ({
    show: `aws ec2 describe-security-group-rules --filters Name=group-id,Values={securityGroupId} --query 'SecurityGroupRules[?IsEgress==\`${direction === "egress"}\` && FromPort==\`{fromPort}\`].SecurityGroupRuleId' --output text`,
    remove: [`aws ec2 revoke-security-group-${direction} --group-id {securityGroupId} --security-group-rule-ids ID`],
    console: vpc("SecurityGroup"),
});

/** Networks, load balancers, names and certificates. */
export const awsNetwork: Record<string, Kind> = {
    "aws:ec2/vpc:Vpc": ec2(
        "describe-vpcs",
        `Name=cidr,Values={cidrBlock} ${tagged}`,
        "Vpcs[].VpcId",
        "delete-vpc --vpc-id",
        "vpcs",
    ),
    "aws:ec2/subnet:Subnet": ec2(
        "describe-subnets",
        "Name=vpc-id,Values={vpcId} Name=cidr-block,Values={cidrBlock}",
        "Subnets[].SubnetId",
        "delete-subnet --subnet-id",
        "subnets",
    ),
    "aws:ec2/internetGateway:InternetGateway": {
        show: `aws ec2 describe-internet-gateways --filters ${tagged} --query InternetGateways[].InternetGatewayId --output text`,
        remove: [
            "aws ec2 detach-internet-gateway --internet-gateway-id ID --vpc-id {vpcId}",
            "aws ec2 delete-internet-gateway --internet-gateway-id ID",
        ],
        console: vpc("igws"),
        note: "the first line fails where it was not attached yet: go on with the second",
    },
    "aws:ec2/routeTable:RouteTable": ec2(
        "describe-route-tables",
        `Name=vpc-id,Values={vpcId} ${tagged}`,
        "RouteTables[].RouteTableId",
        "delete-route-table --route-table-id",
        "RouteTables",
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        show: "aws ec2 describe-route-tables --filters Name=association.subnet-id,Values={subnetId} --query RouteTables[].Associations[].RouteTableAssociationId --output text",
        remove: ["aws ec2 disassociate-route-table --association-id ID"],
        console: vpc("RouteTables"),
    },
    "aws:ec2/route:Route": {
        name: "{destinationCidrBlock}",
        show: "aws ec2 describe-route-tables --route-table-ids {routeTableId} --query RouteTables[].Routes[].DestinationCidrBlock --output text",
        remove: [
            "aws ec2 delete-route --route-table-id {routeTableId} --destination-cidr-block {destinationCidrBlock}",
        ],
        console: vpc("RouteTables"),
    },
    "aws:ec2/eip:Eip": ec2(
        "describe-addresses",
        tagged,
        "Addresses[].AllocationId",
        "release-address --allocation-id",
        "Addresses",
    ),
    "aws:ec2/natGateway:NatGateway": {
        show: "aws ec2 describe-nat-gateways --filter Name=subnet-id,Values={subnetId} Name=state,Values=pending,available --query NatGateways[].NatGatewayId --output text",
        remove: ["aws ec2 delete-nat-gateway --nat-gateway-id ID"],
        console: vpc("NatGateways"),
        note: "its address is free again when it is gone, after some minutes",
    },
    "aws:ec2/flowLog:FlowLog": {
        show: "aws ec2 describe-flow-logs --filter Name=resource-id,Values={vpcId} --query FlowLogs[].FlowLogId --output text",
        remove: ["aws ec2 delete-flow-logs --flow-log-ids ID"],
        console: vpc("vpcs"),
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2(
        "describe-vpc-endpoints",
        "Name=vpc-id,Values={vpcId} Name=service-name,Values={serviceName}",
        "VpcEndpoints[].VpcEndpointId",
        "delete-vpc-endpoints --vpc-endpoint-ids",
        "Endpoints",
    ),
    "aws:ec2/securityGroup:SecurityGroup": {
        name: "{name}",
        ...ec2(
            "describe-security-groups",
            "Name=vpc-id,Values={vpcId} Name=group-name,Values={name}",
            "SecurityGroups[].GroupId",
            "delete-security-group --group-id",
            "SecurityGroups",
        ),
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
        show: "aws ec2 describe-security-groups --filters Name=vpc-id,Values={vpcId} Name=group-name,Values=default --query SecurityGroups[].GroupId --output text",
        remove: [],
        console: vpc("SecurityGroups"),
        again: "every VPC has one, which is taken over",
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("egress"),
    "aws:lb/loadBalancer:LoadBalancer": {
        name: "{name}",
        show: "aws elbv2 describe-load-balancers --names {name} --query LoadBalancers[].LoadBalancerArn --output text",
        remove: ["aws elbv2 delete-load-balancer --load-balancer-arn ID"],
        console: elb("LoadBalancers:search={name}"),
        lift: {
            input: "enableDeletionProtection",
            is: true,
            run: "aws elbv2 modify-load-balancer-attributes --load-balancer-arn ID --attributes Key=deletion_protection.enabled,Value=false",
        },
    },
    "aws:lb/targetGroup:TargetGroup": {
        name: "{name}",
        show: "aws elbv2 describe-target-groups --names {name} --query TargetGroups[].TargetGroupArn --output text",
        remove: ["aws elbv2 delete-target-group --target-group-arn ID"],
        console: elb("TargetGroups:search={name}"),
    },
    "aws:lb/listener:Listener": {
        name: "port {port}",
        show: "aws elbv2 describe-listeners --load-balancer-arn {loadBalancerArn} --query 'Listeners[?Port==`{port}`].ListenerArn' --output text",
        remove: ["aws elbv2 delete-listener --listener-arn ID"],
        console: elb("LoadBalancers:"),
    },
    "aws:lb/listenerRule:ListenerRule": {
        name: "priority {priority}",
        show: 'aws elbv2 describe-rules --listener-arn {listenerArn} --query Rules[?Priority==`"{priority}"`].RuleArn --output text',
        remove: ["aws elbv2 delete-rule --rule-arn ID"],
        console: elb("LoadBalancers:"),
    },
    "aws:route53/record:Record": {
        name: "{name} {type}",
        show: "aws route53 list-resource-record-sets --hosted-zone-id {zoneId} --start-record-name {name} --start-record-type {type} --max-items 1 --query ResourceRecordSets[0] --output json",
        remove: [
            'aws route53 change-resource-record-sets --hosted-zone-id {zoneId} --change-batch \'{"Changes":[{"Action":"DELETE","ResourceRecordSet":ID}]}\'',
        ],
        console: "https://us-east-1.console.aws.amazon.com/route53/v2/hostedzones#ListRecordSets/{zoneId}",
        note: "delete it only if it is the stack's: it leads to the stack's load balancer or CDN",
    },
    "aws:acm/certificate:Certificate": {
        name: "{domainName}",
        show: 'aws acm list-certificates --query CertificateSummaryList[?DomainName==`"{domainName}"`].CertificateArn --output text',
        remove: ["aws acm delete-certificate --certificate-arn ID"],
        console: "https://{region}.console.aws.amazon.com/acm/home?region={region}#/certificates/list",
        note: "an unused one is free; the cloud refuses to delete one that is used",
    },
    "aws:acm/certificateValidation:CertificateValidation": {
        show: "aws acm describe-certificate --certificate-arn {certificateArn} --query Certificate.Status --output text",
        remove: [],
        console: "https://{region}.console.aws.amazon.com/acm/home?region={region}#/certificates/list",
        again: "it only waits for the certificate",
    },
    "aws:cloudfront/distribution:Distribution": {
        show: "aws cloudfront list-distributions --query DistributionList.Items[].[Id,Status,DomainName,Aliases.Items[0]] --output text",
        remove: [
            "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://disabled.json",
            "aws cloudfront wait distribution-deployed --id ID",
            "aws cloudfront delete-distribution --id ID --if-match ETAG",
        ],
        console: "https://us-east-1.console.aws.amazon.com/cloudfront/v4/home#/distributions",
        note: "it must be disabled first, which the console does with one click; by the CLI, `aws cloudfront get-distribution-config --id ID` prints what becomes disabled.json, and the ETAG before each line",
    },
    "aws:cloudfront/originAccessControl:OriginAccessControl": {
        name: "{name}",
        show: 'aws cloudfront list-origin-access-controls --query OriginAccessControlList.Items[?Name==`"{name}"`].Id --output text',
        remove: ["aws cloudfront delete-origin-access-control --id ID --if-match ETAG"],
        console: "https://us-east-1.console.aws.amazon.com/cloudfront/v4/home#/originAccess",
        note: "ETAG is printed by `aws cloudfront get-origin-access-control --id ID`",
    },
    "aws:wafv2/webAcl:WebAcl": {
        name: "{name}",
        show: 'aws wafv2 list-web-acls --scope {scope} --query WebACLs[?Name==`"{name}"`].[Id,LockToken] --output text',
        remove: ["aws wafv2 delete-web-acl --scope {scope} --name {name} --id ID --lock-token TOKEN"],
        console: "https://us-east-1.console.aws.amazon.com/wafv2/homev2/web-acls?region={region}",
        note: "TOKEN is the second word that the line before prints",
    },
    "aws:wafv2/webAclAssociation:WebAclAssociation": setting(
        "aws wafv2 get-web-acl-for-resource --resource-arn {resourceArn}",
        "aws wafv2 disassociate-web-acl --resource-arn {resourceArn}",
        "https://us-east-1.console.aws.amazon.com/wafv2/homev2/web-acls?region={region}",
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": setting(
        "aws wafv2 get-logging-configuration --resource-arn {resourceArn}",
        "aws wafv2 delete-logging-configuration --resource-arn {resourceArn}",
        "https://us-east-1.console.aws.amazon.com/wafv2/homev2/web-acls?region={region}",
    ),
};
