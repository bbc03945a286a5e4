import { config } from "zod/v4/core";

// The page's policy forbids code made from text, and merely trying it is an error on the console. Before any schema.
config({ jitless: true });
