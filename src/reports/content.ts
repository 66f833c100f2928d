import { isInformative, ownTitle } from "./naming.ts";
import type { ReportCase } from "./report-case.ts";

/** The fields of a template, each in braces. */
export const TEMPLATE_FIELDS = ["suite", "classname", "name", "file", "package", "hostname", "line"] as const;
type Field = (typeof TEMPLATE_FIELDS)[number];

const isField = (name: string): name is Field => TEMPLATE_FIELDS.some((field) => field === name);

/** Whether `content` is a template instead of a name in `CONTENTS`. */
export const isTemplate = (content: string): boolean => content.includes("{");

/** The value of a field; "" if the case has none. Suites are joined as most tools print them. */
const fieldOf = (each: ReportCase, field: Field): string => {
  if (field === "suite") return each.suites.join(" > ");
  const value = each[field];
  return value === null || `${value}`.trim() === "" ? "" : `${value}`;
};

/** A template split at its fields: the text before each, and the text at the end. */
const parse = (template: string) => {
  const fields: { before: string; name: string }[] = [];
  let at = 0;
  for (const found of template.matchAll(/\{([^{}]*)\}/g)) {
    fields.push({ before: template.slice(at, found.index), name: found[1] ?? "" });
    at = found.index + found[0].length;
  }
  return { fields, end: template.slice(at) };
};

/** What is wrong with a template, to be appended to its name; undefined if it is valid. */
export const templateFault = (template: string): string | undefined => {
  const known = TEMPLATE_FIELDS.map((field) => `{${field}}`).join(" ");
  const { fields, end } = parse(template);
  const unknown = fields.find(({ name }) => !isField(name));
  if (unknown) return `has no field {${unknown.name.slice(0, 40)}}; the fields are ${known}`;
  if (fields.length === 0 || /[{}]/.test(end + fields.map(({ before }) => before).join(""))) {
    return `must be a template whose braces close; its fields are ${known}`;
  }
  return undefined;
};

/**
 * What fills a template with a case's fields. The separator before an empty field is omitted. "" if all fields are empty.
 */
const filling = (template: string): ((each: ReportCase) => string) => {
  const { fields, end } = parse(template);
  return (each) => {
    let filled = "";
    for (const { before, name } of fields) {
      const value = isField(name) ? fieldOf(each, name) : "";
      if (value !== "") filled += filled === "" ? value : before + value;
    }
    return filled === "" ? "" : (fields[0]?.before ?? "") + filled + end;
  };
};

export const fill = (template: string, each: ReportCase): string => filling(template)(each);

/** Classnames without information: Node's runner and minitest give every test the same. */
const EMPTY_CLASSNAMES = ["test", "suite", "Minitest::Result"];
/** Suites named after the tool, or without a name. */
const EMPTY_SUITES = /^(pytest|Mocha Tests|Root Suite|undefined|\(empty\)|rspec\d*)$/;

/** Classname and name joined with a dot. Suites replace a classname that is missing or has no information. */
const dotted = (each: ReportCase): string => {
  const isEmpty = each.classname.trim() === "" || EMPTY_CLASSNAMES.includes(each.classname);
  const suites = isEmpty ? each.suites.filter((suite) => !EMPTY_SUITES.test(suite)) : [];
  const before = suites.length > 0 ? suites : [each.classname];
  return [...before, each.name].filter((part) => part.trim() !== "").join(".");
};

/**
 * Splits a dotted classname into the module's path and the classes. Without a file, a class begins with a capital
 * letter.
 */
const nodeId = (each: ReportCase): string => {
  const parts = each.classname.split(".");
  const module = each.file
    ?.replace(/\.py$/, "")
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== ".");
  const isOfFile = module?.every((part, at) => parts[at] === part) === true;
  const firstClass = parts.findIndex((part) => /^_*[A-Z]/.test(part));
  const end = isOfFile && module ? module.length : firstClass < 1 ? parts.length : firstClass;
  const path = `${parts.slice(0, end).join("/")}.py`;
  return [path, ...parts.slice(end), each.name].join("::");
};

