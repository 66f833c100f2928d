import * as z from "zod";

const COMMIT_FORM = "must be the id of a commit: 7 to 64 hexadecimal digits";

/** The id of the commit that a run tests, stored in lower case. */
export const commitInput = z
  .string(COMMIT_FORM)
  .regex(/^[0-9a-fA-F]{7,64}$/, COMMIT_FORM)
  .toLowerCase();

/** What the documentation says of a commit that is given. */
export const COMMIT_WORDS =
  "The id of the commit that is tested, for its status at GitHub or GitLab: 7 to 64 hexadecimal digits.";
