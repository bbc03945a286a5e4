import { Graph as Layout, layout } from "@dagrejs/dagre";

import type { Edge, Graph, Node } from "./model";
import type { Group } from "./groups";

/** A rectangle by its middle, as the layout library gives it. */
export interface Box {
    x: number;
    y: number;
    width: number;
    height: number;
}
export interface Point {
    x: number;
    y: number;
}
export interface Drawing {
    width: number;
    height: number;
    nodes: (Node & Box)[];
    groups: (Group & Box)[];
    /** The points that an arrow goes through, from end to end, and where its label stands. */
    edges: (Edge & { points: Point[]; at: Point })[];
}

/** Where there is nothing to say but a name, a box is lower. */
const sizeOf = ({ details, cost }: Node) => ({ width: 180, height: details.length > 0 || cost ? 80 : 46 });
/** Between a group's border and what is in it; its title stands above that. */
const padding = 14;
const titleHeight = 22;
const margin = 4;

/** Where everything goes, left to right; the arrows' labels have a place of their own. */
export function arrange({ nodes, edges, groups }: Graph): Drawing {
    const graph = new Layout({ compound: true, multigraph: false });
    graph.setGraph({ rankdir: "LR", nodesep: 34, ranksep: 44, edgesep: 16, marginx: margin, marginy: margin });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const { id, parent } of groups) {
        graph.setNode(id, {});
        if (parent !== undefined) graph.setParent(id, parent);
    }
    for (const node of nodes) {
        graph.setNode(node.id, sizeOf(node));
        if (node.group !== undefined) graph.setParent(node.id, node.group);
    }
    for (const { from, to, label, main } of edges)
        graph.setEdge(from, to, {
            weight: main ? 4 : 1,
            ...(label !== undefined && { width: label.length * 6.5 + 8, height: 16, labelpos: "c" }),
        });
    layout(graph);

    const at = (id: string): Box => graph.node(id) as unknown as Box;
    const placed = nodes.map((node) => ({ ...node, ...box(at(node.id)) }));
    const frames = framesOf(groups, placed);
    const lines = edges.map((edge) => {
        const { points, x, y } = graph.edge(edge.from, edge.to) as { points: Point[]; x?: number; y?: number };
        const own = ends(edge, placed, edges, points.slice(1, -1));
        const at = own.length > 2 && x !== undefined ? { x, y: y! } : middle(own[0], own[own.length - 1]);
        return { ...edge, points: own, at };
    });
    return fitted({ width: 0, height: 0, nodes: placed, groups: frames, edges: lines });
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** From the right side of one box to the left side of the other; arrows that share a side stand apart on it. */
function ends(edge: Edge, nodes: (Node & Box)[], edges: Edge[], between: Point[]): Point[] {
    const at = (id: string) => nodes.find((node) => node.id === id)!;
    const [from, to] = [at(edge.from), at(edge.to)];
    const place = (node: Box, siblings: Edge[], other: (edge: Edge) => string) => {
        const sorted = [...siblings].sort((a, b) => at(other(a)).y - at(other(b)).y);
        const gap = Math.min(16, (node.height - 20) / sorted.length);
        return node.y + (sorted.indexOf(edge) - (sorted.length - 1) / 2) * gap;
    };
    const leaving = edges.filter((other) => other.from === edge.from);
    const arriving = edges.filter((other) => other.to === edge.to);
    const start = { x: from.x + from.width / 2, y: place(from, leaving, (other) => other.to) };
    const end = { x: to.x - to.width / 2, y: place(to, arriving, (other) => other.from) };
    // Only an arrow past other boxes needs more than its ends.
    const far = end.x - start.x > 180;
    return [start, ...(far ? between : []), end];
}

const box = ({ x, y, width, height }: Box): Box => ({ x, y, width, height });

/** The borders of the groups, around what is in them, from the innermost out. */
function framesOf(groups: Group[], nodes: (Node & Box)[]): (Group & Box)[] {
    const frames = new Map<string, Group & Box>();
    for (const group of [...groups].reverse()) {
        const inside: Box[] = [
            ...nodes.filter((node) => node.group === group.id),
            ...[...frames.values()].filter(({ parent }) => parent === group.id),
        ];
        const left = Math.min(...inside.map(({ x, width }) => x - width / 2)) - padding;
        const right = Math.max(...inside.map(({ x, width }) => x + width / 2)) + padding;
        const top = Math.min(...inside.map(({ y, height }) => y - height / 2)) - titleHeight - padding / 2;
        const bottom = Math.max(...inside.map(({ y, height }) => y + height / 2)) + padding;
        frames.set(group.id, {
            ...group,
            x: (left + right) / 2,
            y: (top + bottom) / 2,
            width: right - left,
            height: bottom - top,
        });
    }
    return groups.map(({ id }) => frames.get(id)!);
}

/** The drawing moved to begin at its margin, and its size. */
function fitted(drawing: Drawing): Drawing {
    const boxes: Box[] = [...drawing.nodes, ...drawing.groups];
    const points = drawing.edges.flatMap((edge) => edge.points);
    const left = Math.min(...boxes.map(({ x, width }) => x - width / 2), ...points.map(({ x }) => x)) - margin;
    const top = Math.min(...boxes.map(({ y, height }) => y - height / 2)) - margin;
    const right = Math.max(...boxes.map(({ x, width }) => x + width / 2), ...points.map(({ x }) => x)) + margin;
    const bottom = Math.max(...boxes.map(({ y, height }) => y + height / 2)) + margin;
    const move = <T extends Point>(thing: T): T => ({ ...thing, x: thing.x - left, y: thing.y - top });
    return {
        width: Math.ceil(right - left),
        height: Math.ceil(bottom - top),
        nodes: drawing.nodes.map(move),
        groups: drawing.groups.map(move),
        edges: drawing.edges.map((edge) => ({
            ...edge,
            points: edge.points.map(move),
            at: move(edge.at),
        })),
    };
}
