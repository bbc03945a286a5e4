import type { Cloud, Environment } from "../../topology/app";
import type { Config } from "./project";

/** A stack file of an app, as data. In prod the app has a domain, its own or one of a zone that the stand-in knows. */
export const stackFile = (app: string, cloud: Cloud, environment: Environment, more: Config = {}): Config => ({
    "twinstack:app": app,
    "twinstack:cloud": cloud,
    "twinstack:environment": environment,
    ...(environment === "prod" && app !== "morrow" ? { "twinstack:domain": `${app}.example.com` } : {}),
    ...(cloud === "aws"
        ? { "aws:region": "ap-northeast-1" }
        : { "gcp:project": "my-project", "gcp:region": "asia-northeast1" }),
    ...more,
});

export const todo = (cloud: Cloud, environment: Environment, more: Config = {}): Config =>
    stackFile("todo", cloud, environment, more);

/** A digest that differs from others by one letter. */
export const image = (letter: string): Config => ({
    "twinstack:image": `ghcr.io/example/todo@sha256:${letter.repeat(64)}`,
});

/** Types whose loss is a loss of data. */
export const holdsData = /^aws:rds\/instance:|^gcp:sql\/(databaseInstance|database):/;

/** What goes with something else (an image with its repository), or belongs to the account or project and not to the stack. */
export const retained = new Set([
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "docker-build:index:Image",
    "gcp:projects/iAMAuditConfig:IAMAuditConfig",
]);
