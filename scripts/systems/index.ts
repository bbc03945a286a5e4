import { factify } from "./factify";
import type { System } from "./row";

/** The five documents, in their own order. */
export const systems: System[] = [factify];
