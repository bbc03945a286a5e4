import { replacedBy } from "../../../plan/replacing";
import { plainProperties, type Properties } from "./values";

/** Of the top-level inputs that changed, those for which the cloud makes the thing anew. */
export function replacingKeys(type: string, changed: string[], old: Properties, now: Properties): string[] {
    const paths = replacedBy(type, plainProperties(old), plainProperties(now)).map((path) => path.split(".")[0]);
    return changed.filter((key) => paths.includes(key));
}
