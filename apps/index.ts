import type { AppInput } from "../topology/app";
import { factify } from "./factify";
import { logo } from "./logo";
import { morrow } from "./morrow";
import { todo } from "./todo";
import { weather } from "./weather";

/** Every app that `twinstack:app` may name. A new one is a file beside this and a line here. */
export const apps: Record<string, AppInput> = { factify, logo, morrow, todo, weather };
