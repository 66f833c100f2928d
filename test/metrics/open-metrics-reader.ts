/* A strict reader of OpenMetrics 1.0's text form, written from its grammar and rules: it takes nothing that they don't. */

/** One line of numbers; labels without `le`. */
interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
  line: string;
}

export interface Read {
  name: string;
  type: string;
  unit: string | undefined;
  help: string | undefined;
  samples: Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\n"\\]|\\[n"\\])*)"(,(?=[^}])|(?=\}))/;
const ESCAPED = /^(?:[^\n"\\]|\\[n"\\])*$/;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?inf(?:inity)?|nan)$/i;
/** The bounds of buckets are floating-point numbers, in one form alone. */
const BOUND = /^(?:-?\d+\.\d+(?:e[+-]?\d+)?|\+Inf)$/;
/** The types that these tests need, with the endings of their samples' names. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  gauge: [""],
  counter: ["_total"],
  histogram: ["_bucket", "_count", "_sum"],
};

const refuse = (line: string, why: string): never => {
  throw new Error(`${why}: ${line}`);
};

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));

const numberIn = (text: string, line: string): number => {
  if (!NUMBER.test(text)) refuse(line, "is no number");
  const inf = /^([+-]?)inf/i.exec(text);
  return inf ? (inf[1] === "-" ? -Infinity : Infinity) : Number(text);
};

const labelsIn = (text: string, line: string): [labels: Record<string, string>, rest: string] => {
  const labels: Record<string, string> = {};
  let rest = text.slice(1);
  while (!rest.startsWith("}")) {
    const [all, name = "", value = ""] = LABEL.exec(rest) ?? refuse(line, "has labels that are none");
    if (Object.hasOwn(labels, name)) refuse(line, "has a label twice");
    if (name.startsWith("__")) refuse(line, "has a reserved label");
    labels[name] = unescaped(value);
    rest = rest.slice(all.length);
  }
  return [labels, rest.slice(1)];
};

const sampleIn = (line: string): Sample => {
  const [name = ""] = /^[^{ ]*/.exec(line) ?? [];
  if (!NAME.test(name)) refuse(line, "has no name");
  const after = line.slice(name.length);
  const [labels, rest] = after.startsWith("{") ? labelsIn(after, line) : [{}, after];
  if (!/^ [^ ]+$/.test(rest)) refuse(line, "has not one number behind one space");
  return { name, labels, value: numberIn(rest.slice(1), line), line };
};

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));

const judgeBuckets = ({ samples, name }: Read): void => {
  const series = new Map<string, Sample[]>();
  let last = "";
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const isBucket = sample.name === `${name}_bucket`;
    if (isBucket !== (le !== undefined)) refuse(sample.line, "has le where none is, or none where it is");
    const key = keyOf(labels);
    if (key !== last && series.has(key)) refuse(sample.line, "is apart from its series");
    series.set(key, [...(series.get(key) ?? []), sample]);
    last = key;
  }
  for (const all of series.values()) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`);
    const [count, ...counts] = all.filter((sample) => sample.name === `${name}_count`);
    const sums = all.filter((sample) => sample.name === `${name}_sum`);
    const line = all[0]?.line ?? name;
    if (!count || counts.length > 0 || sums.length !== 1)
      throw new Error(`has not one count and one sum: ${line}`);
    let bound = -Infinity;
    let below = 0;
    for (const { labels, value, line: bucket } of buckets) {
      if (!BOUND.test(labels.le ?? "")) refuse(bucket, "has a bound that is no float");
      const le = numberIn(labels.le ?? "", bucket);
      if (le <= bound) refuse(bucket, "has no higher bound than the one before");
      if (!(value >= below) || !Number.isInteger(value)) refuse(bucket, "is below the bucket before");
      [bound, below] = [le, value];
    }
    if (bound !== Infinity) refuse(line, "has no bucket up to +Inf");
    if (count.value !== below) refuse(count.line, "is not what its last bucket has");
    if (!sums.every(({ value }) => value >= 0)) refuse(line, "has a sum below zero");
  }
};

const judgeFamily = (family: Read): void => {
  const { name, type, unit, samples } = family;
  const endings = ENDINGS[type] ?? refuse(name, "has a type that these tests do not know");
  if (unit !== undefined && !(unit !== "" && name.endsWith(`_${unit}`)))
    refuse(name, "does not end with its unit");
  if (type === "counter" && name.endsWith("_total")) refuse(name, "ends with _total itself");
  const seen = new Set<string>();
  for (const sample of samples) {
    if (!endings.some((ending) => sample.name === name + ending)) refuse(sample.line, `is none of ${name}`);
    const key = sample.name + keyOf(sample.labels);
    if (seen.has(key)) refuse(sample.line, "is there twice");
    seen.add(key);
    if (type !== "gauge" && !(sample.value >= 0)) refuse(sample.line, "counts to less than nothing");
    if (type !== "histogram" && "le" in sample.labels) refuse(sample.line, "has le and is no histogram");
  }
  if (type === "histogram") judgeBuckets(family);
};

/** The names that a family's samples may have, and its own. */
const namesOf = ({ name, type }: Read): string[] => [
  name,
  ...(ENDINGS[type] ?? []).map((ending) => name + ending),
];

/** Reads an exposition. Throws where it is not as the standard says. */
export const readOpenMetrics = (text: string): Read[] => {
  if (!text.isWellFormed() || text.includes("\r")) refuse("", "is no text of lines");
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.pop() !== "# EOF") refuse(text.slice(-80), "has no end, or more behind it");
  const families: Read[] = [];
  for (const line of lines) {
    const [, kind = "", name = "", rest = ""] = /^# (TYPE|HELP|UNIT) ([^ ]+) (.*)$/.exec(line) ?? [];
    let family = families.at(-1);
    if (kind === "") {
      if (line.startsWith("#") || line === "") refuse(line, "is neither of a family nor a sample");
      if (!family) return refuse(line, "is a sample of no family");
      family.samples.push(sampleIn(line));
      continue;
    }
    if (!NAME.test(name)) refuse(line, "names no family");
    if (family?.name !== name) {
      family = { name, type: "", unit: undefined, help: undefined, samples: [] };
      families.push(family);
    }
    if (family.samples.length > 0) refuse(line, "comes behind samples of its family");
    const field = kind === "TYPE" ? "type" : kind === "UNIT" ? "unit" : "help";
    if (family[field] !== undefined && family[field] !== "") refuse(line, "is there twice");
    if (kind === "HELP" && !ESCAPED.test(rest)) refuse(line, "is not escaped");
    family[field] = kind === "HELP" ? unescaped(rest) : rest;
  }
  for (const family of families) judgeFamily(family);
  const taken = families.flatMap((family) => [...new Set(namesOf(family))]);
  for (const [place, name] of taken.entries())
    if (taken.indexOf(name) !== place) refuse(name, "is a name of two families, or of one that comes twice");
  return families;
};
