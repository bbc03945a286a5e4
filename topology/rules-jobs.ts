import type { ParsedApp } from "./app";
import { cronFault } from "./cron";
import { show, type Finding } from "./problems";
import { choices } from "./suggest";
import { timeZoneFault } from "./timezones";

const moments = { deployment: "at each deployment", demand: "on demand" };

/** What must hold of each job. */
export function* jobRules(app: ParsedApp): Generator<Finding> {
    for (const [name, { service, run, cron, timeZone }] of Object.entries(app.jobs)) {
        const at = ["jobs", name];
        const services = Object.keys(app.services);
        if (!services.includes(service))
            yield {
                at: [...at, "service"],
                found: show(service),
                allowed: choices(service, services),
                reads: [["services", service]],
            };
        if (run === "schedule" && cron === undefined)
            yield {
                at: [...at, "cron"],
                found: "nothing, for a job that runs by a schedule",
                allowed: "five fields of cron, such as 0 3 * * 1-5",
                reads: [[...at, "run"]],
            };
        if (run !== "schedule" && cron !== undefined)
            yield {
                at: [...at, "cron"],
                found: `${show(cron)}, for a job that runs ${moments[run]}`,
                allowed: "nothing; or run: schedule",
                reads: [[...at, "run"]],
            };
        const fault = cron === undefined ? undefined : cronFault(cron);
        if (fault) yield { at: [...at, "cron"], ...fault };
        const zoneFault = timeZoneFault(timeZone);
        if (zoneFault) yield { at: [...at, "timeZone"], found: show(timeZone), allowed: zoneFault };
    }
}
