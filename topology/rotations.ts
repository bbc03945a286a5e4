import type { App } from "./app";

/** Sets of secrets whose new values start services anew → the services that read them; none that nobody reads. */
export const rotations = ({ secrets, services }: Pick<App, "secrets" | "services">): Record<string, string[]> =>
    Object.fromEntries(
        Object.entries(secrets)
            .filter(([, { redeploy }]) => redeploy)
            .map(([set]): [string, string[]] => [
                set,
                Object.keys(services).filter((name) => services[name].uses.includes(set)),
            ])
            .filter(([, readers]) => readers.length > 0),
    );
