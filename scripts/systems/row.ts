import type { Cloud, Environment } from "../../topology/app";

/** The property of a resource that carries a figure of a document. */
export interface Carried {
    /** Type token, such as `aws:ecs/taskDefinition:TaskDefinition`. */
    type: string;
    /** The resource's name without `<app>-<stack>-`; absent where the stack has one resource of the type. */
    name?: string;
    /** Path into its inputs: `containerDefinitions[0].healthCheck.interval`, `containers[name=api].image`. JSON is looked into. */
    path: string;
    /** What stands there; a regular expression for a part of a text. */
    is: string | number | boolean | RegExp | readonly (string | number)[];
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
    /** Where we do something else than the document says, or more: what, and why. */
    note?: string;
}

/** A document, its app, and every figure in it. */
export interface System {
    app: string;
    /** What it is, in a sentence. */
    about: string;
    /** Options of the topology that the document leaves open, such as the domain, by environment. */
    domain: Partial<Record<Environment, string>>;
    rows: Row[];
    /** Figures that are no property of infrastructure (a goal, a measurement, the program's own business): which, and why. */
    elsewhere: { figure: string; why: string }[];
}

export const isCarried = (carrier: Row[Cloud]): carrier is Carried => "type" in carrier;
