import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { accepted } from "../client/client.ts";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import { findProject } from "./find.ts";
import { textIn } from "./options.ts";
import { connection, type Session, wantsJson } from "./session.ts";

const readBytes = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Plain(`${path} can't be read: ${reasonOf(error)}`);
  }
};

const isTestRuns = (bytes: Buffer): boolean => {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return Array.isArray(value) && value.every((each) => Object.hasOwn(Object(each), "automation_content"));
  } catch {
    return false;
  }
};

/** How a file is sent: as a table, as the API's own JSON, or as a report, whose form the service finds. */
const typeOf = (path: string, bytes: Buffer): string => {
  if (/^\.(csv|tsv)$/i.test(extname(path))) return "text/csv";
  return isTestRuns(bytes) ? "application/json" : "application/octet-stream";
};

interface Summary {
  format?: string;
  tool?: string | null;
  merged_cases?: number;
  left_out_cases?: number;
}

const summaryIn = (header: string | null): Summary => (header === null ? {} : JSON.parse(header));

/** `muster import FILE`. Throws `Plain`, `Refused`, `Unanswered`. */
export const importFile = async (session: Session): Promise<number> => {
  const { line, env, terminal } = session;
  const [path] = line.words;
  if (path === undefined) throw new Plain("which file? muster import FILE");
  const bytes = readBytes(path);
  const asked = connection(session, { tryMs: 120_000 });
  const project = await findProject(asked, line, env);
  const content = textIn(line, "content");
  const query = content === undefined ? "" : `?${new URLSearchParams({ content })}`;
  const response = await accepted(
    asked.send(`/projects/${project}/automation/test-runs${query}`, {
      method: "POST",
      headers: { "Content-Type": typeOf(path, bytes) },
      body: bytes,
    }),
  );
  const runs: unknown = await response.json();
  if (wantsJson(session)) {
    terminal.print(JSON.stringify(runs, null, 2));
    return 0;
  }
  const {
    format,
    tool,
    merged_cases = 0,
    left_out_cases = 0,
  } = summaryIn(response.headers.get("Import-Summary"));
  const count = Array.isArray(runs) ? runs.length : 0;
  const from = format === undefined ? "" : ` from ${format}${tool ? ` of ${tool}` : ""}`;
  terminal.print(`${count} ${count === 1 ? "test run" : "test runs"} of project ${project}${from}`);
  if (merged_cases > 0)
    terminal.say(`${merged_cases} tests have the content of another and are one with it; see --content`);
  if (left_out_cases > 0) terminal.say(`${left_out_cases} cases are no tests and were left out`);
  return 0;
};
