import { readFileSync } from "node:fs";
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { codeOf, Plain, reasonOf } from "../programs/plain-error.ts";

/** A value of the configuration with its file and line, for error messages. */
export class ConfigValue {
  readonly value: unknown;
  readonly field: string;
  readonly #where: string;

  constructor(value: unknown, field: string, where: string) {
    this.value = value;
    this.field = field;
    this.#where = where;
  }

  /** An error about this value: file, line, field, and what it must be. */
  refuse(right: string): Plain {
    return new Plain(`${this.#where}${this.field === "" ? "" : `: ${this.field}`} ${right}`);
  }

  text(): string {
    if (typeof this.value === "string" && this.value.trim() !== "") return this.value;
    if (typeof this.value === "number" || typeof this.value === "boolean") return String(this.value);
    throw this.refuse("must be a text that is not empty");
  }

  whole(least: number, most: number): number {
    const number =
      typeof this.value === "string" && this.value.trim() !== "" ? Number(this.value) : this.value;
    if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most)
      return number;
    throw this.refuse(`must be a whole number from ${least} to ${most}, not ${JSON.stringify(this.value)}`);
  }

  /** Seconds; fractions are allowed. */
  seconds(least: number, most: number): number {
    const number =
      typeof this.value === "string" && this.value.trim() !== "" ? Number(this.value) : this.value;
    if (typeof number === "number" && number >= least && number <= most) return number;
    throw this.refuse(`must be seconds from ${least} to ${most}, not ${JSON.stringify(this.value)}`);
  }

  flag(): boolean {
    if (typeof this.value === "boolean") return this.value;
    throw this.refuse("must be true or false");
  }

  /** Bytes: a number, or a text such as 500MB. */
  size(): number {
    const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)b?$/i.exec(String(this.value).trim()) ?? [];
    if (number === undefined) throw this.refuse("must be a size such as 500MB or 1GB");
    return Number(number) * 1000 ** "_kmgt".indexOf(unit === "" ? "_" : unit.toLowerCase());
  }

  /** One text, or a list of them. */
  texts(): string[] {
    return Array.isArray(this.value) ? this.items().map((item) => item.text()) : [this.text()];
  }

  /** The items of a list. Those of a repeated flag all have its name. */
  items(): ConfigValue[] {
    if (!Array.isArray(this.value)) throw this.refuse("must be a list");
    return this.value.map((value: unknown) =>
      value instanceof ConfigValue ? value : new ConfigValue(value, this.field, this.#where),
    );
  }

  /** The fields of a map. Refuses unknown ones. */
  fields(known: readonly string[]): ReadonlyMap<string, ConfigValue> {
    if (!(this.value instanceof Map)) throw this.refuse(`must have the fields ${known.join(", ")}`);
    const fields = new Map<string, ConfigValue>();
    for (const [name, value] of this.value) {
      if (!(value instanceof ConfigValue)) continue;
      if (!known.includes(name)) throw value.refuse(`is not known; known are ${known.join(", ")}`);
      if (value.value !== null) fields.set(name, value);
    }
    return fields;
  }

  /** A map of names to texts. */
  variables(): Record<string, string> {
    if (!(this.value instanceof Map)) throw this.refuse("must be names with their values");
    return Object.fromEntries(
      [...this.value].map(([name, value]) => [
        String(name),
        value instanceof ConfigValue ? value.text() : "",
      ]),
    );
  }
}

/** A YAML node as a value with its place. */
const readNode = (
  node: unknown,
  { field, where }: { field: string; where: string },
  at: (node: unknown) => string,
): ConfigValue => {
  if (isAlias(node)) throw new Plain(`${at(node)}: ${field} is an alias, which is not read; write it out`);
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): [string, ConfigValue] => {
      const name = isScalar(key) ? String(key.value) : "?";
      const inner = field === "" ? name : `${field}.${name}`;
      return [name, readNode(value, { field: inner, where: at(key) }, at)];
    });
    return new ConfigValue(new Map(entries), field, where);
  }
  if (isSeq(node)) {
    const items = node.items.map((item, place) =>
      readNode(item, { field: `${field}[${place}]`, where: at(item) }, at),
    );
    return new ConfigValue(items, field, where);
  }
  return new ConfigValue(isScalar(node) ? node.value : null, field, where);
};

/** Reads a configuration; undefined if there is no such file. Throws `Plain` with file and line. */
export const readConfig = (path: string): ConfigValue | undefined => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new Plain(`${path} can't be read: ${reasonOf(error)}`);
  }
  return parseConfig(text, path);
};

const parseConfig = (text: string, path: string): ConfigValue => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new Plain(`${path}:${lines.linePos(error.pos[0]).line}: is not YAML: ${error.message}`);
  const at = (node: unknown): string => {
    const range = isNode(node) ? node.range : null;
    return range ? `${path}:${lines.linePos(range[0]).line}` : path;
  };
  if (document.contents === null) return new ConfigValue(new Map(), "", path);
  return readNode(document.contents, { field: "", where: path }, at);
};
