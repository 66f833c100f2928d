import { ownTitle } from "./naming.ts";
import type { ReportCase } from "./report-case.ts";

/** The fields of a template, each in braces. */
export const TEMPLATE_FIELDS = ["suite", "classname", "name", "file", "package", "hostname", "line"] as const;
type Field = (typeof TEMPLATE_FIELDS)[number];

const isField = (name: string): name is Field => TEMPLATE_FIELDS.some((field) => field === name);

/** Whether `content` is a template, not the name of a way. */
export const isTemplate = (content: string): boolean => content.includes("{");

/** What a case has under a field; "" where it lacks it. Suites are joined as most tools show them. */
const fieldOf = (each: ReportCase, field: Field): string => {
  if (field === "suite") return each.suites.join(" > ");
  const value = each[field];
  return value === null || `${value}`.trim() === "" ? "" : `${value}`;
};

/** A template cut at its fields: what stands before each, and what is left at the end. */
const parse = (template: string) => {
  const fields: { before: string; name: string }[] = [];
  let at = 0;
  for (const found of template.matchAll(/\{([^{}]*)\}/g)) {
    fields.push({ before: template.slice(at, found.index), name: found[1] ?? "" });
    at = found.index + found[0].length;
  }
  return { fields, end: template.slice(at) };
};

/** What is wrong with a template, in words that follow its name; undefined where nothing is. */
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
 * A template with a case's fields in it. What stands between two fields is left out with the one of them that is
 * empty. "" where all its fields are.
 */
export const fill = (template: string, each: ReportCase): string => {
  const { fields, end } = parse(template);
  let filled = "";
  for (const { before, name } of fields) {
    const value = isField(name) ? fieldOf(each, name) : "";
    if (value !== "") filled += filled === "" ? value : before + value;
  }
  if (filled === "") return "";
  return (fields[0]?.before ?? "") + filled + end;
};

/** Classnames that say nothing: Node's runner and minitest give every test the same. */
const EMPTY_CLASSNAMES = ["test", "suite", "Minitest::Result"];
/** Suites that are called as the tool or as nothing. */
const EMPTY_SUITES = /^(pytest|Mocha Tests|Root Suite|undefined|\(empty\)|rspec\d*)$/;

/** Classname and name with a dot; where the classname is missing or says nothing, the suites stand for it. */
const dotted = (each: ReportCase): string => {
  const isEmpty = each.classname.trim() === "" || EMPTY_CLASSNAMES.includes(each.classname);
  const suites = isEmpty ? each.suites.filter((suite) => !EMPTY_SUITES.test(suite)) : [];
  const before = suites.length > 0 ? suites : [each.classname];
  return [...before, each.name].filter((part) => part.trim() !== "").join(".");
};

/** Of a dotted classname the module's path and the classes: by its file, else a class begins with a capital letter. */
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

/** PHPUnit writes a class's name with dots, and takes a row of a data provider only in its short form. */
const phpunitFilter = (each: ReportCase): string => {
  const name = each.name.replace(/ with data set #(\d+)$/, "#$1").replace(/ with data set "(.*)"$/s, "@$1");
  return `${each.classname.replaceAll(".", "\\")}::${name}`;
};

type Preset = (each: ReportCase) => string;
const by =
  (template: string): Preset =>
  (each) =>
    fill(template, each).trim();

/** Reports that have the titles of the describes one by one, and no classname: joined, behind the file. */
const titled =
  (join: string, otherwise: Preset): Preset =>
  (each) => {
    if (each.classname !== "" || each.suites.length === 0) return otherwise(each);
    const { file, suites, title } = ownTitle(each);
    const titles = [...suites, title].join(join);
    return file === null ? titles : `${file} > ${titles}`;
  };

/**
 * By tool, what the tool itself takes back to run the case, before any quoting: its file where it has one, and the
 * titles. Tools that are missing here take `classname.name`.
 */
const PRESETS: Readonly<Record<string, Preset>> = {
  ant: by("{classname}#{name}"),
  bats: by("{suite} > {name}"),
  behave: by("{name}"),
  bun: by("{file} > {name}"),
  cucumber: by("{name}"),
  "cucumber-js": by("{name}"),
  dotnet: by("{classname}.{name}"),
  go: by("{classname} {name}"),
  gradle: by("{classname}.{name}"),
  gtest: by("{classname}.{name}"),
  jest: titled(" ", by("{file} > {name}")),
  minitest: by("{suite}#{name}"),
  mocha: titled(" ", by("{name}")),
  "mocha-xunit": by("{classname} {name}"),
  nose2: by("{classname}.{name}"),
  node: by("{file} > {suite} > {name}"),
  phpunit: phpunitFilter,
  playwright: by("{classname} › {name}"),
  pytest: nodeId,
  robot: by("{classname}.{name}"),
  rspec: by("{file} > {name}"),
  surefire: by("{classname}#{name}"),
  testng: by("{classname}.{name}"),
  unittest: by("{classname}.{name}"),
  vitest: titled(" > ", by("{classname} > {name}")),
};

export const PRESET_TOOLS = Object.keys(PRESETS);

/** The ways that are no tool's. "tool" is the preset of the tool that the report's form shows. */
const PLAIN_CONTENTS = ["classname.name", "name", "classname", "file", "tool"] as const;

/** Every `content` but templates. */
export const CONTENTS: readonly string[] = [...PLAIN_CONTENTS, ...PRESET_TOOLS];

/**
 * What names a case for its tool: by a way of `CONTENTS`, or by a template. `tool` is the report's. "" where the case
 * lacks all of it.
 */
export const contentOf = (each: ReportCase, content: string, tool: string | null): string => {
  if (isTemplate(content)) return fill(content, each);
  if (content === "name" || content === "classname" || content === "file") return fieldOf(each, content);
  const preset = content === "tool" ? tool : content;
  return ((preset !== null && Object.hasOwn(PRESETS, preset) && PRESETS[preset]) || dotted)(each);
};
