import type { RouterRoute } from "hono/types";
import { requestHeaders } from "./declared-headers.ts";
import { headerComponents } from "./document-headers.ts";
import { operationOf, PATH_NAME, parametersIn } from "./document-operation.ts";
import { refusalComponents } from "./document-refusals.ts";
import { documentSchemas, type Json } from "./document-schemas.ts";
import { documentedIn } from "./documented.ts";

/** The calls of one room. */
export interface Tag {
  name: string;
  description: string;
  routes: readonly Pick<RouterRoute, "handler">[];
}

/** The tag of the calls that belong to no room. */
const SERVICE = { name: "Service", description: "The service itself: whether it answers." };

/**
 * The OpenAPI 3.1 document of a router's routes, from the schemas that check requests. Its server is the one that it was
 * fetched from, whatever name and proxy led there; every call answers under /tc too.
 */
export const openApiOf = (
  routes: readonly RouterRoute[],
  { version, tags }: { version: string; tags: readonly Tag[] },
) => {
  const schemas = documentSchemas();
  const paths: Record<string, Json> = {};
  for (const { method, path, handler } of routes) {
    const documented = documentedIn(handler);
    if (!documented) continue;
    const room = tags.find((tag) => tag.routes.some((route) => route.handler === handler)) ?? SERVICE;
    const template = path.replace(PATH_NAME, "{$1}");
    const operation = operationOf({ method, path, tag: room.name, documented }, schemas);
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version,
      description:
        "Dispatches scheduled test runs to automation hosts, in the wire format of the qTest Automation Integration APIs (v3).",
    },
    servers: [
      { url: "/", description: "Where this document is from" },
      { url: "/tc", description: "The same under the context path of the vendor's samples" },
    ],
    tags: [...tags, SERVICE].map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description:
            "A token of this service, made by POST /api/v3/tokens or at the first start. It goes in Authorization, after Bearer or bare.",
        },
      },
      parameters: Object.fromEntries(parametersIn("header", requestHeaders, schemas)),
      headers: headerComponents(),
      responses: refusalComponents(schemas),
      schemas: schemas.named,
    },
  };
};
