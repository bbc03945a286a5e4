/** What a stack's state says is not done, though a plain look at it finds nothing to do. */

/** Something whose last change was asked for and did not succeed. */
export interface Pending {
    type: string;
    name: string;
    /**
     * `gate`: the next `up` tries it again. `refused`: it does not, and the state has what was asked for instead of what is there,
     * until a refresh.
     */
    kind: "gate" | "refused";
    urn: string;
}

interface Resource {
    urn: string;
    type: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    initErrors?: string[];
    delete?: boolean;
}

/** Where a resource behind a gate (components/gates.ts) has the attempt. */
const attempts: Record<string, (inputs: Record<string, Fields>) => unknown> = {
    "aws:ecs/service:Service": ({ triggers }) => triggers?.attempt,
    "aws:elasticache/replicationGroup:ReplicationGroup": ({ authTokenWoVersion }) => authTokenWoVersion,
    "aws:rds/instance:Instance": ({ passwordWoVersion }) => passwordWoVersion,
    "gcp:cloudrunv2/service:Service": ({ template }) => (template?.labels as Fields)?.attempt,
    "gcp:cloudrunv2/workerPool:WorkerPool": ({ template }) => (template?.labels as Fields)?.attempt,
    "gcp:sql/user:User": ({ passwordWoVersion }) => passwordWoVersion,
    // A job's, by which its execution has a name.
    "random:index/randomId:RandomId": ({ keepers }) => keepers?.attempt,
};
type Fields = Record<string, unknown> | undefined;

/** What a person knows: a job, of which each execution is a random id to the program. */
const meant: Record<string, string> = { "random:index/randomId:RandomId": "gcp:cloudrunv2/job:Job" };

/** A job's gate has the job's name. */
const gateOf = ({ urn }: Resource): string =>
    urn
        .split("::")
        .slice(3)
        .join("::")
        .replace(/-execution$/, "");

/**
 * What is pending in a state (`pulumi stack export`), sorted by name: what was tried at another attempt than the one that the
 * stack remembers as its last success, and everything else that a cloud refused to change. Nothing in what is no state.
 */
export function pendingOf(state: unknown): Pending[] {
    const { resources = [] } = ((state ?? {}) as { deployment?: { resources?: Resource[] } }).deployment ?? {};
    const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    const passed = (stack?.outputs?.passed ?? {}) as Record<string, { attempt?: unknown } | undefined>;
    const failed = resources
        .filter(({ delete: gone }) => !gone)
        .flatMap((resource): Pending[] => {
            const { urn, type, inputs, outputs, initErrors } = resource;
            const name = gateOf(resource);
            const attemptIn = (values?: object) => attempts[type]?.((values ?? {}) as Record<string, Fields>);
            const failed = initErrors !== undefined && initErrors.length > 0;
            // Of an update that was refused the engine keeps the inputs of the one before, the outputs that there should be, and the
            // error. With the attempt that succeeded it was about something else, for which nothing tries again.
            const tried = failed ? (attemptIn(outputs) ?? attemptIn(inputs)) : attemptIn(inputs);
            const succeeded =
                String(tried) === String(passed[name]?.attempt) && !(failed && attemptIn(outputs) === undefined);
            if (tried !== undefined && !succeeded) return [{ urn, type: meant[type] ?? type, name, kind: "gate" }];
            return failed ? [{ urn, type, name, kind: "refused" }] : [];
        });
    // A job that was refused is one by its execution, too.
    const gates = new Set(failed.filter(({ kind }) => kind === "gate").map(({ name }) => name));
    return failed
        .filter(({ kind, name }) => kind === "gate" || !gates.has(name))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
}
