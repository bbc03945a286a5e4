import type { Outputs } from "../components/roles";
import type { Stack } from "../topology/validate";

/** Puts an app on its cloud. Loads that cloud's SDK and no other. */
export async function deploy(stack: Stack): Promise<Outputs> {
    switch (stack.cloud) {
        case "aws":
            return (await import("./aws")).deploy(stack);
        case "gcp":
            return (await import("./gcp")).deploy(stack);
    }
}
