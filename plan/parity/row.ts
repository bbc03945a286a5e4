/** How each cloud implements one field of the topology. */
export interface Row {
    /** Path into the topology; `*` stands for every name. */
    field: string;
    aws: string;
    gcp: string;
    /** Where the clouds differ in a way that matters, or one of them lacks something. */
    note?: string;
}

/** Where a cloud has nothing like it. */
export const absent = "–";
