import type { Call } from "../../call.ts";
import { readProgress as readStored } from "./store.ts";

/** How far a new installation has come on the way to its first run, as far as the caller may know. */
export const readProgress = ({ db, actor }: Call) => readStored(db, actor);
export type Progress = Awaited<ReturnType<typeof readProgress>>;
