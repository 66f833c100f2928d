import { test } from "vitest";
import { comparePresence } from "./presence-model.ts";

test(
  "a host is Online exactly if it pinged in the half hour before the newest finished tick",
  () => comparePresence(60),
  10 * 60_000,
);
