import { answered } from "../client/client.ts";
import { Plain } from "../programs/plain-error.ts";
import { findProject } from "./find.ts";
import { limitIn, sayMore, shortTime } from "./lists.ts";
import { type CommandLine, textIn } from "./options.ts";
import { connection, printList, type Session, wantsJson } from "./session.ts";
import { table } from "./terminal.ts";

const SCOPES = ["operator", "host", "metrics", "admin"] as const;

const scopeIn = (line: CommandLine): (typeof SCOPES)[number] => {
  const given = textIn(line, "scope") ?? "operator";
  const scope = SCOPES.find((each) => each === given);
  if (!scope) throw new Plain(`--scope must be one of ${SCOPES.join(", ")}, not ${given}`);
  return scope;
};

const listTokens = async (session: Session): Promise<number> => {
  const { service } = connection(session);
  const tokens = await answered(service.tokens.$get({ query: { limit: String(limitIn(session.line)) } }));
  printList(session, tokens, (rows) =>
    table(
      ["ID", "NAME", "SCOPE", "BEGINS", "PROJECTS", "LAST USED (UTC)", "ENDED"],
      rows.map((token) => [
        String(token.id),
        token.name,
        token.scope,
        token.prefix,
        token.project_ids === null ? "all" : token.project_ids.join(" "),
        shortTime(token.last_used_at),
        token.revoked_at === null ? "" : `revoked ${shortTime(token.revoked_at)}`,
      ]),
    ),
  );
  sayMore(session, tokens);
  return 0;
};

const createToken = async (session: Session, name: string | undefined): Promise<number> => {
  const { line, env, terminal } = session;
  if (name === undefined) throw new Plain("the new token needs a name: muster tokens create NAME");
  const scope = scopeIn(line);
  const asked = connection(session);
  const isLimited = scope !== "admin" && (textIn(line, "project") ?? env.MUSTER_PROJECT);
  const limits = isLimited ? { project_ids: [await findProject(asked, line, env)] } : {};
  const made = await answered(asked.service.tokens.$post({ json: { name, scope, ...limits } }));
  if (wantsJson(session)) {
    terminal.print(JSON.stringify(made));
    return 0;
  }
  if (!("token" in made)) {
    terminal.say(
      `token ${made.id} was made, but the answer with its secret was lost: revoke it, and make another`,
    );
    return 1;
  }
  terminal.say(`token ${made.id} of scope ${made.scope}; its secret is shown this once:`);
  terminal.print(made.token);
  return 0;
};

const revokeToken = async (session: Session, id: string | undefined): Promise<number> => {
  const { terminal } = session;
  if (id === undefined || !/^[1-9]\d{0,14}$/.test(id))
    throw new Plain("which token? muster tokens revoke ID; muster tokens lists them");
  const { service } = connection(session);
  const revoked = await answered(service.tokens[":token"].$delete({ param: { token: id } }));
  if (wantsJson(session)) terminal.print(JSON.stringify(revoked));
  else terminal.print(`token ${id} is revoked`);
  return 0;
};

/** `muster tokens`: lists, issues and revokes. Throws `Plain`, `Refused`, `Unanswered`. */
export const tokens = async (session: Session): Promise<number> => {
  const [verb, object] = session.line.words;
  if (verb === undefined) return listTokens(session);
  if (verb === "create") return createToken(session, object);
  if (verb === "revoke") return revokeToken(session, object);
  throw new Plain(`tokens has no ${verb}; there are create NAME and revoke ID`);
};
