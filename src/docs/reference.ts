import { createOpenApiMarkdownRenderer } from "@scalar/openapi-to-markdown";
import * as z from "zod";
import type { AddressOfOperation } from "./markdown.ts";
import { addressOf } from "./pages.ts";

const operationShape = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  tags: z.tuple([z.string()]),
  responses: z.record(z.string(), z.looseObject({ headers: z.record(z.string(), z.unknown()).optional() })),
});
const documentShape = z.looseObject({
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationShape)),
  components: z.looseObject({ securitySchemes: z.unknown() }),
});
type ApiDocument = z.output<typeof documentShape>;

interface Operation extends Pick<z.output<typeof operationShape>, "operationId" | "summary"> {
  method: string;
  path: string;
  room: string;
  /** The scopes that may make the call; empty: no token is needed. */
  scopes: string;
}

const pageOf = (room: string): string => `api/${room.toLowerCase().replaceAll(" ", "-")}`;

const operationsOf = ({ paths }: ApiDocument): Operation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([
        method,
        {
          operationId,
          summary,
          description = "",
          tags: [room],
        },
      ]) => ({
        operationId,
        summary,
        path,
        room,
        method: method.toUpperCase(),
        scopes: /Scopes: ([^.]*)\./.exec(description)?.[1] ?? "",
      }),
    ),
  );

const SAID_ONCE = ["x-request-id", "x-qtest-request-id"];

/** The document without what each call has in common, which the reference's first page says once. */
const withoutCommon = ({ paths, components, ...rest }: ApiDocument): ApiDocument => {
  const kept = (operation: z.output<typeof operationShape>) => ({
    ...operation,
    security: [],
    responses: Object.fromEntries(
      Object.entries(operation.responses)
        .filter(([status]) => Number(status) < 400)
        .map(([status, { headers = {}, ...answer }]) => {
          const own = Object.entries(headers).filter(([name]) => !SAID_ONCE.includes(name));
          return [status, { ...answer, ...(own.length > 0 && { headers: Object.fromEntries(own) }) }];
        }),
    ),
  });
  return {
    ...rest,
    components: { ...components, securitySchemes: {} },
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, item]) => [
        path,
        Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, kept(operation)])),
      ]),
    ),
  };
};

/** Sections that the renderer writes for each operation, and that say nothing of it. */
const LEFT_OUT = ["Effective servers", "Authentication", "Schemas"];

/** An operation as a section of a page: its heading one deeper, without its name's repetitions. */
const sectionOf = ({ operationId, summary, method, path, scopes }: Operation, markdown: string): string => {
  const [, ...parts] = markdown.split(/^(?=## )/m);
  const kept = parts.filter((part) => !LEFT_OUT.some((title) => part.startsWith(`## ${title}\n`)));
  const who = scopes === "" ? "no token needed" : `for ${scopes}`;
  const body = kept.join("").replace(/^(#{2,4}) /gm, "$1# ");
  return `## ${summary} {#${operationId}}\n\n**\`${method} ${path}\`**, ${who}. Operation \`${operationId}\`.\n\n${body}`;
};

const INTRODUCTION = `# API reference

Each call of the service, generated from [\`/openapi.json\`](/openapi.json), which is generated from the code that answers.
All calls but those of the root are under \`/api/v3\`, and the same under \`/tc/api/v3\`. A token goes in \`Authorization\`, bare
or after \`Bearer\`. Each answer has \`x-request-id\`, and \`x-qtest-request-id\` with the same value. Refusals are in
[Errors](errors.md); what all calls have in common is in the [wire contract](wire.md). For programs in TypeScript there is a
[typed client](pipelines.md#the-typed-client).
`;

const tableOf = (operations: readonly Operation[]): string =>
  [
    "| call | what it does | who may |",
    "| --- | --- | --- |",
    ...operations.map(
      ({ operationId, method, path, summary, scopes }) =>
        `| [\`${method} ${path.replace("/api/v3", "")}\`](api:${operationId}) | ${summary} | ${scopes || "anyone"} |`,
    ),
  ].join("\n");

export interface Reference {
  /** The Markdown of each page by its name. */
  pages: ReadonlyMap<string, string>;
  addressOfOperation: AddressOfOperation;
}

/** The pages of the API reference: one that lists all calls, and one for each room. */
export const makeReference = async (openApi: string): Promise<Reference> => {
  const document = documentShape.parse(JSON.parse(openApi));
  const operations = operationsOf(document);
  const renderer = await createOpenApiMarkdownRenderer(withoutCommon(document));
  const pages = new Map<string, string>();
  const lists: string[] = [];
  for (const { name, description } of document.tags) {
    const own = operations.filter(({ room }) => room === name);
    if (own.length === 0) continue;
    lists.push(`## ${name}\n\n${description}\n\n${tableOf(own)}`);
    const sections: string[] = [];
    for (const operation of own) {
      const { operationId } = operation;
      sections.push(sectionOf(operation, await renderer.render({ operation: { operationId } })));
    }
    pages.set(pageOf(name), `# ${name}\n\n${description}\n\n${sections.join("\n\n")}`);
  }
  const addressOfOperation = (operationId: string): string => {
    const found = operations.find((operation) => operation.operationId === operationId);
    if (!found) throw new Error(`no operation is named ${operationId}`);
    return `${addressOf(pageOf(found.room))}#${operationId}`;
  };
  return {
    pages: new Map([["api", `${INTRODUCTION}\n${lists.join("\n\n")}`], ...pages]),
    addressOfOperation,
  };
};
