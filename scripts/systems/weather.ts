import { weatherOperations } from "./weather-operations";
import { named } from "./reasons";
import { at, not, row, type System } from "./row";
import { aws, gcp } from "./types";

const task = at(aws.task, "app");
const container = (path: string) => `containerDefinitions[name=app].${path}`;
const run = at(gcp.run, "app");
const runApi = at(gcp.run, "app-api");
const inside = (path: string) => `template.containers[name=app].${path}`;

const key = (name: string, note?: string) =>
    row(
        `\`${name}\` from the secret's key of that name`,
        task(container(`secrets[name=${name}].valueFrom`), new RegExp(`:${name}::$`)),
        run(
            inside(`envs[name=${name}].valueSource.secretKeyRef.secret`),
            new RegExp(`api-keys-${name.toLowerCase().replaceAll("_", "-")}`),
        ),
        { note },
    );

export const weather: System = {
    app: "weather",
    title: "AWS デプロイメント設計書（改訂版）",
    about: "The weather comment generator: a Streamlit interface and a FastAPI in one container, with a cache of files.",
    domain: { prod: "weather.example.com" },
    parts: {
        "Task definition": [
            row("Family `weather-comment-generator`", task("family", "weather-prod-app"), named("weather-prod-app"), {
                note: "Names begin with app and stack",
            }),
            row(
                "Network mode `awsvpc`",
                task("networkMode", "awsvpc"),
                run("template.vpcAccess.networkInterfaces[0].subnetwork", /weather-prod-network-main/),
            ),
            row(
                "Compatibility `FARGATE`",
                task("requiresCompatibilities", ["FARGATE"]),
                not("Cloud Run has no machines of one's own to choose"),
            ),
            row("CPU 1,024 (1 vCPU)", task("cpu", "1024"), run(inside("resources.limits.cpu"), "1")),
            row("Memory 2,048 (2 GB)", task("memory", "2048"), run(inside("resources.limits.memory"), "2048Mi")),
            row(
                "Container `app`",
                task("containerDefinitions[0].name", "app"),
                run("template.containers[0].name", "app"),
            ),
            row(
                "Image `${ECR_URI}:latest`",
                task(container("image"), /weather-prod-app-build\.ref/),
                run(inside("image"), /weather-prod-app-build\.ref/),
                {
                    note:
                        "By digest: with `latest`, what runs depends on when a task began. " +
                        "The topology refuses it, and takes any tag that stays",
                },
            ),
            row(
                "Port 8501/tcp, the interface",
                task(container("portMappings[0].containerPort"), 8501),
                run(inside("ports.containerPort"), 8501),
            ),
            row(
                "Port 8000/tcp, the API",
                task(container("portMappings[1].containerPort"), 8000),
                runApi(inside("ports.containerPort"), 8000),
                { note: "A Cloud Run container takes requests on one port: the same image runs as a second service" },
            ),
            row(
                "`ENV=production`",
                task(container("environment[name=ENV].value"), "production"),
                run(inside("envs[name=ENV].value"), "production"),
            ),
            row(
                "`MAX_PARALLEL_WORKERS=4`",
                task(container("environment[name=MAX_PARALLEL_WORKERS].value"), "4"),
                run(inside("envs[name=MAX_PARALLEL_WORKERS].value"), "4"),
            ),
            row(
                "Log driver `awslogs`",
                task(container("logConfiguration.logDriver"), "awslogs"),
                not("What a container prints is in Cloud Logging by itself"),
            ),
            row(
                "Log group `/ecs/weather-comment-generator`",
                at(aws.logGroup, "platform-logs")("name", "/ecs/weather/prod"),
                at(gcp.sink)("filter", /resource\.labels\.service_name=~"\^weather-prod-\(/),
                { note: "One a stack: `/ecs/<app>/<stack>`" },
            ),
            row(
                "Log region `ap-northeast-1`",
                task(container("logConfiguration.options.awslogs-region"), "ap-northeast-1"),
                at(gcp.logs)("location", "asia-northeast1"),
            ),
            row(
                "Log stream prefix `ecs`",
                task(container("logConfiguration.options.awslogs-stream-prefix"), "app"),
                not("The log says by itself which service and revision wrote it"),
                { note: "The service's name, as all services of a stack share the group" },
            ),
        ],
        Secrets: [
            key("WXTECH_API_KEY", "Secret Manager has no keys inside a secret: one secret each"),
            key("OPENAI_API_KEY"),
            key(
                "GEMINI_API_KEY",
                "The document keeps four and hands two to the container; here it gets all that it may ask",
            ),
            key("ANTHROPIC_API_KEY"),
            row(
                "Secret `weather-comment-generator/api-keys`",
                at(aws.secretVersion, "api-keys-version")("secretId", /weather-prod-api-keys/),
                named("weather-prod-api-keys-wxtech-api-key"),
                { note: "`aws secretsmanager put-secret-value` sets the values; a new one starts the tasks anew" },
            ),
        ],
        "Files (EFS)": [
            row(
                "Mounted at `/app/cache`",
                task(container("mountPoints[sourceVolume=cache-files].containerPath"), "/app/cache"),
                run(inside("volumeMounts[name=cache].mountPath"), "/app/cache"),
            ),
            row(
                "Volume `cache-storage`",
                task("volumes[name=cache-files].name", "cache-files"),
                run("template.volumes[name=cache].name", "cache"),
            ),
            row(
                "Transit encryption `ENABLED`",
                task("volumes[name=cache-files].efsVolumeConfiguration.transitEncryption", "ENABLED"),
                not("A bucket is reached by HTTPS alone"),
                {
                    note: "Beyond the document: an access point, IAM authorization, and a policy that refuses plain connections",
                },
            ),
            row(
                "Performance mode `generalPurpose`",
                at(aws.filesystem)("performanceMode", "generalPurpose"),
                at(gcp.bucket, "cache")("storageClass", "STANDARD"),
                {
                    note:
                        "A bucket has no modes. Software that needs locks asks for a Filestore server: " +
                        "`filesystems.cache.gcp.filestore`",
                },
            ),
            row(
                "Throughput mode `bursting`",
                at(aws.filesystem)("throughputMode", "bursting"),
                not("A bucket's throughput grows with its requests"),
            ),
            row(
                "`TransitionToIA: AFTER_30_DAYS`",
                at(aws.filesystem)("lifecyclePolicies[0].transitionToIa", "AFTER_30_DAYS"),
                at(gcp.bucket, "cache")("autoclass.terminalStorageClass", "NEARLINE"),
                {
                    note: "Autoclass moves what nobody read for 30 days, and back when somebody does; the 30 are its own",
                },
            ),
            row(
                "Tag `Name=weather-comment-cache`",
                at(aws.filesystem)("tags.Name", "weather-prod-cache"),
                named("weather-prod-cache"),
            ),
        ],
        ...weatherOperations,
    },
    elsewhere: [
        {
            figure:
                "$50–100 a month; $36.72, $22.62, $3.00, $2.50, $1.60; about $67, and $100–140 with two or three tasks; " +
                "10 GB of files, 5 GB of logs",
            why: "Compared figure by figure in [costs.md](costs.md)",
        },
        { figure: "Lambda's limit of 15 minutes", why: "Why it is not a function" },
        {
            figure: "Memory cache: LRU of 500 entries, 300 s; file cache: 6 hours; spatial cache: 10 km; four workers",
            why: "The program's; only the number of workers is configuration",
        },
        { figure: "`/app/cache/{forecast,comments,spatial}`", why: "Folders that the program makes" },
        {
            figure: "`python:3.11-slim`, `gcc`, `EXPOSE 8501 8000`, `streamlit … & python api_server.py`",
            why:
                "In [workloads/weather](../workloads/weather): Python 3.12 without a compiler, and one process that ends " +
                "with either half, as a shell would keep a container whose interface has died",
        },
        {
            figure: "Custom metrics: success rate, cache hits, parallelism, API calls; memory use in the log",
            why: "Without figures, and sent by the program",
        },
        {
            figure: "`checkout@v3`, `configure-aws-credentials@v2`, `ubuntu-latest`",
            why: "`npx --no twinstack pipeline github` writes them, with actions of today by their commits ([pipelines.md](pipelines.md))",
        },
        { figure: "`cloudformation create-stack weather-comment-infra`, `create-repository`", why: "`pulumi up`" },
        { figure: "Task definition revision 1", why: "Counted by ECS" },
        { figure: "Four phases of 1, 2, 2 and 1 days", why: "The migration's plan" },
    ],
};
