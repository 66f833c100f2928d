/** The limits of one answer: how many jobs, and how many bytes of materials and job fields. It always holds at least one job. */
export interface AnswerBounds {
  jobs: number;
  bytes: number;
}

export const ANSWER_BOUNDS: AnswerBounds = { jobs: 1000, bytes: 8 * 1024 * 1024 };
