import type * as z from "zod";

/**
 * A shape on the wire, made when it is first asked for: only the document asks, and to make all of them is most of
 * what the Worker's start would cost.
 */
export const shape = <Schema extends z.ZodType>(make: () => Schema): (() => Schema) => {
  let made: Schema | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** What an answer of a shape is. */
export type Shaped<Shape extends () => z.ZodType> = z.output<ReturnType<Shape>>;
