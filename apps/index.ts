import type { AppInput } from "../topology/app";
import { todo } from "./todo";

/** Every app that `twinstack:app` may name. A new one is a file beside this and a line here. */
export const apps: Record<string, AppInput> = { todo };
