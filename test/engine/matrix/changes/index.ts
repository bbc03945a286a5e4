import { data } from "./data";
import type { Change } from "./draft";
import { entrance } from "./entrance";
import { place } from "./place";
import { services } from "./services";

export { draftOf, themes, type AppName, type Change, type Draft } from "./draft";

/** Every change that a stack meets. One list: the engine runs it, and docs/changes.md is written from what happened. */
export const changes: Change[] = [...services, ...entrance, ...data, ...place];
