/**
 * Pairs of regions that a Cloud Storage bucket may be in, each by its location. Source: Cloud Storage's documentation,
 * "Bucket locations", its tables of predefined and of configurable dual-regions.
 */

/** A bucket's location, and its two regions where the location does not say them by itself. */
export interface DualRegion {
    /** `ASIA1`, a pair by name; or `US`, a place whose regions are chosen. */
    location: string;
    /** In capitals, as `customPlacementConfig.dataLocations` takes them. */
    dataLocations?: [string, string];
}

const predefined: Record<string, [string, string]> = {
    ASIA1: ["asia-northeast1", "asia-northeast2"],
    EUR4: ["europe-north1", "europe-west4"],
    EUR5: ["europe-west1", "europe-west2"],
    EUR7: ["europe-west2", "europe-west3"],
    EUR8: ["europe-west3", "europe-west6"],
    NAM4: ["us-central1", "us-east1"],
};

/** The smaller place stands first: two regions of Germany are a pair of DE and not of EU. */
const configurable: Record<string, string[]> = {
    ASIA: ["asia-east1", "asia-southeast1"],
    AU: ["australia-southeast1", "australia-southeast2"],
    CA: ["northamerica-northeast1", "northamerica-northeast2"],
    DE: ["europe-west3", "europe-west10"],
    IN: ["asia-south1", "asia-south2"],
    IT: ["europe-west8", "europe-west12"],
    EU: [
        ...["europe-west4", "europe-west1", "europe-west3", "europe-west9", "europe-central2", "europe-north1"],
        ...["europe-southwest1", "europe-west8", "europe-west10", "europe-west12"],
    ],
    US: [
        ...["us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3"],
        "us-west4",
    ],
};

/** The location of a bucket in both regions; undefined if there is none. */
export function dualRegion(first: string, second: string): DualRegion | undefined {
    if (first === second) return undefined;
    const both = (regions: readonly string[]) => regions.includes(first) && regions.includes(second);
    const named = Object.keys(predefined).find((location) => both(predefined[location]));
    if (named) return { location: named };
    const location = Object.keys(configurable).find((location) => both(configurable[location]));
    if (!location) return undefined;
    return { location, dataLocations: [first.toUpperCase(), second.toUpperCase()] };
}

/** Regions that make a pair with this one; the first is the default. None for regions such as Seoul or São Paulo. */
export function secondRegions(region: string): string[] {
    const all = [...Object.values(predefined), ...Object.values(configurable)];
    return [...new Set(all.filter((regions) => regions.includes(region)).flat())].filter((other) => other !== region);
}
