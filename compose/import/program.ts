import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import type { Around } from "./around";
import { baseOf, hasShell } from "./dockerfile";
import { read, textsBelow } from "./texts";
import { environmentOf, textOf } from "./values";

/** A program that is mounted over an image: what the image has without it. */

/** What is wrong where the mount is left out. */
export function sourceFault(
    raw: Tree,
    path: string,
    build: string,
    target: string,
    around: Around,
): string | undefined {
    if (lacksSource(raw, path, build))
        return `${target} is the program itself, of which the image has nothing: let its Dockerfile copy it (COPY . ${target}), with what it needs installed, or say build.target of a stage that does`;
    const where = isElsewhere(raw, around) ? undefined : databaseIn(path, around);
    return where === undefined
        ? undefined
        : `${where} keeps a database in a file (SQLite), which is in what is mounted, and with each container anew where nothing is: let it use a part of databases, or keep the file in a volume of its own`;
}

/** Where the source of an image that has no volume keeps a database in a file, which goes with its container. */
export function losesDatabase(raw: Tree, around: Around): string | undefined {
    if (!isTree(raw.build) || volumesOf(raw).length || isElsewhere(raw, around)) return undefined;
    const where = databaseIn(textOf(raw.build.context), around);
    return where === undefined
        ? undefined
        : `${where} keeps a database in a file (SQLite), which goes with its container: let it use a part of databases, or keep the file in a volume`;
}

/** Whether something else than a file may be the database. */
const isElsewhere = (raw: Tree, { backings }: Around): boolean =>
    [...backings.values()].some(({ kind }) => kind === "databases") ||
    environmentOf(raw).some(([variable]) => /DATABASE_UR[LI]$|(^|_)DB_HOST$/.test(variable));

/** How sources say that a file is their database. */
const sqlite =
    /\bUseSqlite\(|["']ENGINE["']\s*:\s*["']django\.db\.backends\.sqlite3["']|\bsqlite(\+\w+)?:\/{3}(?!:memory:)[\w.]|^\s*adapter:\s*sqlite3\b|\bsqlite3\.connect\(\s*["'][^"':]/m;

function databaseIn(path: string, { contextOf }: Around): string | undefined {
    for (const file of textsBelow(path, () => false, false)) {
        const text = read(file);
        const found = sqlite.exec(text);
        if (!found) continue;
        const before = text.slice(0, found.index + found[0].search(/\S/));
        return `${contextOf(file)}:${before.split("\n").length}`;
    }
    return undefined;
}

/** What a Dockerfile copies to make ready for a program: lists of what it needs, and how it is started and built. */
const preparation =
    /(^|\/)((package|composer|tsconfig[\w.-]*)\.json|[\w.-]*lock[\w.-]*|\.(npmrc|yarnrc(\.yml)?|yarn|mvn|tool-versions|ruby-version)|requirements[\w./-]*|Pipfile|pyproject\.toml|setup\.(py|cfg)|Gemfile|go\.(mod|sum)|pom\.xml|mvnw|gradlew?|(build|settings)\.gradle(\.kts)?|Cargo\.toml|mix\.exs|[\w.-]+\.(sh|ini|conf|cnf|cfg))\*?$/i;
/** Where nobody keeps a program of his own. */
const systemFolder =
    /^\/(etc|root|tmp|run|var\/(run|log|lib|spool)|usr\/(s?bin|lib|share|local\/(s?bin|etc|lib|share)))(\/|$)/;

/**
 * Whether the program is nowhere but in what is mounted: the image is a language's, and its Dockerfile copies no more than what makes it
 * ready. Of an image that may have brought it along, or fetched it, nobody knows.
 */
function lacksSource(raw: Tree, path: string, build: string): boolean {
    const base = baseOf(raw);
    // A part of the source may be in the image, unless that copies nothing at all.
    const isPart = path !== build && !build.startsWith(`${path}/`);
    if (!base || (isPart && base.copies.length > 0) || !hasShell(base.image)) return false;
    if (/onbuild/.test(base.image) || base.runs.some(mayBringSource)) return false;
    return !base.copies.some(({ sources, to, from, isBuilt }) =>
        from !== undefined
            ? isBuilt
            : !systemFolder.test(to) && sources.some((source) => !preparation.test(source.replace(/\/$/, ""))),
    );
}

/** Whether what a Dockerfile runs may bring a program: tools that it unpacks into the system's folders are none. */
const mayBringSource = (run: string): boolean =>
    /\b(git clone|create-project|rails new|startproject)\b/.test(run) ||
    run
        .split(/&&|\|\|?|;/)
        .map((words) => words.trim().split(/\s+/))
        .some(
            ([program, ...words]) =>
                /^(tar|unzip|cp|mv|install)$/.test(program) && !words.some((word) => systemFolder.test(word)),
        );
