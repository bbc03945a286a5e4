import { apps } from "./apps";
import { program } from "./sdk";

/** The Pulumi program. */
export = program({ apps });
