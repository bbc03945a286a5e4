/** A scalar as text; maps and lists as JSON, since their own `toString` may be anything. */
export const scalar = (value: unknown): string =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
/** A fault of a value, found where no place is known; whoever reads the service adds it. */
export class FormError extends Error {
    constructor(
        readonly key: (string | number)[],
        readonly found: string,
        readonly allowed: string,
    ) {
        super(`${key.join(".")}: ${found}`);
    }
}
