/** What was asked for cannot be done as asked; the message says what can. No stack trace, exit code 2. */
export class BadInput extends Error {}
