import type * as z from "zod";

/**
 * A schema of the wire, made at first use. Only the OpenAPI document uses them, and making all would be most of the
 * Worker's start-up time.
 */
export const shape = <Schema extends z.ZodType>(make: () => Schema): (() => Schema) => {
  let made: Schema | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

export type Shaped<Shape extends () => z.ZodType> = z.output<ReturnType<Shape>>;
