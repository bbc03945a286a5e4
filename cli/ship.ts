import { randomBytes } from "node:crypto";

import type { Cost } from "../cost/cost";
import { decisionsOf, type Decision } from "../ship/decide";
import type { Outputs } from "../ship/outputs";
import { pinned } from "../ship/images/registry";
import type { Wanted } from "../ship/states";
import { buildsOf } from "../stacks/sources";
import { builtReference, cacheReference, recipeOf } from "../stacks/recipe";
import type { Plan } from "../plan/plan";
import { hasDigest } from "../topology/images";
import { own } from "../topology/merge";
import { rolloutOf } from "../topology/rollout";
import { BadInput } from "./errors";
import { begin, budgetOpen, failed, phasesOf, refused, type Go } from "./ship-go";
import { knownServices, namedImages, savedOutputs, selectShipped } from "./ship-input";
import { changesText, decisionsTable, refusal } from "./ship-show";
import { progressLine, tools as real, type Tools } from "./ship-tools";
import { complain, printJson, say } from "./output";
import { baseUrl } from "./smoke";
import type { Selection } from "./selection";

export interface ShipOptions {
    image?: string[];
    /** A stack whose images are taken in place of building: what it runs, where that was built from the same. */
    from?: string;
    plan?: boolean;
    release?: string;
    allow?: string[];
    takeOver?: boolean;
    yes?: boolean;
    url?: string;
    detach?: boolean;
    /** Of a ship that was detached: told when its id was printed. */
    id?: string;
    json?: boolean;
}

/** A name that sorts by its time and is nobody else's. */
export const newId = (now: number): string =>
    `${new Date(now).toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-")}-${randomBytes(2).toString("hex")}`;

/**
 * `twinstack ship [SERVICE…]`: decides per service what it needs, checks what the update would change, builds, and takes it to
 * everybody in steps. Answers 0 if the new versions run, or there is nothing to ship; 1 if it failed and was taken back; 3 if it
 * was not begun, as it would lose data, exceed the budget, or as another is under way.
 */
export async function ship(
    services: string[],
    selection: Selection,
    options: ShipOptions,
    tools: Tools = real,
): Promise<number> {
    const { plan, detach, json } = options;
    if (options.release !== undefined && !plan)
        throw new BadInput("--release FILE is what --plan compares with, instead of the stack.");
    if (detach && plan) throw new BadInput("Either --plan or --detach.");
    const selected = selectShipped(selection);
    const { stack } = selected;
    if (options.from === stack.place.stack)
        throw new BadInput(`--from\n  found    ${options.from}, which is shipped to\n  allowed  another stack`);
    knownServices("service", services, stack);
    if (options.url !== undefined) baseUrl(options.url);
    const named = namedImages(options.image ?? [], stack);
    if (detach)
        return (await import("./ship-detach")).detach(services, selected, selection, options, newId(tools.clock.now()));

    if (options.id !== undefined) (await import("./ship-detach")).noteEnd(options.id);
    const name = stack.place.stack;
    const decide = async () => {
        const known = options.release === undefined ? await tools.outputs(name) : savedOutputs(options.release, name);
        return { known, decisions: decisionsOf(stack, known, services, named) };
    };
    const base = { selected, tools, id: options.id ?? newId(tools.clock.now()) };
    const phases = phasesOf(base);
    const { known, decisions } = plan ? await decide() : await phases.timed("decide", decide);
    if (!json) await say(decisionsTable(decisions));
    else if (plan) await printJson({ stack: name, decisions });
    if (plan) return 0;

    const go: Go = { ...base, known, options, phases, decisions };
    const under = known.release?.ship;
    if (under && !options.takeOver)
        return refused(
            go,
            `ship ${under.id} is under way since ${under.startedAt}, in state ${under.state}. ` +
                "ship resume and ship abort go on with it; --take-over drops it for this one.",
        );
    const shipped = decisions.filter(
        ({ verdict, image }) => verdict !== "nothing" && (verdict !== "new" || image !== undefined),
    );
    if (!shipped.length) return nothing(decisions, json);
    const staged = options.from === undefined ? undefined : await tools.outputs(options.from);
    const untried = staged ? untriedIn(options.from!, staged, shipped) : [];
    if (untried.length) return refused(go, untried.join("\n"));
    if (!(await isAllowed(go))) return 3;
    const question = `Ship ${shipped.map(({ service }) => service).join(", ")} to ${name}?`;
    if (!options.yes && !(await tools.confirm(question))) {
        await complain("Nothing was shipped.\n");
        return 1;
    }
    const wanted: Record<string, Wanted> = {};
    try {
        await phases.timed("build", async () => {
            for (const decision of shipped) wanted[decision.service] = await wantedOf(decision, go, staged);
        });
    } catch (error) {
        return failed(go, error as Error);
    }
    // What only restarts has no new version that could be tried beside the old one.
    const rolls = new Set(shipped.filter(({ verdict }) => verdict === "restart").map(({ service }) => service));
    return begin(go, wanted, (service) => (rolls.has(service) ? [] : rolloutOf(stack.app, service).steps));
}

