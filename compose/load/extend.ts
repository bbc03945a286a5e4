import { dirname } from "node:path";

import { mergeUpon } from "./merge";
import { entriesOf, isTree, placeIn, treeOf, type Tree } from "./places";
import { fault, type Project } from "./project";
import { scalar } from "./scalar";

/** Where a service stands that may extend another one. */
interface Context {
    /** Services of its own file, in their long form. */
    services: Tree;
    path: string;
    project: Project;
    /** What is extended already: `file#service`. */
    trail: readonly string[];
}

/** A service laid upon the one that it extends, of this file or another; paths of another are relative to that one. */
export function extend(service: Tree, { services, path, project, trail }: Context): Tree {
    const said = service.extends;
    if (!isTree(said)) return service;
    const place = placeIn(service, "extends");
    const name = scalar(said.service);
    const file = said.file === undefined ? path : scalar(said.file);
    const key = `${file}#${name}`;
    if (trail.includes(key)) throw fault(place, ["extends"], `${name}, which extends this service`, "no circle");
    const elsewhere = file === path ? undefined : servicesIn(file, project);
    const among = elsewhere ?? services;
    const base = among[name];
    if (!isTree(base))
        throw fault(
            place,
            ["extends"],
            `${name}, which ${project.files.shown(file)} does not have`,
            "a service of that file",
        );
    const whole = extend(base, { services: among, path: file, project, trail: [...trail, key] });
    const own = treeOf(entriesOf(service).filter(([entry]) => entry !== "extends"));
    return mergeUpon(whole, own) as Tree;
}

function servicesIn(file: string, project: Project): Tree {
    const documents = project.documents(file, { ...project, base: dirname(file), open: [...project.open, file] });
    const merged = documents.reduce<Tree>((root, document) => mergeUpon(root, document) as Tree, treeOf([]));
    return isTree(merged.services) ? merged.services : treeOf([]);
}
