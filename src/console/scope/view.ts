import type { Call } from "../../call.ts";
import { readProjectsNamed } from "./store.ts";

/** The projects that the caller may see whose name has this part, or that have this id. */
export const findProjects = ({ db, actor }: Call, search: string) => readProjectsNamed(db, actor, search);
