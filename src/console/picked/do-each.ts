import type { Call } from "../../call.ts";
import { refuseUnknown } from "../../http/endpoint.ts";
import { DomainError, invalid } from "../../wire/refusals.ts";

/** The maximum that one form may pick. A page of a list has fewer. */
const MAX_PICKED = 100;

/** A picked row: a job or a schedule of a project. */
export interface Picked {
  project: number;
  id: number;
}

/** What came of one: where to see it, or why it was not done. */
export type Outcome = Picked & ({ isDone: true; path: string } | { isDone: false; why: string });

const PICK = /^([1-9]\d{0,14}):([1-9]\d{0,14})$/;

export const pickOf = ({ project, id }: Picked): string => `${project}:${id}`;

/** The picked rows of a form, each once. Throws `invalid` for too many, or a malformed one. */
export const picksIn = (values: readonly string[]): Picked[] => {
  const picks = [...new Set(values)];
  if (picks.length > MAX_PICKED)
    throw invalid([{ field: "pick", message: `must be at most ${MAX_PICKED} at once` }]);
  return picks.map((pick) => {
    const [, project, id] = PICK.exec(pick) ?? [];
    if (project === undefined) throw invalid([{ field: "pick", message: "must name rows of the list" }]);
    return { project: Number(project), id: Number(id) };
  });
};

/** The call of one of many: its own request id and key, by which a form that is sent again repeats nothing. */
const callOfOne = (call: Call, picked: Picked): Call => {
  const { request } = call;
  const mark = `${picked.project}.${picked.id}`;
  return {
    ...call,
    request: {
      ...request,
      id: `${request.id}.${mark}`,
      key: request.key === undefined ? undefined : `${request.key}.${mark}`,
    },
  };
};

/**
 * Does the same to each picked row, one after another, by the verb that does it to one. A refusal is told and does not
 * keep the others from being done.
 */
export const doEach = async (
  call: Call,
  picks: readonly Picked[],
  verb: (call: Call, picked: Picked) => Promise<string>,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const picked of picks) {
    try {
      await refuseUnknown(call, { project: picked.project });
      outcomes.push({ ...picked, isDone: true, path: await verb(callOfOne(call, picked), picked) });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      outcomes.push({ ...picked, isDone: false, why: error.message });
    }
  }
  return outcomes;
};
