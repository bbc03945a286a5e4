import { setting, type Kind } from "./kind";

const cloudwatch = (page: string) => `https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#${page}`;
const iam = (page: string) => `https://us-east-1.console.aws.amazon.com/iam/home#/${page}`;
const ecs = (page: string) => `https://{region}.console.aws.amazon.com/ecs/v2/${page}?region={region}`;
const topic = "arn:aws:sns:{region}:{account}:{name}";
const machine = "arn:aws:states:{region}:{account}:stateMachine:{name}";
/** How Application Auto Scaling calls what is scaled. */
const scaled =
    "--service-namespace {serviceNamespace} --resource-id {resourceId} --scalable-dimension {scalableDimension}";
const delivery = (what: string, list: string, plural: string): Kind => ({
    name: "{name}",
    show: `aws logs get-delivery-${what} --name {name}`,
    remove: [`aws logs delete-delivery-${what} --name {name}`],
    console: cloudwatch(`logsV2:${list}`),
    note: `all of them: \`aws logs describe-delivery-${plural}\``,
});

/** What runs, who it is, and who watches it. */
export const awsCompute: Record<string, Kind> = {
    "aws:ecs/cluster:Cluster": {
        name: "{name}",
        show: "aws ecs describe-clusters --clusters {name} --query clusters[].status --output text",
        remove: ["aws ecs delete-cluster --cluster {name}"],
        console: ecs("clusters/{name}/services"),
    },
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
        show: "aws ecs describe-clusters --clusters {clusterName} --query clusters[].capacityProviders --output text",
        remove: [],
        console: ecs("clusters/{clusterName}/infrastructure"),
        again: "it is a setting of the cluster, and is set again",
    },
    "aws:ecs/service:Service": {
        name: "{name}",
        show: "aws ecs describe-services --cluster {cluster} --services {name} --query services[].status --output text",
        remove: ["aws ecs delete-service --cluster {cluster} --service {name} --force"],
        console: ecs("clusters/{cluster}/services/{name}/health"),
        note: "`DRAINING` or `INACTIVE` is as good as gone",
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        name: "{family}",
        show: "aws ecs list-task-definitions --family-prefix {family} --sort DESC --query taskDefinitionArns[] --output text",
        remove: ["aws ecs deregister-task-definition --task-definition ID"],
        console: ecs("task-definitions/{family}"),
        note: "a revision too many costs nothing",
    },
    "aws:appautoscaling/target:Target": {
        show: "aws application-autoscaling describe-scalable-targets --service-namespace {serviceNamespace} --resource-ids {resourceId}",
        remove: [`aws application-autoscaling deregister-scalable-target ${scaled}`],
        console: ecs("clusters"),
        again: "a service has one, which is set again",
    },
    "aws:appautoscaling/policy:Policy": {
        name: "{name}",
        show: "aws application-autoscaling describe-scaling-policies --service-namespace {serviceNamespace} --policy-names {name} --query ScalingPolicies[].PolicyName --output text",
        remove: [`aws application-autoscaling delete-scaling-policy --policy-name {name} ${scaled}`],
        console: ecs("clusters"),
    },
    "aws:appautoscaling/scheduledAction:ScheduledAction": {
        name: "{name}",
        show: "aws application-autoscaling describe-scheduled-actions --service-namespace {serviceNamespace} --scheduled-action-names {name} --query ScheduledActions[].ScheduledActionName --output text",
        remove: [`aws application-autoscaling delete-scheduled-action --scheduled-action-name {name} ${scaled}`],
        console: ecs("clusters"),
    },
    "aws:iam/role:Role": {
        name: "{name}",
        show: "aws iam get-role --role-name {name} --query Role.Arn --output text",
        remove: ["aws iam delete-role --role-name {name}"],
        console: iam("roles/details/{name}"),
        note: "a role that still has policies refuses: `aws iam list-attached-role-policies` and `aws iam list-role-policies` name them",
    },
    "aws:iam/rolePolicy:RolePolicy": {
        name: "{name}",
        show: "aws iam get-role-policy --role-name {role} --policy-name {name} --query PolicyName --output text",
        remove: ["aws iam delete-role-policy --role-name {role} --policy-name {name}"],
        console: iam("roles/details/{role}"),
    },
    "aws:iam/policy:Policy": {
        name: "{name}",
        show: "aws iam list-policies --scope Local --query Policies[?PolicyName=='{name}'].Arn --output text",
        remove: ["aws iam delete-policy --policy-arn ID"],
        console: iam("policies"),
        note: "a policy that a role still has refuses: `aws iam detach-role-policy` takes it away",
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": setting(
        "aws iam list-attached-role-policies --role-name {role} --query AttachedPolicies[].PolicyArn --output text",
        "aws iam detach-role-policy --role-name {role} --policy-arn {policyArn}",
        iam("roles/details/{role}"),
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
        name: "{url}",
        show: "aws iam list-open-id-connect-providers --query OpenIDConnectProviderList[].Arn --output text",
        remove: ["aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ID"],
        console: iam("identity_providers"),
        note: "an account has one, whoever made it: if another stack did, leave it, and set deployer.aws.provider to existing",
    },
    "aws:kms/key:Key": {
        show: "aws kms list-keys --query Keys[].KeyId --output text",
        remove: ["aws kms schedule-key-deletion --key-id ID --pending-window-in-days 30"],
        console: "https://{region}.console.aws.amazon.com/kms/home?region={region}#/kms/keys",
        note: "`aws kms describe-key --key-id ID` says what each is for; what a deleted one has encrypted is lost",
    },
    "aws:codebuild/project:Project": {
        name: "{name}",
        show: "aws codebuild batch-get-projects --names {name} --query projects[].name --output text",
        remove: ["aws codebuild delete-project --name {name}"],
        console: "https://{region}.console.aws.amazon.com/codesuite/codebuild/projects/{name}?region={region}",
    },
    "aws:codeconnections/connection:Connection": {
        name: "{name}",
        show: "aws codeconnections list-connections --provider-type-filter GitHub --query Connections[?ConnectionName=='{name}'].ConnectionArn --output text",
        remove: ["aws codeconnections delete-connection --connection-arn ID"],
        console: "https://{region}.console.aws.amazon.com/codesuite/settings/connections?region={region}",
        note: "another one has to be finished in the console again",
    },
    "aws:codepipeline/pipeline:Pipeline": {
        name: "{name}",
        show: "aws codepipeline get-pipeline --name {name} --query pipeline.name --output text",
        remove: ["aws codepipeline delete-pipeline --name {name}"],
        console: "https://{region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/{name}/view?region={region}",
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        name: "{name}",
        show: "aws logs describe-log-groups --log-group-name-prefix {name} --query logGroups[].logGroupName --output text",
        remove: ["aws logs delete-log-group --log-group-name {name}"],
        console: cloudwatch("logsV2:log-groups"),
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        name: "{name}",
        show: "aws cloudwatch describe-alarms --alarm-names {name} --query MetricAlarms[].AlarmName --output text",
        remove: ["aws cloudwatch delete-alarms --alarm-names {name}"],
        console: cloudwatch("alarmsV2:alarm/{name}"),
    },
    "aws:cloudwatch/dashboard:Dashboard": {
        name: "{dashboardName}",
        show: "aws cloudwatch get-dashboard --dashboard-name {dashboardName} --query DashboardName --output text",
        remove: ["aws cloudwatch delete-dashboards --dashboard-names {dashboardName}"],
        console: cloudwatch("dashboards/dashboard/{dashboardName}"),
        again: "its name is the same again, and what is there is written over",
    },
    "aws:cloudwatch/eventRule:EventRule": {
        name: "{name}",
        show: "aws events describe-rule --name {name} --query Name --output text",
        remove: ["aws events delete-rule --name {name}"],
        console: "https://{region}.console.aws.amazon.com/events/home?region={region}#/rules/{name}",
    },
    "aws:cloudwatch/eventTarget:EventTarget": {
        show: "aws events list-targets-by-rule --rule {rule} --query Targets[].Id --output text",
        remove: ["aws events remove-targets --rule {rule} --ids ID"],
        console: "https://{region}.console.aws.amazon.com/events/home?region={region}#/rules/{rule}",
    },
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": delivery("source", "log-groups", "sources"),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": delivery(
        "destination",
        "log-groups",
        "destinations",
    ),
    "aws:cloudwatch/logDelivery:LogDelivery": {
        show: 'aws logs describe-deliveries --query deliveries[?deliverySourceName==`"{deliverySourceName}"`].id --output text',
        remove: ["aws logs delete-delivery --id ID"],
        console: cloudwatch("logsV2:log-groups"),
    },
    "aws:sns/topic:Topic": {
        name: "{name}",
        show: `aws sns get-topic-attributes --topic-arn ${topic} --query Attributes.TopicArn --output text`,
        remove: [`aws sns delete-topic --topic-arn ${topic}`],
        console: `https://{region}.console.aws.amazon.com/sns/v3/home?region={region}#/topic/${topic}`,
    },
    "aws:sns/topicPolicy:TopicPolicy": {
        show: "aws sns get-topic-attributes --topic-arn {arn} --query Attributes.Policy --output text",
        remove: [],
        console: "https://{region}.console.aws.amazon.com/sns/v3/home?region={region}#/topic/{arn}",
        again: "it is a setting of the topic, and is set again",
    },
    "aws:sns/topicSubscription:TopicSubscription": setting(
        "aws sns list-subscriptions-by-topic --topic-arn {topic} --query Subscriptions[].SubscriptionArn --output text",
        "aws sns unsubscribe --subscription-arn ID",
        "https://{region}.console.aws.amazon.com/sns/v3/home?region={region}#/topic/{topic}",
    ),
    "aws:scheduler/schedule:Schedule": {
        name: "{name}",
        show: "aws scheduler get-schedule --name {name} --group-name {groupName} --query Arn --output text",
        remove: ["aws scheduler delete-schedule --name {name} --group-name {groupName}"],
        console: "https://{region}.console.aws.amazon.com/scheduler/home?region={region}#schedules/{groupName}/{name}",
    },
    "aws:scheduler/scheduleGroup:ScheduleGroup": {
        name: "{name}",
        show: "aws scheduler get-schedule-group --name {name} --query Arn --output text",
        remove: ["aws scheduler delete-schedule-group --name {name}"],
        console: "https://{region}.console.aws.amazon.com/scheduler/home?region={region}#schedule-groups/{name}",
    },
    "aws:sfn/stateMachine:StateMachine": {
        name: "{name}",
        show: `aws stepfunctions describe-state-machine --state-machine-arn ${machine} --query status --output text`,
        remove: [`aws stepfunctions delete-state-machine --state-machine-arn ${machine}`],
        console: `https://{region}.console.aws.amazon.com/states/home?region={region}#/statemachines/view/${machine}`,
    },
    "aws:servicediscovery/httpNamespace:HttpNamespace": {
        name: "{name}",
        show: "aws servicediscovery list-namespaces --filters Name=NAME,Values={name},Condition=EQ --query Namespaces[].Id --output text",
        remove: ["aws servicediscovery delete-namespace --id ID"],
        console: "https://{region}.console.aws.amazon.com/cloudmap/home/namespaces?region={region}",
    },
    "aws:servicediscovery/service:Service": {
        name: "{name}",
        show: "aws servicediscovery list-services --filters Name=NAMESPACE_ID,Values={dnsConfig.namespaceId},Condition=EQ --query Services[?Name=='{name}'].Id --output text",
        remove: ["aws servicediscovery delete-service --id ID"],
        console: "https://{region}.console.aws.amazon.com/cloudmap/home/namespaces?region={region}",
    },
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
        name: "{name}",
        show: "aws servicediscovery list-namespaces --filters Name=NAME,Values={name},Condition=EQ --query Namespaces[].Id --output text",
        remove: ["aws servicediscovery delete-namespace --id ID"],
        console: "https://{region}.console.aws.amazon.com/cloudmap/home/namespaces?region={region}",
    },
};
