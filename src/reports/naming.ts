import { OWN_TOOL } from "./own-report.ts";
import type { ReportCase } from "./report-case.ts";
import { rowOf } from "./rows.ts";

/** The identity of a test within its project. */
export interface TestName {
  file: string | null;
  /** Outermost first. */
  suites: string[];
  title: string;
  parameters: string | null;
}

/** Suites named after the tool or its run, or without a name. */
const EMPTY_SUITES =
  /^(pytest|nose2-junit|cucumber-js|Cucumber|Mocha Tests|Root Suite|undefined|\(empty\)|rspec\d*|Run \d+ of \d+|AllTests|suite|test|Minitest::Result)$/;

/** Whether a suite or class has a name that is not the tool's own. */
export const isInformative = (suite: string): boolean =>
  suite.trim() !== "" && !EMPTY_SUITES.test(suite.trim());

const sameFile = (one: string, other: string): boolean => one === other || one.endsWith(`/${other}`);

/** The suites' names, with the class if they do not include it. */
const withClass = ({ suites, classname, name, file }: ReportCase): string[] => {
  // Xmlrunner appends the time of the run to the suite's name.
  const stable = suites.map((suite) => suite.replace(/-\d{14}$/, ""));
  const informative = stable.filter(
    (suite) => isInformative(suite) && !(file !== null && sameFile(file, suite)),
  );
  const spellings = [
    informative.at(-1),
    informative.join("."),
    informative.join(" "),
    informative.join("::"),
    name,
    file,
  ];
  const isIncluded =
    spellings.some((each) => each === classname) ||
    informative.some((suite) => suite.endsWith(`.${classname}`));
  return isInformative(classname) && !isIncluded ? [...informative, classname] : informative;
};

type Titles = Pick<TestName, "file" | "suites"> & { title: string };

/** For tools that join the titles into the case's name; the classname is the file. */
const joined =
  (separator: string) =>
  ({ name, classname, file }: ReportCase): Titles => {
    const titles = name.split(separator).slice(0, 100);
    const title = titles.length < 100 ? (titles.pop() ?? name) : name;
    return { file: file ?? (classname || null), suites: titles.length < 99 ? titles : [], title };
  };

/** A dotted classname is the module and its classes: a class begins with a capital letter. */
const python = (each: ReportCase): Titles => {
  const parts = each.classname.split(".");
  const first = parts.findIndex((part, at) => at > 0 && /^_*[A-Z]/.test(part));
  const module = first === -1 ? parts : parts.slice(0, first);
  const classes = first === -1 ? [] : parts.slice(first);
  const file = each.file ?? (each.classname === "" ? null : `${module.join("/")}.py`);
  return { file, suites: classes, title: each.name };
};

/** A classname that is a place in the source gives the file. Its line is dropped, because edits change it. */
const PLACE = /^(.+\.\w+):\d+$/;

const plain = (each: ReportCase): Titles => {
  const place = PLACE.exec(each.classname)?.[1];
  if (place === undefined) return { file: each.file, suites: withClass(each), title: each.name };
  return { file: each.file ?? place, suites: withClass({ ...each, classname: "" }), title: each.name };
};

/** A full title without its suites' titles. */
export const ownTitle = (each: ReportCase): Titles => {
  const { file, suites, title } = plain(each);
  for (const join of [" > ", " › ", " "]) {
    const around = suites.join(join);
    if (around === title) return { file, suites: suites.slice(0, -1), title: suites.at(-1) ?? title };
    if (suites.length > 0 && title.startsWith(`${around}${join}`))
      return { file, suites, title: title.slice(around.length + join.length) };
  }
  return { file, suites, title };
};

const titleAlone = ({ name, file }: ReportCase): Titles => ({ file, suites: [], title: name.trim() });

/** PHPUnit's suites are folders, classes and the methods with data sets, so its class is the only suite. */
const phpunit = ({ classname, name, file }: ReportCase): Titles => ({
  file,
  suites: classname === "" ? [] : [classname.replaceAll(".", "\\")],
  title: name,
});

const go = ({ classname, name }: ReportCase): Titles => ({ file: null, suites: [classname], title: name });

/** Its outermost suite is the file. Only a failed case has the attribute too, and another name would be another test. */
const tap = ({ suites: [file, ...suites], name }: ReportCase): Titles => ({
  file: file ?? null,
  suites,
  title: name,
});

const BY_TOOL: Readonly<Record<string, (each: ReportCase) => Titles>> = {
  vitest: (each) => (each.classname === "" ? ownTitle(each) : joined(" > ")(each)),
  playwright: (each) => (each.classname === "" ? ownTitle(each) : joined(" › ")(each)),
  deno: joined(" > "),
  pytest: python,
  unittest: python,
  nose2: python,
  go,
  // A suite in their JUnit reports is the file's first describe, or the innermost one's own title.
  jest: (each) => (each.classname === "" ? ownTitle(each) : titleAlone(each)),
  mocha: (each) => (each.classname === "" ? ownTitle(each) : titleAlone(each)),
  bun: (each) => ownTitle({ ...each, classname: "" }),
  cucumber: (each) => ({ ...plain(each), suites: [each.classname, ...each.suites].filter(isInformative) }),
  "cucumber-js": (each) => ({
    file: each.file,
    suites: [each.classname].filter(isInformative),
    title: each.name,
  }),
  phpunit,
  tap,
  rspec: (each) => ({ file: each.file, suites: [], title: each.name }),
  bats: (each) => ({ file: each.file ?? each.classname, suites: [], title: each.name }),
};

/** The name of a case: its file, its suites (outermost first), its title without the row, and the row's parameters. */
export const nameOf = (each: ReportCase, tool: string | null): TestName => {
  if (tool === OWN_TOOL)
    return { file: each.file, suites: each.suites, title: each.name, parameters: each.parameters };
  // A case that is not a test keeps its name.
  if (each.kind !== "test") return { ...plain(each), title: each.name, parameters: null };
  const read = tool !== null && Object.hasOwn(BY_TOOL, tool) ? BY_TOOL[tool] : undefined;
  const { file, suites, title } = (read ?? plain)(each);
  const row = rowOf(title, tool);
  // Playwright runs each test once per project and writes the project's name as the host name.
  const project = tool === "playwright" && each.classname !== "" ? each.hostname?.trim() || null : null;
  return { file, suites, title: row.title, parameters: each.parameters ?? row.parameters ?? project };
};
