import type { Call } from "../../call.ts";
import { idIn } from "./id-search.ts";
import { type Named, type NamedKind, readNamed } from "./named-store.ts";

const MAX_CHARACTERS = 255;
/** How many of those that a name may mean are told. */
const MAX_TOLD = 10;

/** A filter by name that means nothing, or several. */
export interface Unresolved {
  kind: NamedKind;
  text: string;
  /** What it may mean, each with the address of the list of those alone; empty: nothing is called so. */
  meant: { label: string; href: string }[];
  hasMore: boolean;
}

/** What the text of a filter asks for: a name, and the id that a form of filters has behind it. */
const askedBy = (text: string): { text: string; id: number | undefined } => {
  const [, name = "", id] = /^(.*\S) #([1-9]\d{0,14})$/s.exec(text) ?? [];
  return id === undefined ? { text, id: undefined } : { text: name, id: Number(id) };
};

/** The only one that a text can mean: the one of its id, or that is called exactly so, or that alone begins so. */
const onlyOne = (found: readonly Named[], given: string): Named | undefined => {
  const { text, id } = askedBy(given);
  const ofId = found.find((each) => each.id === id && each.name.toLowerCase() === text.toLowerCase());
  const exact = found.filter(({ name }) =>
    [text, given].some((of) => of.toLowerCase() === name.toLowerCase()),
  );
  return (
    ofId ?? (exact.length === 1 ? exact[0] : exact.length === 0 && found.length === 1 ? found[0] : undefined)
  );
};

/** Short names first: those called exactly so, then by the alphabet. */
const byName = (one: Named, other: Named): number =>
  one.name.length - other.name.length || one.name.localeCompare(other.name, "en") || one.id - other.id;

/** What a filter's field has for a thing that it names: its name, if known, and its id. */
export const filterText = (id: number | undefined, name: string | undefined): string =>
  id === undefined ? "" : `${name === undefined ? "" : `${name} `}#${id}`;

/**
 * Reads the filters of a list that may be names, by their parameters. `address`: where the list is with the ids
 * instead, if any name or `#id` means one thing. One D1 round trip, and none if all are ids.
 */
export const resolveNames = async (
  { db, actor }: Call,
  { url, kinds }: { url: string; kinds: Readonly<Record<string, NamedKind>> },
): Promise<{ address: string | undefined; unresolved: Unresolved[] }> => {
  const { pathname, searchParams: query } = new URL(url);
  const addressWith = (parameter: string, id: number): string => {
    const other = new URLSearchParams(query);
    other.set(parameter, String(id));
    return `${pathname}?${other}`;
  };
  const given = Object.entries(kinds)
    .map(([parameter, kind]) => ({ parameter, kind, text: (query.get(parameter) ?? "").trim() }))
    .filter(({ text }) => text !== "" && !/^\d+$/.test(text));
  const names = given.flatMap(({ parameter, kind, text }) => {
    const id = idIn(text);
    if (id !== undefined) query.set(parameter, String(id));
    return id === undefined ? [{ parameter, kind, text: text.slice(0, MAX_CHARACTERS) }] : [];
  });
  const hostId = idIn(query.get("host") ?? "");
  const found =
    names.length === 0
      ? []
      : await readNamed(
          db,
          actor,
          names.map(({ kind, text }) => ({ kind, name: { ...askedBy(text), hostId } })),
        );
  const pairs = names.map((asked, place) => ({ ...asked, found: found[place] ?? [] }));
  const open = pairs.filter(({ parameter, text, found: those }) => {
    const one = onlyOne(those, text);
    if (one) query.set(parameter, String(one.id));
    return one === undefined;
  });
  return {
    address: open.length < given.length ? `${pathname}?${query}` : undefined,
    unresolved: open.map(({ parameter, kind, text, found: those }) => ({
      ...{ kind, text },
      meant: those
        .toSorted(byName)
        .slice(0, MAX_TOLD)
        .map(({ id, name, beside }) => ({
          label: `${name}${beside === null ? "" : `, ${beside}`} #${id}`,
          href: addressWith(parameter, id),
        })),
      hasMore: those.length > MAX_TOLD,
    })),
  };
};
