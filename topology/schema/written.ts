import type { z } from "zod";

/**
 * What may be written for a schema: `z.input`, with the docstrings of the schema's fields. zod's own type has other fields in place
 * of them, of which an editor knows nothing; a mapped type whose keys are taken as they are keeps them.
 */
export type Written<S> =
    S extends z.ZodObject<infer Shape, infer _>
        ? Fields<{ [K in keyof Shape]: Written<Shape[K]> }, OptionalKeys<Shape>>
        : S extends z.ZodOptional<infer T> | z.ZodDefault<infer T> | z.ZodPrefault<infer T>
          ? Written<T> | undefined
          : S extends z.ZodArray<infer T>
            ? Written<T>[]
            : S extends z.ZodRecord<infer _, infer V>
              ? Record<string, Written<V>>
              : z.input<S>;

type Fields<T, Optional extends keyof T> = Omit<T, Optional> & Partial<Pick<T, Optional>>;
type OptionalKeys<Shape> = { [K in keyof Shape]: undefined extends z.input<Shape[K]> ? K : never }[keyof Shape];
