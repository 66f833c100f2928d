import * as z from "zod";

type Fields<Schema extends z.ZodObject> = Readonly<Record<keyof Schema["shape"], string>>;

/** What the OpenAPI document says of an object. */
interface Description<Schema extends z.ZodObject> {
  /** Its name among the document's schemas, for an object that stands in more than one place. */
  name?: string;
  /** What each field means, with its unit. */
  fields: Fields<Schema>;
  example?: z.input<Schema>;
}

const fieldsBySchema = new WeakMap<z.ZodType, Readonly<Record<string, string>>>();

/**
 * Describes an object, which stays the same schema. Zod's own `.describe` and `.meta` copy what they describe, and
 * copies of all fields of requests would be a good part of the Worker's start-up time.
 */
export const described = <Schema extends z.ZodObject>(
  schema: Schema,
  { name, fields, example }: Description<Schema>,
): Schema => {
  fieldsBySchema.set(schema, fields);
  if (name !== undefined || example !== undefined)
    z.globalRegistry.add(schema, {
      ...(name === undefined ? {} : { id: name }),
      ...(example === undefined ? {} : { examples: [example] }),
    });
  return schema;
};

/** What is said of an object's fields, for the descriptions of objects that have them too. */
export const fieldsOf = <Schema extends z.ZodObject>(schema: Schema): Fields<Schema> =>
  asFields<Schema>(fieldsBySchema.get(schema) ?? {});

/** The fields of a schema were stored under it by `described`, which checks that there is one for each name. */
const asFields = <Schema extends z.ZodObject>(fields: Readonly<Record<string, string>>) =>
  fields as Fields<Schema>;

/** The same of any schema, whatever it is. */
export const describedFields = (schema: unknown): Readonly<Record<string, string>> | undefined =>
  schema instanceof z.ZodType ? fieldsBySchema.get(schema) : undefined;