/** What is to be built anew although another stack was to have run it before, and why it has not. */
const untriedIn = (from: string, { release }: Outputs, shipped: Decision[]): string[] =>
    shipped
        .filter(({ verdict }) => verdict === "rebuild")
        .flatMap(({ service, source }) => {
            const { image, source: ran } = (release && own(release.services, service)) ?? {};
            const found =
                image === undefined
                    ? "has no such service"
                    : ran !== source
                      ? `runs ${ran ?? "what nobody knows the source of"}, and this is ${source}`
                      : hasDigest(image)
                        ? undefined
                        : `runs ${image}, which is no digest`;
            return found === undefined
                ? []
                : `${service}: stack ${from} ${found}. Ship it there first; without --from it is built.`;
        });

async function nothing(decisions: Decision[], json: boolean | undefined): Promise<number> {
    const isNew = decisions.filter(({ verdict }) => verdict === "new").map(({ service }) => service);
    const text = isNew.length
        ? `There is nothing to ship: ${isNew.join(", ")} is new, and pulumi up makes it.`
        : "There is nothing to ship. Whatever else the configuration says, pulumi up does it.";
    if (json) await printJson({ state: "nothing", decisions });
    else await say(`${text}\n`);
    return 0;
}

/** Whether the update may be made; says on stderr why not. */
async function isAllowed(go: Go): Promise<boolean> {
    const { selected, known, options, tools, phases } = go;
    const { stack, project } = selected;
    const checked = await phases.timed("check", async () => {
        const { check } = await import("../ship/check");
        return check(stack, {
            project,
            state: await tools.state(stack.place.stack),
            remembered: known.release!,
            allowed: options.allow ?? [],
            priced: (plan) => priced(plan, go),
        });
    });
    if (checked.needless.length)
        throw new BadInput(
            `--allow\n  found    ${checked.needless.join(", ")}\n  allowed  what the update would replace or delete with its data; it is none of that`,
        );
    go.checked = checked;
    if (!options.json) await say(changesText(checked));
    if (checked.refused.length) {
        await refused(go, refusal(checked).trimEnd());
        return false;
    }
    const over = checked.budget && budgetOpen(checked.budget);
    if (over) await refused(go, over);
    return !over;
}

async function priced(plan: Plan, { selected, tools }: Go): Promise<Cost> {
    const [{ estimate }, { usageOf }, custom] = [
        await import("../cost/estimate"),
        await import("../cost/usage"),
        await tools.customPrices(),
    ];
    const books = custom ? (await import("../cost/custom")).booksWith(custom) : {};
    return estimate(plan, usageOf(selected.stack.app), { books });
}

/** The image that a service is to run, by its digest: built and pushed, or found in its registry. */
async function wantedOf(
    { service, verdict, image, runs, source }: Decision,
    go: Go,
    staged: Outputs | undefined,
): Promise<Wanted> {
    const { selected, known, tools } = go;
    const { cloud } = selected.stack;
    const tell = (text: string) => progressLine({ at: tools.clock.now(), phase: "build", text });
    if (verdict === "restart") return { to: runs!, source: known.release?.services[service].source ?? source };
    if (verdict !== "rebuild") return { to: await existing(image!, tools), source };
    const registry = known.registry[service];
    if (registry === undefined)
        throw new BadInput(
            `${service}: the stack has no registry for its image yet. Run pulumi up once, which makes one.`,
        );
    const build = buildsOf(selected.stack)[service];
    const reference = builtReference(cloud, registry, build);
    const tried = staged?.release?.services[service].image;
    if (tried !== undefined)
        return { to: await tools.promote({ service, image: tried, reference }, { say: tell }), source };
    const order = { service, recipe: recipeOf(build), reference };
    const cache = cacheReference(cloud, registry, cloud === "aws" ? await cacheOf(service, go) : undefined);
    const built = await tools.build({ ...order, ...(cache !== undefined && { cache }) }, { say: tell });
    return { to: built.image, source };
}

/** @throws BadInput if no registry has it */
async function existing(reference: string, { digestOf }: Tools): Promise<string> {
    const digest = await digestOf(reference);
    if (digest === undefined) throw new BadInput(`There is no image ${reference}: its registry does not have it.`);
    return hasDigest(reference) ? reference : pinned(reference, digest);
}

/** The repository of a service's build cache on AWS, which is in no output. */
async function cacheOf(service: string, { selected, tools }: Go): Promise<string | undefined> {
    const { place } = selected.stack;
    const state = (await tools.state(place.stack)) as {
        deployment?: { resources?: { type: string; urn: string; outputs?: { repositoryUrl?: unknown } }[] };
    };
    const url = state.deployment?.resources?.find(
        ({ type, urn }) =>
            type === "aws:ecr/repository:Repository" && urn.endsWith(`::${place.prefix}-${service}-cache`),
    )?.outputs?.repositoryUrl;
    return typeof url === "string" ? url : undefined;
}
