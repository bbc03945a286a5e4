import type { App, Service } from "./app";
import { isWorker } from "./endpoints";
import { rotations } from "./rotations";

/**
 * Products of Google Cloud that regions of ours may lack: Cloud Run with its jobs and worker pools, Cloud SQL (ENTERPRISE) and
 * Memorystore are in all of them.
 *
 * Sources: Google's own list of products by region, behind its region picker (github.com/GoogleCloudPlatform/region-picker,
 * data/products.json, August 2025), and for Cloud Scheduler its release notes since then (docs.cloud.google.com/scheduler/docs/release-notes: April 17
 * and September 24, 2026; those of July 29 could not be had, so one of these may be in a region by now). Nothing of it is refused.
 */
export const lacking: Record<Product, string[]> = {
    "Cloud Scheduler": [
        "australia-southeast2",
        "europe-north1",
        "europe-north2",
        "europe-southwest1",
        "europe-west8",
        "europe-west9",
        "europe-west10",
        "northamerica-south1",
        "southamerica-west1",
        "us-east5",
        "us-south1",
    ],
    Eventarc: ["europe-west10", "northamerica-south1"],
    Filestore: ["southamerica-west1"],
};

/** What the warnings name, and a person asks for. */
type Product = "Cloud Scheduler" | "Eventarc" | "Filestore";

/** How to ask Google whether a region has it by now. */
export const askFor: Record<Product, string> = {
    "Cloud Scheduler": "gcloud scheduler locations list",
    Eventarc: "gcloud eventarc locations list",
    Filestore: "gcloud filestore locations list",
};

/** Whether its instances go by the hours, by way of a schedule. */
const scheduled = (service: Service): boolean =>
    service.scale.hours !== undefined && (isWorker(service) || service.scale.hours.outside.min !== service.scale.min);

/** Products that an app needs and a region may lack, each with the parts that need it. */
export function missingIn(region: string, app: App): { product: Product; parts: string[] }[] {
    const needed: Record<Product, string[]> = {
        "Cloud Scheduler": [
            ...Object.keys(app.jobs).filter((job) => app.jobs[job].run === "schedule"),
            ...Object.keys(app.services).filter((name) => scheduled(app.services[name])),
        ],
        Eventarc: Object.keys(rotations(app)),
        Filestore: Object.keys(app.filesystems).filter((name) => app.filesystems[name].gcp.filestore),
    };
    return (Object.keys(lacking) as Product[])
        .filter((product) => lacking[product].includes(region) && needed[product].length > 0)
        .map((product) => ({ product, parts: needed[product] }));
}
