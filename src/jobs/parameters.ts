import * as z from "zod";
import { described } from "../wire/described.ts";

const MAX_PARAMETERS = 64;
const MAX_BYTES = 4096;
const NAME_FORM = "must be 1 to 64 letters, digits and underscores, not beginning with a digit";

export const parameterShape = described(z.object({ name: z.string(), value: z.string() }), {
  name: "Parameter",
  fields: { name: "The name of a variable of the run's environment.", value: "Its value." },
  example: { name: "BASE_URL", value: "https://staging.example" },
});
export type Parameter = z.output<typeof parameterShape>;

const bytesOf = (parameters: readonly Parameter[]): number =>
  new TextEncoder().encode(parameters.map(({ name, value }) => name + value).join("")).byteLength;

/** Parameters of a run besides its materials. Each is set in the run's environment. */
export const parametersInput = z
  .array(
    described(
      z.object({
        name: z.string(NAME_FORM).regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, NAME_FORM),
        value: z.string("must be a string").refine((value) => !value.includes("\0") && value.isWellFormed(), {
          error: "must be text without NUL characters or broken surrogate pairs",
        }),
      }),
      {
        name: "GivenParameter",
        fields: { name: "The name of a variable of the run's environment.", value: "Its value." },
        example: { name: "BASE_URL", value: "https://staging.example" },
      },
    ),
    "must be a list of names and values",
  )
  .max(MAX_PARAMETERS, { error: `must hold at most ${MAX_PARAMETERS} parameters` })
  .superRefine((parameters, context) => {
    if (bytesOf(parameters) > MAX_BYTES)
      context.addIssue({
        code: "custom",
        message: `must have at most ${MAX_BYTES} bytes of names and values`,
      });
    const names = parameters.map(({ name }) => name);
    const twice = names.findIndex((name, place) => names.indexOf(name) < place);
    if (twice >= 0)
      context.addIssue({ code: "custom", path: [twice, "name"], message: "must not be there twice" });
  });

/** The stored form; null: none. */
export const storedParameters = (parameters: readonly Parameter[] | null | undefined): string | null =>
  parameters == null || parameters.length === 0 ? null : JSON.stringify(parameters);

export const parametersIn = (stored: string | null): Parameter[] =>
  stored === null ? [] : z.array(parameterShape).parse(JSON.parse(stored));
