import { atTraffic } from "./curve";
import type { Quantities, Usage } from "./usage";

/** How much an app may be used, for those who do not know yet: round figures, a magnitude and more apart. */
export interface Preset {
    /** In a few words. */
    about: string;
    /** What it says; every other quantity stays as the topology has it, what follows from requests grows with them. */
    quantities: Partial<Quantities> & Pick<Quantities, "monthlyRequests">;
}

/**
 * Databases keep the storage that they begin with: what they may grow to is the app's own (`maxStorage`), and `--storage-gb` says it.
 * 100,000 requests a month are one in 26 seconds, 5 million two a second, 100 million 38 a second, each on average.
 */
export const presets = {
    small: {
        about: "a side project: a request every 26 seconds",
        quantities: {
            monthlyRequests: 100_000,
            monthlyNatGb: 5,
            bucketStorageGb: 5,
            monthlyBucketWrites: 1000,
            monthlyBucketReads: 10_000,
            fileStorageGb: 5,
            monthlyFileReadGb: 5,
            monthlyFileWriteGb: 5,
            tableStorageGb: 1,
            monthlyQueueMessages: 10_000,
        },
    },
    medium: {
        about: "a product with users: two requests a second",
        quantities: {
            monthlyRequests: 5_000_000,
            monthlyNatGb: 50,
            bucketStorageGb: 100,
            monthlyBucketWrites: 100_000,
            monthlyBucketReads: 1_000_000,
            fileStorageGb: 50,
            monthlyFileReadGb: 100,
            monthlyFileWriteGb: 50,
            tableStorageGb: 10,
            monthlyQueueMessages: 1_000_000,
        },
    },
    large: {
        about: "a large product: 38 requests a second",
        quantities: {
            monthlyRequests: 100_000_000,
            monthlyNatGb: 500,
            bucketStorageGb: 2000,
            monthlyBucketWrites: 2_000_000,
            monthlyBucketReads: 20_000_000,
            fileStorageGb: 500,
            monthlyFileReadGb: 1000,
            monthlyFileWriteGb: 500,
            tableStorageGb: 100,
            monthlyQueueMessages: 20_000_000,
        },
    },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];
export const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name);

/** The usage with a preset laid upon it. */
export const withPreset = (usage: Usage, name: PresetName): Usage => ({
    ...atTraffic(usage, presets[name].quantities.monthlyRequests),
    ...presets[name].quantities,
});