/** PHPUnit writes class names with dots, and accepts a data set only in its short form. */
const phpunitFilter = (each: ReportCase): string => {
  const name = each.name.replace(/ with data set #(\d+)$/, "#$1").replace(/ with data set "(.*)"$/s, "@$1");
  return `${each.classname.replaceAll(".", "\\")}::${name}`;
};

/** A scenario's title after its rule's. Only Cucumber's JSON has the rule as a suite without repeating it in the name. */
const scenarioTitle = ({ suites, name, file }: ReportCase): string => {
  const rule = file === null ? undefined : suites.filter(isInformative).at(-1);
  return rule === undefined || name.startsWith(`${rule} - `) ? name : `${rule} - ${name}`;
};

const inFeature = filling("{classname} > {name}");
const inFile = filling("{file} > {name}");

/** A scenario after its feature's name, as it is named from a report without files. */
export const featureContent = (each: ReportCase): string =>
  inFeature({ ...each, name: scenarioTitle(each) }).trim();

/** Features may have scenarios of one name, so a scenario is named after its file or else its feature. */
const scenarioContent = (each: ReportCase): string =>
  each.file === null ? featureContent(each) : inFile({ ...each, name: scenarioTitle(each) }).trim();

/** A classname such as `a_spec.lua:2` has a line that any edit above changes. */
const withoutLine = (classname: string): string => classname.replace(/:\d+$/, "");

/** Criterion filters by `suite/test`; its TAP has `suite::test`. */
const criterionFilter = ({ suites, name }: ReportCase): string =>
  name.includes("::") || suites.length === 0 ? name.replace("::", "/") : `${suites.at(-1)}/${name}`;

/** The classname of jasmine-reporters joins the titles with dots, and Jasmine filters by titles joined with spaces. */
const jasmineFilter = ({ classname, suites, name }: ReportCase): string =>
  [...(classname === "" ? suites : [classname.replaceAll(".", " ")]), name].join(" ");

type Preset = (each: ReportCase) => string;
const made = new Map<string, Preset>();
/** Tools that name their cases alike share one. */
const by = (template: string): Preset => {
  const known = made.get(template);
  if (known) return known;
  const filled = filling(template);
  const preset: Preset = (each) => filled(each).trim();
  made.set(template, preset);
  return preset;
};

/** For reports without a classname that list the describe titles: joined, after the file. */
const titled =
  (join: string, otherwise: Preset): Preset =>
  (each) => {
    if (each.classname !== "" || each.suites.length === 0) return otherwise(each);
    const { file, suites, title } = ownTitle(each);
    const titles = [...suites, title].join(join);
    return file === null ? titles : `${file} > ${titles}`;
  };

/**
 * For each tool, the string that the tool accepts to run the case, unquoted: its file, if there is one, and the titles.
 * Other tools use `classname.name`. Some cases a tool cannot run by a name: `runnable.ts`.
 */
const PRESETS: Readonly<Record<string, Preset>> = {
  ant: by("{classname}#{name}"),
  bats: by("{suite} > {name}"),
  behave: by("{name}"),
  boost: ({ classname, name }) => `${classname === "" ? "" : `${classname.replaceAll(".", "/")}/`}${name}`,
  bun: by("{file} > {name}"),
  busted: (each) => fill("{classname} > {name}", { ...each, classname: withoutLine(each.classname) }),
  catch2: by("{name}"),
  cpputest: ({ classname, name }) => `${classname.split(".").at(-1)}.${name}`,
  criterion: criterionFilter,
  ctest: by("{name}"),
  cucumber: scenarioContent,
  "cucumber-js": scenarioContent,
  deno: (each) => fill(each.classname === "" ? "{file} > {name}" : "{classname} > {name}", each),
  doctest: by("{name}"),
  dotnet: by("{classname}.{name}"),
  go: by("{classname} {name}"),
  gradle: by("{classname}.{name}"),
  gtest: by("{classname}.{name}"),
  jasmine: jasmineFilter,
  jest: titled(" ", by("{file} > {name}")),
  junit5: ({ classname, name }) => `${classname}#${name.replace(/^(\w+)\(\)$/, "$1")}`,
  kyua: by("{classname}:{name}"),
  lab: by("{name}"),
  luaunit: by("{name}"),
  // The project and the suites stand before the name.
  meson: ({ name }) => name.replace(/^.*? \/ /s, ""),
  minitest: (each) => fill(each.suites.some(isInformative) ? "{suite}#{name}" : "{name}", each).trim(),
  mocha: titled(" ", by("{name}")),
  "mocha-xunit": by("{classname} {name}"),
  nose2: by("{classname}.{name}"),
  // Its JUnit reporter escapes quotes twice.
  node: (each) => by("{file} > {suite} > {name}")(each).replaceAll("&quot;", '"').replaceAll("&apos;", "'"),
  phpunit: phpunitFilter,
  playwright: by("{classname} › {name}"),
  pytest: nodeId,
  qttest: ({ name }) => name.replace(/^(\w+)\((.*)\)$/s, "$1:$2").replace(/:$/, ""),
  robot: by("{classname}.{name}"),
  rspec: by("{file} > {name}"),
  subunit: by("{classname}.{name}"),
  surefire: by("{classname}#{name}"),
  testng: by("{classname}.{name}"),
  unittest: by("{classname}.{name}"),
  vitest: titled(" > ", by("{classname} > {name}")),
};

export const PRESET_TOOLS = Object.keys(PRESETS);
const DIFFERENT_PRESETS = new Set(Object.values(PRESETS));

/** The contents that are not a tool's. "tool" selects the preset of the tool that the report's format shows. */
const PLAIN_CONTENTS = ["classname.name", "name", "classname", "file", "tool"] as const;

/** Every `content` except templates. */
export const CONTENTS: readonly string[] = [...PLAIN_CONTENTS, ...PRESET_TOOLS];

/**
 * The string that names a case for its tool, by an entry of `CONTENTS` or a template. `tool` is the report's. "" if the
 * case lacks all fields.
 */
export const contentOf = (each: ReportCase, content: string, tool: string | null): string => {
  if (isTemplate(content)) return fill(content, each);
  if (content === "name" || content === "classname" || content === "file") return fieldOf(each, content);
  const preset = content === "tool" ? tool : content;
  return ((preset !== null && Object.hasOwn(PRESETS, preset) && PRESETS[preset]) || dotted)(each);
};

/** Every content that an entry of `CONTENTS` gives the case, the usual ones first; computed as they are read, some twice. */
export function* contentsBy(each: ReportCase, tool: string | null): Generator<string> {
  for (const content of PLAIN_CONTENTS) yield contentOf(each, content, tool);
  for (const preset of DIFFERENT_PRESETS) yield preset(each);
}
