import fc from "fast-check";
import type { Draft, Header } from "./requests.ts";
import { changed, placesIn } from "./trees.ts";

/** One way to make a draft worse. */
export type Worse = (draft: Draft) => Draft;

const at = <Part>(parts: readonly Part[], place: number): number => place % Math.max(1, parts.length);

/** A value of a body, by its place among all, made anew; undefined leaves it out. */
export const inBody = (place: number, make: (old: unknown) => unknown): Worse => {
  return (draft) => {
    const { content } = draft;
    if (content === null || content.form === "text") return draft;
    const places = placesIn(content.value);
    const value = changed(content.value, places[at(places, place)] ?? [], make);
    return { ...draft, content: value === undefined ? null : { ...content, value } };
  };
};

/** One of the ids in the path made anew; a path without any gets one more segment. */
export const inPath =
  (place: number, segment: string): Worse =>
  (draft) => {
    const ids = draft.segments.flatMap((each, index) => (each.startsWith("{{") ? [index] : []));
    const segments =
      ids.length > 0 ? draft.segments.with(ids[at(ids, place)] ?? 0, segment) : [...draft.segments, segment];
    return { ...draft, segments };
  };

/** Any segment of the path made anew. */
export const inSegments =
  (place: number, make: (old: string) => string): Worse =>
  (draft) => ({
    ...draft,
    segments: draft.segments.map((old, index) => (index === at(draft.segments, place) ? make(old) : old)),
  });

/** One parameter of the query made into these; a query without any gets them. */
export const inQuery =
  (place: number, make: (name: string, value: string) => Header[]): Worse =>
  (draft) => {
    const query = draft.query.length > 0 ? draft.query : [["limit", "1"] satisfies Header];
    return {
      ...draft,
      query: query.flatMap(([name, value], index) =>
        index === at(query, place) ? make(name, value) : [[name, value] satisfies Header],
      ),
    };
  };

/** With a header, instead of what it had of that name. */
export const withHeader =
  (name: string, value: string): Worse =>
  (draft) => ({ ...draft, headers: [...draft.headers.filter(([had]) => had !== name), [name, value]] });

/** The text of the body made anew. */
export const spoiled =
  (make: (text: string) => string): Worse =>
  (draft) => ({
    ...draft,
    content: draft.content ?? (draft.method === "GET" ? null : { form: "json", value: {} }),
    spoil: (text) => make(draft.spoil(text)),
  });

export const place = fc.nat({ max: 1000 });

/** Another of the same values, and what to do with it. */
export const oneOf = <Value>(values: readonly Value[], make: (value: Value) => Worse): fc.Arbitrary<Worse> =>
  fc.constantFrom(...values).map(make);

/** One of the values at some place of the draft. */
export const somewhere = <Value>(
  values: readonly Value[],
  make: (place: number, value: Value) => Worse,
): fc.Arbitrary<Worse> =>
  fc.tuple(place, fc.constantFrom(...values)).map(([where, value]) => make(where, value));
