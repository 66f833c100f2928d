import * as z from "zod";
import { DAY_MS } from "./wire/durations.ts";

const wholeNumber = (fallback: number, least = 0) => z.coerce.number().int().min(least).default(fallback);

const namesIn = (list: string): string[] =>
  list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

const SITE_FORM = "must be an address like https://muster.example";
/** An origin, without the slash at its end; "" if it is not given. */
const siteUrl = z
  .string()
  .default("")
  .refine((text) => text === "" || /^https?:\/\/[^/?#@\s]+\/?$/.test(text), { error: SITE_FORM })
  .transform((text) => text.replace(/\/$/, ""));

/**
 * Every setting: a variable of the deployed Worker, or of the local environment. Each has a default for
 * production; tests shorten the times.
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
    .transform(namesIn)
    .describe("More values of `framework_id`, separated by commas; `*` allows any."),
  LEASE_SECONDS: wholeNumber(60).describe(
    "How long a due job that was given to one poll is hidden from others; 0: never.",
  ),
  CONTACT_SECONDS: wholeNumber(60, 1).describe("How often, at most, a host's last contact is stored."),
  LOST_SECONDS: wholeNumber(2100, 1).describe(
    "How long a host may be silent before its runs without a lease are lost.",
  ),
  RUN_LIMIT_MINUTES: wholeNumber(1440).describe(
    "How long a run may take whose schedule sets no limit; 0: no limit.",
  ),
  CANCEL_SECONDS: wholeNumber(60, 1).describe(
    "How long a host that knows of leases has to end a run that it is asked to cancel.",
  ),
  HORIZON_DAYS: wholeNumber(30, 1).describe("How far ahead the jobs of a schedule are planned."),
  RATE_LIMITS: z
    .enum(["on", "off"], { error: "must be on or off" })
    .default("on")
    .describe("Whether requests are counted against the limits in wrangler.toml."),
  LOG_QUIET: z
    .enum(["on", "off"], { error: "must be on or off" })
    .default("on")
    .describe("Whether pings and polls that hosts' objects answer alone have a line in the log."),
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform(namesIn)
    .describe("The origins, separated by commas, whose pages may call the API; none unless given."),
  JOB_WAIT_MINUTES: wholeNumber(60, 1).describe(
    "How long a due job may wait that could be handed out before it raises an alarm.",
  ),
  REPORTS_WAIT_MINUTES: wholeNumber(15, 1).describe(
    "How long the reports of ended runs may wait on a host before they raise an alarm.",
  ),
  NEVER_RAN_HOURS: wholeNumber(24, 1).describe(
    "How long after its first run was due a schedule raises an alarm of which no run ever began.",
  ),
  CLOCK_OFFSET_SECONDS: wholeNumber(30, 1).describe(
    "How far the clock of a host may be off before it raises an alarm.",
  ),
  RETENTION_DAYS: wholeNumber(90, 1).describe(
    "How long ended jobs and the history of hosts' presence are kept.",
  ),
  REPORT_DAYS: wholeNumber(730, 1).describe(
    "How long the results of tests and the reports that they came in are kept.",
  ),
  ARTIFACT_DAYS: wholeNumber(90, 1).describe(
    "How long the logs of runs and the files that they leave are kept.",
  ),
  EMAIL_FROM: z
    .string()
    .default("")
    .describe(
      "The sender of e-mails, an address of a domain that the account may send from; none are sent without it and the binding EMAIL.",
    ),
  WEBHOOK_DAYS: wholeNumber(30, 1).describe(
    "How long is kept what was sent to webhooks, and what could not be delivered.",
  ),
  WEBHOOK_PRIVATE: z
    .enum(["on", "off"], { error: "must be on or off" })
    .default("off")
    .describe(
      "Whether webhooks may call private addresses, and by http; for tests and developers on their own machine.",
    ),
  SITE_URL: siteUrl.describe(
    "The address of this service, like `https://muster.example`, for links in messages; none without it.",
  ),
  WINDOW_SECONDS: wholeNumber(1800, 1).describe(
    "The length of a ping window and the time between two ticks; shortened only in tests.",
  ),
});
export type Settings = z.output<typeof settingsSchema>;

/** An empty setting is not set. */
const isGiven = (value: unknown): boolean => typeof value !== "string" || value.trim() !== "";

/** Conflicts between settings that are valid alone: one sentence per pair. */
const conflictsOf = ({ CONTACT_SECONDS, LOST_SECONDS, CANCEL_SECONDS }: Settings): string[] => {
  const conflicts: string[] = [];
  if (LOST_SECONDS < 2 * CONTACT_SECONDS) {
    conflicts.push(
      `settings CONTACT_SECONDS=${CONTACT_SECONDS} and LOST_SECONDS=${LOST_SECONDS}: LOST_SECONDS must be at least twice CONTACT_SECONDS, else the runs of a host that calls are taken for lost`,
    );
  }
  if (CANCEL_SECONDS < CONTACT_SECONDS) {
    conflicts.push(
      `settings CONTACT_SECONDS=${CONTACT_SECONDS} and CANCEL_SECONDS=${CANCEL_SECONDS}: CANCEL_SECONDS must be at least CONTACT_SECONDS, else a host that calls is not asked to cancel its run`,
    );
  }
  return conflicts;
};

/** Parses a Worker's variables. Throws an error that names every invalid setting, and every conflict. */
export const parseSettings = (variables: object): Settings => {
  const given = Object.keys(settingsSchema.shape)
    .map((name): [string, unknown] => [name, Reflect.get(variables, name)])
    .filter(([, value]) => value !== undefined && isGiven(value));
  const result = settingsSchema.safeParse(Object.fromEntries(given));
  const wrong = result.success
    ? conflictsOf(result.data)
    : result.error.issues.map(({ path, message }) => `setting ${path.join(".")}: ${message}`);
  if (result.success && wrong.length === 0) return result.data;
  throw new Error(wrong.join("; "));
};

const parsed = new WeakMap<object, Settings>();

/** The settings of a Worker's variables, parsed once. */
export const settingsOf = (variables: object): Settings => {
  const known = parsed.get(variables);
  if (known) return known;
  const settings = parseSettings(variables);
  parsed.set(variables, settings);
  return settings;
};

/**
 * The ADMIN_TOKEN before this one: it opens what was sealed under it (webhooks/sealed.ts); "" if none is given. A secret,
 * and so no setting.
 */
export const formerSecretIn = (variables: object): string => {
  const given: unknown = Reflect.get(variables, "ADMIN_TOKEN_BEFORE");
  return typeof given === "string" ? given : "";
};

/** How far back ended data is kept at `now`; both in epoch milliseconds. Older data may be deleted. */
export const keptFrom = (now: number, retentionDays: number): number => now - retentionDays * DAY_MS;
