import assert from "node:assert/strict";

import { apps } from "../../apps";
import type { AppInput, Cloud } from "../../topology/app";
import { ProblemsError, resolve, type Problem, type Stack } from "../../topology/validate";

/** Config of a stack that has nothing wrong. */
export const goodConfig: Record<string, unknown> = {
    "twinstack:app": "todo",
    "twinstack:cloud": "aws",
    "twinstack:environment": "dev",
    "aws:region": "ap-northeast-1",
    "gcp:project": "twinstack-dev",
    "gcp:region": "asia-northeast1",
};

/** A service with nothing but what it must have. */
export const smallService = {
    image: { reference: "registry.example.com/app:1" },
    ports: { http: 8080 },
    health: { path: "/" },
};
export const smallApp: AppInput = { name: "shop", services: { web: smallService } };

interface Case {
    cloud?: Cloud;
    environment?: string;
    stack?: string;
    overrides?: unknown;
    /** Other config keys; undefined takes one away. */
    config?: Record<string, unknown>;
    /** The app instead of todo, as apps/shop.ts. */
    app?: AppInput;
}

export function settle({ cloud = "aws", environment = "dev", stack = "dev", overrides, config, app }: Case): Stack {
    const all: Record<string, unknown> = {
        ...goodConfig,
        "twinstack:cloud": cloud,
        "twinstack:environment": environment,
        ...(app ? { "twinstack:app": "shop" } : {}),
        ...(overrides === undefined ? {} : { "twinstack:overrides": overrides }),
        ...config,
    };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    return resolve({ stack, config: given }, app ? { shop: app } : apps);
}

/** The problems of a case; none if it is accepted. Anything else that is thrown fails the test. */
export function problemsOf(what: Case): Problem[] {
    try {
        settle(what);
        return [];
    } catch (error) {
        if (error instanceof ProblemsError) return error.problems;
        throw error;
    }
}

/** Asserts that a case has exactly one problem: this one. Parts that are not given are not compared. */
export function refused(what: Case, path: string, allowed: RegExp | string, found?: string): void {
    const problems = problemsOf(what);
    assert.equal(problems.length, 1, `expected one problem, found: ${JSON.stringify(problems, null, 1)}`);
    const [problem] = problems;
    assert.equal(problem.path, path);
    if (typeof allowed === "string") assert.equal(problem.allowed, allowed);
    else assert.match(problem.allowed, allowed);
    if (found !== undefined) assert.equal(problem.found, found);
}

export const accepted = (what: Case): void => assert.deepEqual(problemsOf(what), []);

export const overridesPath = (path: string): string => `Pulumi.dev.yaml: twinstack:overrides.${path}`;
