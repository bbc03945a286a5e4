/** The beginning of every resource's name. By itself, as the report's page has it, too, where there is no Node. */
export const prefixOf = (app: string, stack: string): string => `${app}-${stack}`;
