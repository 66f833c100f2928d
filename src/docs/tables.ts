import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TERMS } from "../console/parts/terms.ts";
import { githubExample, gitlabExample, jenkinsExample, type Target } from "../console/pipelines/examples.ts";
import { CLOSINGS } from "../host-object/socket-codes.ts";
import { settingsSchema } from "../settings.ts";
import { REFUSALS } from "../wire/refusal-words.ts";
import { type RefusalCode, STATUS_OF } from "../wire/refusals.ts";

/** The address in the commands of the documentation, which a script replaces by the service's own (assets/docs.js). */
export const SHOWN_ADDRESS = "http://127.0.0.1:8787";

/** What a fresh installation has after its first five minutes. */
const TARGET: Target = { origin: SHOWN_ADDRESS, project: "1", agent: "1" };

const CLIENT_EXAMPLE = join(import.meta.dirname, "../client/example.ts");

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

const row = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const TITLES: Readonly<Record<number, string>> = {
  400: "the request is not right",
  401: "no valid token",
  403: "not for this token",
  404: "not there",
  409: "not in this state",
  413: "too large",
  415: "packed otherwise",
  426: "a socket",
  429: "too many",
  503: "try again",
};

const isCode = (code: string): code is RefusalCode => code in STATUS_OF;

const codes = Object.keys(STATUS_OF)
  .filter(isCode)
  .map((code) => ({ code, status: STATUS_OF[code] }));

/** Each code with its cause and cure, by status. */
const errors = (): string =>
  [...new Set(codes.map(({ status }) => status))]
    .map((status) => {
      const own = codes
        .filter((each) => each.status === status)
        .map(
          ({ code }) =>
            `### \`${code}\` {#${code}}\n\n${REFUSALS[code].cause}\n\n**What to do:** ${REFUSALS[code].cure}`,
        );
      return `## ${status}: ${TITLES[status] ?? "refused"} {#${status}}\n\n${own.join("\n\n")}`;
    })
    .join("\n\n");

const settings = (): string =>
  table(
    ["name", "default", "what it does"],
    [
      ["`ADMIN_TOKEN`", "a secret", "The bootstrap token, 16 characters or more."],
      ...Object.entries(settingsSchema.shape).map(([name, schema]) => [
        `\`${name}\``,
        String(schema.parse(undefined)) || "none",
        schema.description ?? "",
      ]),
    ],
  );

const closings = (): string =>
  table(
    ["code", "why", "connect again after"],
    Object.values(CLOSINGS).map(({ code, why, again }) => [code, why, `${again} s`]),
  );

const terms = (): string =>
  table(
    ["term", "meaning", "in the API"],
    TERMS.map(({ term, means, api = "the same" }) => [term, means, api]),
  );

/** What a line such as `<!-- settings -->` of a page stands for: matter that the code has. */
const GENERATED: Readonly<Record<string, () => string>> = {
  errors,
  settings,
  closings,
  terms,
  "client example": () => fenced("ts", readFileSync(CLIENT_EXAMPLE, "utf8").trimEnd()),
  "github example": () => fenced("yaml github", githubExample(TARGET)),
  "gitlab example": () => fenced("yaml gitlab", gitlabExample(TARGET)),
  "jenkins example": () => fenced("groovy jenkins", jenkinsExample(TARGET)),
};

/** The source of a page with what the code has of it. Throws if it asks for something else. */
export const filledIn = (source: string): string =>
  source.replace(/^<!-- (.*) -->$/gm, (_, name: string) => {
    const make = GENERATED[name];
    if (!make) throw new Error(`nothing generated is named "${name}"`);
    return make();
  });
