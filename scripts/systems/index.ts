import { factify } from "./factify";
import { logo } from "./logo";
import { morrow } from "./morrow";
import type { System } from "./row";
import { todo } from "./todo";
import { weather } from "./weather";

/** The five documents, in their own order. */
export const systems: System[] = [factify, weather, morrow, todo, logo];
