import { statSync } from "node:fs";
import { answered, Refused } from "../client/client.ts";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import { VERSION } from "../programs/version.ts";
import { type Connection, connectTo } from "./connection.ts";
import { findProject } from "./find.ts";
import { findLogin, type Login, loginPath, readLogin } from "./login-file.ts";
import { type Session, wantsJson } from "./session.ts";

/** What was looked at. `wrong`: what is wrong and what would be right; null: all is well. */
interface Finding {
  what: string;
  found: string;
  wrong: string | null;
}

const LEAST_NODE = 20;
const MAX_CLOCK_MS = 60_000;
/** A host that is connected is heard of in each half hour. */
const HEARD_MS = 60 * 60_000;

const nodeFinding = (): Finding => {
  const major = Number(process.versions.node.split(".")[0]);
  const wrong = major >= LEAST_NODE ? null : `Node ${LEAST_NODE} or later is needed`;
  return { what: "node", found: process.versions.node, wrong };
};

const loginFinding = ({ line, env }: Session): Finding => {
  const path = loginPath(line, env);
  try {
    if (readLogin(path) === undefined) return { what: "login", found: "none is kept", wrong: null };
    const mode = statSync(path).mode & 0o777;
    const isOpen = process.platform !== "win32" && (mode & 0o077) !== 0;
    return { what: "login", found: path, wrong: isOpen ? `others can read it: chmod 600 ${path}` : null };
  } catch (error) {
    return { what: "login", found: path, wrong: reasonOf(error) };
  }
};

/** The service and its clock. */
const serviceFindings = async ({ url }: Login): Promise<Finding[]> => {
  try {
    const began = Date.now();
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) });
    const took = Date.now() - began;
    const body: unknown = await response.json();
    const version: unknown = Reflect.get(Object(body), "version");
    if (!response.headers.has("x-request-id") || typeof version !== "string")
      return [{ what: "service", found: url, wrong: "this is no Muster, or its database does not answer" }];
    const theirs = Date.parse(response.headers.get("Date") ?? "");
    const offMs = theirs - (began + took / 2);
    const off = `${Math.abs(Math.round(offMs / 1000))} s ${offMs > 0 ? "behind" : "ahead"}`;
    return [
      { what: "service", found: `${url} answers in ${took} ms, version ${version}`, wrong: null },
      {
        what: "clock",
        found: `this machine's is ${off}`,
        wrong:
          Math.abs(offMs) > MAX_CLOCK_MS ? "times here and there differ; set this machine's clock" : null,
      },
    ];
  } catch (error) {
    const wrong = `it does not answer: ${reasonOf(error)}; is the address right, and does the network let it through?`;
    return [{ what: "service", found: url, wrong }];
  }
};

const tokenFinding = async (asked: Connection, session: Session): Promise<Finding> => {
  const project = await findProject(asked, session.line, session.env);
  const param = { project: String(project) };
  await answered(
    asked.service.projects[":project"].automation.schedules.$get({ param, query: { limit: "1" } }),
  );
  return { what: "token", found: `it may start runs of project ${project}`, wrong: null };
};

const hostFinding = async ({ service }: Connection): Promise<Finding> => {
  const hosts = await answered(service.automation.hosts.$get({ query: { limit: "1000" } }));
  const since = Date.now() - HEARD_MS;
  const heard = hosts.filter(
    ({ status, last_ping_at }) => status === "Online" || Date.parse(last_ping_at ?? "") > since,
  ).length;
  const wrong =
    heard === 0 ? "no host was heard of lately, so that runs will wait; start one (see the console)" : null;
  return { what: "hosts", found: `${heard} of ${hosts.length} were heard of lately`, wrong };
};

/** A finding of calls; if they are refused, that is the finding. */
const tried = async (what: string, look: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Refused)
      return { what, found: `refused with ${error.status}`, wrong: error.message };
    return { what, found: "not known", wrong: reasonOf(error) };
  }
};

const lineOf = ({ what, found, wrong }: Finding): string =>
  `${wrong === null ? "ok   " : "WRONG"} ${what.padEnd(8)} ${found}${wrong === null ? "" : `\n               ${wrong}`}`;

const findings = async (session: Session): Promise<Finding[]> => {
  const local = [{ what: "muster", found: VERSION, wrong: null }, nodeFinding(), loginFinding(session)];
  let login: Login;
  try {
    login = findLogin(session.line, session.env);
  } catch (error) {
    if (!(error instanceof Plain)) throw error;
    return [...local, { what: "address", found: "none", wrong: error.message }];
  }
  const service = await serviceFindings(login);
  if (service.some(({ what, wrong }) => what === "service" && wrong !== null)) return [...local, ...service];
  const asked = connectTo(login, { tryMs: 10_000, patienceMs: 20_000 });
  const token = await tried("token", () => tokenFinding(asked, session));
  return [...local, ...service, token, await tried("hosts", () => hostFinding(asked))];
};

/** `muster doctor`: exits 1 if anything is wrong. */
export const doctor = async (session: Session): Promise<number> => {
  const found = await findings(session);
  const { terminal } = session;
  if (wantsJson(session)) terminal.print(JSON.stringify(found, null, 2));
  else for (const finding of found) terminal.print(lineOf(finding));
  return found.every(({ wrong }) => wrong === null) ? 0 : 1;
};
