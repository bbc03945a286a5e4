import type { Cloud, Environment, Refinement } from "../../topology/app";

/** The property of a resource that carries a figure of a document. */
export interface Carried {
    /** Type token, such as `aws:ecs/taskDefinition:TaskDefinition`. */
    type: string;
    /** The resource's name without `<app>-<stack>-`; absent where the stack has one resource of the type. */
    name?: string;
    /** Path into its inputs: `containerDefinitions[name=api].healthCheck.interval`, `rules[0].action`. JSON is looked into. */
    path: string;
    /** What stands there; a regular expression for a part of a text. */
    is: string | number | boolean | RegExp | readonly (string | number)[];
    /** The property is left out, because the cloud takes `is` by itself. */
    byDefault?: boolean;
}

/** Where a cloud has no property for a figure: why, in a few words. */
export interface NotCarried {
    why: string;
}

/** One figure of a document, and where it is on each cloud. */
export interface Row {
    /** The document's own words and figure, in English. */
    figure: string;
    aws: Carried | NotCarried;
    gcp: Carried | NotCarried;
    /** The environment that it is about. @default "prod" */
    environment?: Environment;
    /** What a stack has to override for it, where the app has something else. @default nothing */
    set?: Refinement;
    /** Service → percent of its requests that a release gives its candidate. @default no release */
    release?: Record<string, number>;
    /** Where we do something else than the document says, or more: what, and why. */
    note?: string;
}

/** A document, its app, and every figure in it. */
export interface System {
    app: string;
    /** The document's own title. */
    title: string;
    /** What it is, in a sentence. */
    about: string;
    /** The domain of a stack, which the app leaves open, by environment. */
    domain?: Partial<Record<Environment, string>>;
    /** The figures, by what they are about. */
    parts: Record<string, Row[]>;
    /** Figures that are no property of infrastructure (a goal, a measurement, the program's own business): which, and why. */
    elsewhere: { figure: string; why: string }[];
}

export const isCarried = (carrier: Row[Cloud]): carrier is Carried => "type" in carrier;

/** All figures of a system that are looked up. */
export const rowsOf = ({ parts }: System): Row[] => Object.values(parts).flat();

export const row = (
    figure: string,
    aws: Row["aws"],
    gcp: Row["gcp"],
    more: Pick<Row, "environment" | "set" | "release" | "note"> = {},
): Row => ({ figure, aws, gcp, ...more });

/** What a resource carries: `at("aws:ecs/service:Service", "api")("desiredCount", 3)`. */
export const at =
    (type: string, name?: string) =>
    (path: string, is: Carried["is"]): Carried => ({ type, name, path, is });

export const byDefault = (carried: Carried): Carried => ({ ...carried, byDefault: true });

export const not = (why: string): NotCarried => ({ why });
