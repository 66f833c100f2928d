import { invalid } from "../http/errors.ts";
import type { ReportCase } from "./junit.ts";

/** What of a report's case becomes a test run's `automation_content`; the first unless said otherwise. */
export const CONTENTS = ["classname.name", "name", "classname", "file"] as const;
export type Content = (typeof CONTENTS)[number];

/** What a test run is called in lists; its `automation_content` is never cut. */
const NAME_CHARACTERS = 255;

const cut = (name: string): string => {
  if (name.trim().length <= NAME_CHARACTERS) return name;
  const short = name.trim().slice(0, NAME_CHARACTERS - 1);
  return `${short.isWellFormed() ? short : short.slice(0, -1)}…`;
};

const given = (text: string): string => (text.trim() === "" ? "" : text);

/** How a refusal names a case. */
export const caseLabel = ({ number, name, classname, line }: ReportCase): string =>
  `case ${number} ${JSON.stringify((given(name) || classname).slice(0, 80))} (line ${line})`;

const contentOf = (each: ReportCase, content: Content): string => {
  if (content === "classname.name") return [each.classname, each.name].filter(given).join(".");
  const picked = given(each[content]);
  if (picked !== "") return picked;
  throw invalid([
    { field: caseLabel(each), message: `has no ${content}: pick another content with ?content=` },
  ]);
};

/**
 * The test run of a case: called by its name, else its classname (Surefire reports a class that failed as a
 * whole with no name), cut to 255 characters; its content is what `content` picks. Only `classname.name` does
 * with one where the other is missing: a host could run nothing by another attribute than was asked for.
 * Throws `invalid`, naming the case, where what is picked is missing, and where it has neither name.
 */
export const runOf = (each: ReportCase, content: Content) => {
  const name = given(each.name) || given(each.classname);
  if (name === "") {
    throw invalid([{ field: caseLabel(each), message: "must have a name or a classname" }]);
  }
  return { test_case_name: cut(name), automation_content: contentOf(each, content) };
};
