/** How much one answer may hold: so many jobs, and so many bytes of materials and job fields, but always one job. */
export interface AnswerBounds {
  jobs: number;
  bytes: number;
}

export const ANSWER_BOUNDS: AnswerBounds = { jobs: 1000, bytes: 8 * 1024 * 1024 };
