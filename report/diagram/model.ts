import type { Icon } from "../names";
import type { Group } from "./groups";

/** A plan as boxes and arrows: one box for each component that a person would draw, arrows where the plan has references. */
export interface Graph {
    nodes: Node[];
    edges: Edge[];
    groups: Group[];
}
export interface Node {
    id: string;
    /** Class of the component, or `people`, `github` and `nat`, which no component builds. */
    role: string;
    /** What it is: `Service api`. */
    kicker: string;
    /** What plays the role: `Cloud Run`. */
    title: string;
    details: string[];
    icon: Icon;
    group?: string;
    /** Whose cost it shows: a role, and a part of the app if the role has several. */
    cost?: { role: string; service?: string };
    /** Resources in it. */
    count: number;
}
export interface Edge {
    from: string;
    to: string;
    /** What goes along it. */
    label?: string;
    /** Requests go along it; the others stand for what supports. */
    main: boolean;
    /** What it says in words: `answers for`. */
    verb: string;
}
