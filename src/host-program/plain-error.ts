/** What a person did or has that can't work: told in its own words, without a stack. */
export class Plain extends Error {}

/** The reason in a thrown value; a failed fetch hides it in its cause. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || codeOf(cause) || error.message;
};

/** The code of an error of the system, such as ENOSPC; empty where it has none. */
export const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
};
