import { RunError } from "@pulumi/pulumi";

import { deploy } from "./stacks";
import { readStack } from "./stacks/config";
import { gatesOf, recall } from "./stacks/memory";
import { ProblemsError } from "./topology/validate";

/** The Pulumi program: read the stack's config, put the app on its cloud, export where it is. */
export = async () => {
    try {
        return await deploy(readStack(), gatesOf(await recall()));
    } catch (error) {
        // A RunError is shown as it is; anything else would come with a stack trace.
        throw error instanceof ProblemsError ? new RunError(error.message) : error;
    }
};
