import type { Gates } from "../components/gates";
import type { AccountOutputs, Outputs } from "../components/roles";
import type { Target } from "../topology/app";
import type { Stack } from "../topology/validate";

/** Puts an app, or what an account has once, on its cloud. Loads that cloud's SDK and no other. */
export async function deploy(stack: Stack<Target>, gates: Gates): Promise<Outputs | AccountOutputs> {
    if (stack.app.account && stack.cloud === "aws") return (await import("./aws-account")).deploy(stack as Stack);
    if (stack.app.account && stack.cloud === "gcp") return (await import("./gcp-account")).deploy(stack as Stack);
    switch (stack.cloud) {
        case "aws":
            return (await import("./aws")).deploy(stack as Stack, gates);
        case "gcp":
            return (await import("./gcp")).deploy(stack as Stack, gates);
        case "local":
            return (await import("./local")).deploy(stack);
    }
}
