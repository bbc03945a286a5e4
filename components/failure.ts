import type * as topology from "../topology/app";

/**
 * What can fail, and how each cloud notices. An alarm names the failure that it is for; a test finds one for each of them on
 * each cloud that says it has one, and docs/alarms.md is written from here.
 */
export interface Failure {
    /** The part that it happens to, as the plan calls it. */
    role: string;
    /** What the alarm is called: `<part>-<alarm>`, or so alone where there is one a stack. */
    alarm: string;
    what: string;
    /** The field of `alarms` that says how far it may go. Default: any is too much. */
    threshold?: keyof topology.Alarms;
    aws: Notice;
    gcp: Notice;
}
/** What is looked at; or why a cloud has no such alarm and what stands in for it. */
export type Notice = { by: string } | { instead: string };
