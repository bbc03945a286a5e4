/**
 * A command of twinstack's as people are told to type it. `--no`: npx runs what is installed and never fetches anything, since the
 * bare name `twinstack` on npm is not this package's. A subcommand has to come first, as npx takes flags before one for its own.
 */
export const command = (line: string): string => `npx --no twinstack ${line}`;
