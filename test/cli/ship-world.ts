import { ship, type ShipOptions } from "../../cli/ship";
import { selectShipped } from "../../cli/ship-input";
import type { Tools } from "../../cli/ship-tools";
import { planOf } from "../../plan/plan";
import { manifestsOf } from "../../stacks/manifests";
import { released } from "../../stacks/release";
import { sourcesOf } from "../../stacks/sources";
import { decide, type Release } from "../../topology/release";
import type { Stack } from "../../topology/validate";
import { FakeClock, FakeCloud } from "../ship/fakes";
import { said } from "../twinstack";

export const image = (letter: string): string => `registry.example.com/todo@sha256:${letter.repeat(64)}`;
/** What the service runs, and its candidate with its share. */
export const inOrder = (release: Release | undefined): string => {
    const { image: runs, candidate } = release?.services.api ?? {};
    return `${runs?.at(-1)}${candidate ? ` ${candidate.image.at(-1)} ${candidate.weight}` : ""}`;
};

/** A stack that runs image a, in a world of one's own. */
export class World {
    readonly clock = new FakeClock();
    private readonly began = this.clock.now();
    readonly cloud = new FakeCloud();
    readonly built: string[] = [];
    readonly promoted: string[] = [];
    /** What other stacks run. */
    readonly others: Record<string, Release> = {};
    readonly ups: string[] = [];
    readonly stack: Stack;
    release: Release;
    state: unknown;
    unlocked = 0;
    /** What a webhook was told, and in which minute. */
    readonly told: string[] = [];
    readonly toldAt: number[] = [];
    /** Why a build fails. */
    broken: Error | undefined;
    answer: string | undefined;
    confirmed: boolean | undefined;
    digest: string | undefined = `sha256:${"c".repeat(64)}`;
    /** Where the stack keeps its images. */
    registry: string;

    constructor(readonly selection: { stack: string; cloud: string }) {
        this.stack = selectShipped(selection).stack;
        const source = sourcesOf(this.stack).api;
        this.release = { services: { api: { image: image("a"), source, by: "ship" } } };
        this.state = { deployment: { resources: [] } };
        this.registry = this.stack.cloud === "aws" ? "1.dkr.ecr.eu-west-1.amazonaws.com/api" : "eu.pkg.dev/p/r/app";
    }

    /** What is deployed is what would be planned. */
    async deployed(
        change: (resources: { type: string; inputs: Record<string, unknown> }[]) => void = () => undefined,
    ): Promise<this> {
        const { stack } = released(this.stack, this.release, { from: "none" });
        const { resources } = await planOf(stack, { project: "twinstack" });
        const all = structuredClone(resources);
        change(all);
        this.state = {
            deployment: {
                resources: all.map((resource) => ({
                    ...resource,
                    ...(resource.provider !== undefined && { provider: `${resource.provider}::id` }),
                    ...(resource.type === "aws:ecr/repository:Repository" && {
                        outputs: { repositoryUrl: `1.dkr.ecr.eu-west-1.amazonaws.com/${resource.name}-1` },
                    }),
                })),
            },
        };
        return this;
    }

    /** The folder is another than when it was shipped. */
    changed(): this {
        this.release.services.api.source = "built-000000000000";
        return this;
    }

    readonly tools: Tools = {
        outputs: (stack) =>
            Promise.resolve({
                release: structuredClone(this.others[stack] ?? this.release),
                manifests: manifestsOf(this.stack, undefined),
                registry: { api: this.registry },
                url: "https://todo.example.com",
            }),
        state: () => Promise.resolve(this.state),
        engine: () =>
            Promise.resolve({
                up: (told: Release) => {
                    const known = { told, remembered: this.release, sources: sourcesOf(this.stack) };
                    this.release = structuredClone(decide(this.stack.app, known, "told", "prod").release);
                    this.ups.push(inOrder(this.release));
                    return Promise.resolve();
                },
                remembered: () => Promise.resolve(structuredClone(this.release)),
                url: () => Promise.resolve("https://todo.example.com"),
                unlock: () => Promise.resolve(void this.unlocked++),
            }),
        cloud: () => Promise.resolve(this.cloud),
        build: ({ reference, cache }) => {
            if (this.broken) return Promise.reject(this.broken);
            this.built.push(`${reference} ${cache}`);
            return Promise.resolve({ image: image("b"), wasThere: false });
        },
        promote: ({ image, reference }) => {
            this.promoted.push(`${image} ${reference}`);
            return Promise.resolve(image);
        },
        digestOf: () => Promise.resolve(this.digest),
        ask: () => () => Promise.resolve(this.answer),
        clock: this.clock,
        notify: (_, text) => {
            this.told.push(text);
            this.toldAt.push((this.clock.now() - this.began) / 60_000);
            return Promise.resolve();
        },
        confirm: () => Promise.resolve(this.confirmed ?? false),
        customPrices: () => Promise.resolve(undefined),
    };

    ship(options: ShipOptions = {}, services: string[] = []) {
        return said(() => ship(services, this.selection, { yes: true, ...options }, this.tools));
    }
}
