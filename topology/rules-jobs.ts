import type { Environment, ParsedApp } from "./app";
import { cronFault } from "./cron";
import { floats } from "./images";
import { show, type Finding } from "./problems";
import { choices } from "./suggest";
import { timeZoneFault } from "./timezones";

const moments = { deployment: "at each deployment", demand: "on demand" };

/** What must hold of each job. */
export function* jobRules(app: ParsedApp, environment: Environment): Generator<Finding> {
    for (const [name, { service, image, entrypoint, workingDirectory, command, run, cron, timeZone }] of Object.entries(
        app.jobs,
    )) {
        const at = ["jobs", name];
        const runsOtherwise = run === "deployment" && (entrypoint ?? app.services[service]?.command) !== undefined;
        if (!image && !command && !runsOtherwise)
            yield {
                at: [...at, "command"],
                found: "nothing",
                allowed:
                    "what it runs; or an image of its own. Without a command a job before a deployment does what its image does, where its service has another command",
                reads: [[...at, "run"]],
            };
        if (entrypoint && !image && run !== "deployment")
            yield {
                at: [...at, "entrypoint"],
                found: `${show(entrypoint)}, of a job that runs ${run === "demand" ? moments.demand : "by a schedule"}`,
                allowed:
                    "nothing; or run: deployment. What runs later is a task of its service's on AWS, with its entry point",
                reads: [[...at, "run"]],
            };
        if (workingDirectory !== undefined && run !== "deployment")
            yield {
                at: [...at, "workingDirectory"],
                found: `${show(workingDirectory)}, of a job that runs ${run === "demand" ? moments.demand : "by a schedule"}`,
                allowed: "run: deployment. What runs later is a task of its service's on AWS, in its service's folder",
                reads: [[...at, "run"]],
            };
        if (image && run !== "deployment")
            yield {
                at: [...at, "image"],
                found: `an image of its own, of a job that runs ${run === "demand" ? moments.demand : "by a schedule"}`,
                allowed: "run: deployment. What runs later is a task of its service's on AWS, which has one image",
                reads: [[...at, "run"]],
            };
        if (image && environment === "prod" && floats(image.reference))
            yield {
                at: [...at, "image", "reference"],
                found: `${show(image.reference)}, which is another image from day to day`,
                allowed: "in prod a digest, or a tag that stays, such as registry/name:1.2.3",
            };
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
