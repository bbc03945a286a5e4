import type { Around } from "./around";
import type { ServiceInput } from "./parts";

/** Variables by which frameworks are told that they run on a developer's machine. */

const mode = /(^|_)(ENV|ENVIRONMENT)$/;
/** Services that only write down what they are told. */
const label = /^(SENTRY|OTEL|DD|ELASTIC|NEW_RELIC|ROLLBAR|BUGSNAG|HONEYBADGER|DOCKER|COMPOSE)_/;

/** Says of variables that they ask for development, which shows strangers what goes on inside, and where frameworks behave otherwise. */
export function sayModes(env: NonNullable<ServiceInput["env"]>, { note }: Around): void {
    for (const [variable, value = ""] of Object.entries(env)) {
        const isMode = mode.test(variable) && /^(dev|develop|development|local)$/i.test(value);
        const isDebug = /(^|_)DEBUG$/.test(variable) && /^(true|1|yes|on)$/i.test(value);
        if ((!isMode && !isDebug) || label.test(variable)) continue;
        const rails = /^(RAILS|RACK)_ENV$/.test(variable)
            ? ": Rails then refuses every host that config.hosts does not name"
            : "";
        note(["environment", variable], `${value} is for a developer's machine${rails}; say what production runs with`);
    }
}
