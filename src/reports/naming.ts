import { OWN_TOOL } from "./own-report.ts";
import type { ReportCase } from "./report-case.ts";
import { rowOf } from "./rows.ts";

/** What tells a test from all others of its project. */
export interface TestName {
  file: string | null;
  /** Outermost first. */
  suites: string[];
  title: string;
  parameters: string | null;
}

/** Suites that are called as the tool, its run or as nothing. */
const EMPTY_SUITES =
  /^(pytest|nose2-junit|cucumber-js|Cucumber|Mocha Tests|Root Suite|undefined|\(empty\)|rspec\d*|Run \d+ of \d+|AllTests|suite|test|Minitest::Result)$/;

const isSaying = (suite: string): boolean => suite.trim() !== "" && !EMPTY_SUITES.test(suite.trim());

const sameFile = (one: string, other: string): boolean => one === other || one.endsWith(`/${other}`);

/** The suites' names, and the class where they do not say it. */
const withClass = ({ suites, classname, name, file }: ReportCase): string[] => {
  // Xmlrunner puts the time of the run into the suite's name.
  const stable = suites.map((suite) => suite.replace(/-\d{14}$/, ""));
  const saying = stable.filter((suite) => isSaying(suite) && !(file !== null && sameFile(file, suite)));
  const told = [saying.at(-1), saying.join("."), saying.join(" "), saying.join("::"), name, file];
  const isTold =
    told.some((each) => each === classname) || saying.some((suite) => suite.endsWith(`.${classname}`));
  return isSaying(classname) && !isTold ? [...saying, classname] : saying;
};

type Titles = Pick<TestName, "file" | "suites"> & { title: string };

/** Titles that the tool joins into the case's name, behind a file that is the classname. */
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

/** A classname that is a place in the source says the file; its line changes with every edit. */
const PLACE = /^(.+\.\w+):\d+$/;

const plain = (each: ReportCase): Titles => {
  const place = PLACE.exec(each.classname)?.[1];
  if (place === undefined) return { file: each.file, suites: withClass(each), title: each.name };
  return { file: each.file ?? place, suites: withClass({ ...each, classname: "" }), title: each.name };
};

/** A full title without the titles of its suites before it. */
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

/** Its suites are folders, classes and the methods that have rows. */
const phpunit = ({ classname, name, file }: ReportCase): Titles => ({
  file,
  suites: classname === "" ? [] : [classname.replaceAll(".", "\\")],
  title: name,
});

const go = ({ classname, name }: ReportCase): Titles => ({ file: null, suites: [classname], title: name });

const BY_TOOL: Readonly<Record<string, (each: ReportCase) => Titles>> = {
  vitest: (each) => (each.classname === "" ? ownTitle(each) : joined(" > ")(each)),
  playwright: (each) => (each.classname === "" ? ownTitle(each) : joined(" › ")(each)),
  deno: joined(" > "),
  pytest: python,
  unittest: python,
  nose2: python,
  go,
  // The suites of their JUnit reports are the first describe of the file, or the innermost one's own title.
  jest: (each) => (each.classname === "" ? ownTitle(each) : titleAlone(each)),
  mocha: (each) => (each.classname === "" ? ownTitle(each) : titleAlone(each)),
  bun: (each) => ownTitle({ ...each, classname: "" }),
  cucumber: (each) => ({ ...plain(each), suites: [each.classname, ...each.suites].filter(isSaying) }),
  "cucumber-js": (each) => ({ file: each.file, suites: [each.classname].filter(isSaying), title: each.name }),
  phpunit,
  rspec: (each) => ({ file: each.file, suites: [], title: each.name }),
  bats: (each) => ({ file: each.file ?? each.classname, suites: [], title: each.name }),
};

/** A case's name: the file, the suites from the outside in, the title without its row, and the row's parameters. */
export const nameOf = (each: ReportCase, tool: string | null): TestName => {
  if (tool === OWN_TOOL)
    return { file: each.file, suites: each.suites, title: each.name, parameters: each.parameters };
  // What is no test is called as it is.
  if (each.kind !== "test") return { ...plain(each), title: each.name, parameters: null };
  const read = tool !== null && Object.hasOwn(BY_TOOL, tool) ? BY_TOOL[tool] : undefined;
  const { file, suites, title } = (read ?? plain)(each);
  const row = rowOf(title, tool);
  // Playwright runs each test once for each project, and writes the project where others write the host.
  const project = tool === "playwright" && each.classname !== "" ? each.hostname?.trim() || null : null;
  return { file, suites, title: row.title, parameters: each.parameters ?? row.parameters ?? project };
};
