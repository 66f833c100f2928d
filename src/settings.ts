import { z } from "zod";

const seconds = (fallback: number, least = 0) => z.coerce.number().int().min(least).default(fallback);

/**
 * Every setting by its own name: a variable of the Worker when deployed, of the environment when run locally.
 * Each has a default that suits production; tests shorten the waiting times.
 */
export const settingsSchema = z.object({
  SITE_ID: z.coerce
    .number()
    .int()
    .min(1)
    .default(1)
    .describe("The number of this site: a job's `client_id`."),
  FRAMEWORK_IDS: z
    .string()
    .default("")
    .transform((list) =>
      list
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    )
    .describe("More values of `framework_id`, separated by commas; `*` allows any."),
  LEASE_SECONDS: seconds(60).describe(
    "How long a due job that one poll was given is hidden from the others; 0: never hidden.",
  ),
  CONTACT_SECONDS: seconds(60, 1).describe("How often, at most, a host's last contact is stored."),
  WINDOW_SECONDS: seconds(1800, 1).describe(
    "The length of a ping window and the time between two ticks; shortened only in tests.",
  ),
});
export type Settings = z.output<typeof settingsSchema>;

/** Reads the settings out of a Worker's variables. Throws, naming the setting, where one can't be used. */
export const parseSettings = (variables: object): Settings => {
  const result = settingsSchema.safeParse(variables);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`setting ${issue?.path.join(".")}: ${issue?.message}`);
};
