#!/usr/bin/env python3
"""Looks the policies of an account's stack over, as IAM would read them.

    pip install parliament botocore
    npx --no twinstack plan -s account --json | python3 scripts/check-policies.py

Every action must be one of parliament's (AWS's service reference), and be named after an operation of botocore's models, or be
known to have none. What parliament finds beyond what is accepted here, with its reason, fails.
"""

import json
import re
import sys

import botocore.session
import parliament

# Newer than parliament's list of 2025-04; botocore has the operation.
NEWER = {"ecs:StopServiceDeployment"}
# Actions that are no operation of the service's API, but let something happen behind one.
NO_OPERATION = {
    "cloudfront:AllowVendedLogDeliveryForResource",
    "codeconnections:PassConnection",
    "codeconnections:UseConnection",
    "codestar-connections:PassConnection",
    "codestar-connections:UseConnection",
    "dynamodb:ConditionCheckItem",
    "iam:PassRole",
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientRootAccess",
    "elasticfilesystem:ClientWrite",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:UpdateLogDelivery",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
    "s3:ReplicateDelete",
    "s3:ReplicateObject",
    "s3:ReplicateTags",
    "s3:DeleteObjectVersion",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "xray:GetSamplingStatisticSummaries",
}
# The operation behind an action of another name.
OPERATION = {
    "s3:GetAccelerateConfiguration": "GetBucketAccelerateConfiguration",
    "s3:GetBucketCORS": "GetBucketCors",
    "s3:GetBucketObjectLockConfiguration": "GetObjectLockConfiguration",
    "s3:GetBucketPublicAccessBlock": "GetPublicAccessBlock",
    "s3:GetEncryptionConfiguration": "GetBucketEncryption",
    "s3:GetLifecycleConfiguration": "GetBucketLifecycleConfiguration",
    "s3:GetReplicationConfiguration": "GetBucketReplication",
    "s3:GetObjectVersion": "GetObject",
    "s3:ListBucket": "ListObjectsV2",
    "s3:ListBucketVersions": "ListObjectVersions",
    "s3:PutBucketPublicAccessBlock": "PutPublicAccessBlock",
    "s3:PutEncryptionConfiguration": "PutBucketEncryption",
    "s3:PutLifecycleConfiguration": "PutBucketLifecycleConfiguration",
    "s3:PutReplicationConfiguration": "PutBucketReplication",
    "elasticloadbalancing:SetWebAcl": "DescribeLoadBalancers",
}
MODEL = {
    "application-autoscaling": "application-autoscaling",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
}
# Tags of buckets are S3 Control's since 2025.
OF_CONTROL = {"s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"}
ACCEPTED = {
    # What has no name of its own, or is only read: grants.ts says which.
    "RESOURCE_STAR",
    # AWS's own guide compares iam:PermissionsBoundary, an ARN, as a string.
    "MISMATCHED_TYPE_BUT_USABLE",
    # A stack sets its buckets' policies and lifecycles, so it may open what is an app's own.
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
}


def documents(plan):
    for resource in plan["resources"]:
        if resource["type"] in ("aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy"):
            text = resource["inputs"]["policy"]
            text = re.sub(r"\$\{[^}]*-boundary\.arn\}", "arn:aws:iam::123456789012:policy/twinstack-boundary", text)
            text = re.sub(r"\$\{[^}]*-key\.arn\}", "arn:aws:kms:ap-northeast-1:123456789012:key/a", text)
            yield resource["name"], re.sub(r"\$\{[^}]*-state\.arn\}", "arn:aws:s3:::account-state", text)


def mismatch_matters(finding):
    """A balancer may be of another kind, and a replica's source a cluster: one of the kinds is named, and suffices."""
    for each in finding.detail if isinstance(finding.detail, list) else [finding.detail]:
        action, kind = each["action"], each["required_format"]
        if action in OF_CONTROL or re.search(r":(listener|listener-rule)/net/|:rds:.*:cluster:", kind):
            continue
        return True
    return False


def main():
    plan = json.load(sys.stdin)
    session = botocore.session.get_session()
    models = {}
    faults, actions = [], set()
    for name, text in documents(plan):
        for finding in parliament.analyze_policy_string(text).findings:
            if finding.issue in ACCEPTED:
                continue
            if finding.issue == "UNKNOWN_ACTION" and finding.location.get("string") in NEWER:
                continue
            if finding.issue == "RESOURCE_MISMATCH" and not mismatch_matters(finding):
                continue
            faults.append(f"{name}: {finding.issue} {finding.detail}")
        for statement in json.loads(text)["Statement"]:
            listed = statement["Action"]
            actions |= {each for each in ([listed] if isinstance(listed, str) else listed) if "*" not in each}
    for action in sorted(actions):
        service, operation = action.split(":")
        if action in NO_OPERATION:
            continue
        model = "s3control" if action in OF_CONTROL else MODEL.get(service, service)
        if model not in models:
            # CloudFront's bear the day of the API's version.
            names = session.get_service_model(model).operation_names
            models[model] = {re.sub(r"\d{4}_\d{2}_\d{2}$", "", each) for each in names}
        operation = OPERATION.get(action, operation)
        if operation not in models[model]:
            faults.append(f"{action}: no operation {operation} of {model}")
    print("\n".join(faults) if faults else f"{len(actions)} actions, nothing found")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
