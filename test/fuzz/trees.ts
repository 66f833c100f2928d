/** Where in a JSON value: the keys that lead there. */
export type Place = readonly (string | number)[];

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Every place in a value, the value itself first. */
export const placesIn = (value: unknown, at: Place = []): Place[] => [
  at,
  ...(isObject(value)
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesIn(inner, [...at, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

/** The value with what is at a place made anew; undefined leaves it out. */
export const changed = (
  value: unknown,
  [key, ...deeper]: Place,
  make: (old: unknown) => unknown,
): unknown => {
  if (key === undefined) return make(value);
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => {
      if (index !== key) return [each];
      const made = changed(each, deeper, make);
      return made === undefined ? [] : [made];
    });
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, each]) => {
          const made = name === key ? changed(each, deeper, make) : each;
          return made === undefined ? [] : [[name, made]];
        }),
      )
    : value;
};

/** The value with every string in it made anew. */
export const withStrings = (value: unknown, make: (old: string) => string): unknown => {
  if (typeof value === "string") return make(value);
  if (Array.isArray(value)) return value.map((each) => withStrings(each, make));
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withStrings(each, make)]))
    : value;
};

/** A text that stands in the JSON as it is, not as a string. */
export const raw = (json: string): string => `«${json}»`;

const RAW = /"«((?:[^"\\]|\\.)*)»"/g;
const NUMBERED = /"(\{\{(?:other_|former_)?(?:project|host|agent|run|schedule|job|token)\}\})"/g;

/** The JSON of a value; the marks of what is known by a number stand bare. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value)
    .replace(NUMBERED, "$1")
    .replace(RAW, (_, json: string) => String(JSON.parse(`"${json}"`)));
