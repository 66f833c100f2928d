import * as z from "zod";
import { described, fieldsOf } from "../wire/described.ts";
import { flag, id, text, wholeInQuery } from "../wire/fields.ts";

const NUMBER_FORM =
  "must be the agent's number at its host: a string of 1 to 255 characters or a whole number";
const clientNumber = z
  .union([text(), z.int().min(0).transform(String)], { error: NUMBER_FORM })
  .transform((number) => number.trim());

const named = described(
  z.object({
    name: text(),
    framework: text(),
    agent_client_id: clientNumber.optional(),
    agent_id: z.int(NUMBER_FORM).min(0, { error: NUMBER_FORM }).transform(String).optional(),
    active: flag(),
  }),
  {
    fields: {
      name: "The agent's name, for people.",
      framework: "The name of the framework that it runs, for people.",
      agent_client_id: "The agent's own number at its host, which it is known by when it is created again.",
      agent_id: "Another name for agent_client_id, which wins where both are sent.",
      active: "Whether its jobs are handed out.",
    },
  },
);

interface Numbered {
  agent_client_id?: string | undefined;
  agent_id?: string | undefined;
}

/** The agent's own number, under either of its two field names. */
export const numberOf = (input: Numbered): string | undefined => input.agent_client_id ?? input.agent_id;

const EXAMPLE = {
  name: "AGENT 1",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: "29",
  active: false,
};

/** The body of "Create an Automation Agent". */
export const agentInput = described(
  named.extend({ framework_id: text() }).superRefine((input, context) => {
    if (numberOf(input) === undefined) {
      context.addIssue({ code: "custom", path: ["agent_client_id"], message: NUMBER_FORM });
    }
  }),
  {
    fields: {
      ...fieldsOf(named),
      framework_id: "The id of that framework, like testNG-plugin; a refusal names those that are known.",
    },
    example: EXAMPLE,
  },
);

/** The body of an update. Without `framework_id` or a number, the stored one is kept. */
export const agentUpdateInput = described(named.extend({ framework_id: text().optional() }), {
  fields: {
    ...fieldsOf(named),
    framework_id: "The id of that framework, like testNG-plugin; left out, it stays as it is.",
  },
  example: EXAMPLE,
});

/** The paging parameters of a search, under the vendor's names. */
export const searchQuery = described(
  z.object({
    pageSize: wholeInQuery({ from: 1, to: 1000 }).default(100),
    page: wholeInQuery({ from: 1, to: 1_000_000 }).default(1),
  }),
  {
    fields: {
      pageSize: "How many agents a page has at most.",
      page: "The number of the page, from 1 up.",
    },
  },
);

/** A search in the vendor's form: the fields to return (`*` for all) and a query. */
export const searchInput = described(
  z.object({
    fields: z.array(z.string(), "must be a list of names of fields").max(100).nullish(),
    query: z.string("must be a text").max(1000, { error: "must be at most 1000 characters" }).nullish(),
    project_ids: z.array(id(), "must be a list of project ids").max(1000).nullish(),
    host_id: id().nullish(),
  }),
  {
    fields: {
      fields: "The fields that each agent is answered with; * or left out: all.",
      query: "Conditions like 'name' ~ 'AGENT' and 'active' = 'true'; left out: every agent.",
      project_ids: "Only agents of the projects with these ids.",
      host_id: "Only agents of the host with this id.",
    },
    example: { fields: ["*"], query: "'name' ~ 'AGENT'" },
  },
).nullish();
