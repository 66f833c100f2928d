/** A mistake of a user, shown without a stack. */
export class Plain extends Error {}

/** The message of a thrown value. A failed fetch has it in its cause. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || codeOf(cause) || error.message;
};

/** A system error's code, such as ENOSPC; empty if it has none. */
export const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
};
