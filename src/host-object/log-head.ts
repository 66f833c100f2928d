/** Identifies a log: one attempt of a project's job. */
export interface LogPlace {
  project: number;
  job: number;
  attempt: number;
}

/** Positions in a log, in bytes. R2 has everything before `stored`; up to `sealed` is being written to R2. */
export interface LogHead extends LogPlace {
  stored: number;
  sealed: number;
  end: number;
  ended: boolean;
  /** When its last chunk arrived; epoch milliseconds. */
  at: number;
}

export type HeadRow = {
  project: number;
  job: number;
  attempt: number;
  stored: number;
  sealed: number;
  length: number;
  ended: number;
  at: number;
};

export const headIn = ({ length, ended, ...row }: HeadRow): LogHead => ({
  ...row,
  end: length,
  ended: ended === 1,
});
