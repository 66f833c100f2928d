import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { answered } from "../client/client.ts";
import { Plain } from "../programs/plain-error.ts";
import { connectTo, SHORT } from "./connection.ts";
import { dropLogin, keepLogin, loginPath, readAddress, readLogin } from "./login-file.ts";
import { textIn } from "./options.ts";
import { type Session, wantsJson } from "./session.ts";

/** Asks on the terminal, without showing what is typed if it is `secret`. */
const ask = async (question: string, secret: boolean): Promise<string> => {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: secret ? nowhere : process.stderr,
    terminal: true,
  });
  try {
    return (await lines.question("")).trim();
  } finally {
    lines.close();
    if (secret) process.stderr.write("\n");
  }
};

const findAddress = async ({ line, env }: Session): Promise<string> => {
  const [word] = line.words;
  const given = word ?? textIn(line, "url") ?? (env.MUSTER_URL || undefined);
  if (given !== undefined) return readAddress(given);
  const kept = readLogin(loginPath(line, env));
  if (kept) return kept.url;
  if (process.stdin.isTTY) return readAddress(await ask("Address of the service: ", false));
  throw new Plain("which service? muster login ADDRESS");
};

const findToken = async ({ line, env }: Session, url: string): Promise<string> => {
  const given = textIn(line, "token") ?? (env.MUSTER_TOKEN || undefined);
  if (given !== undefined) return given.trim();
  const token = process.stdin.isTTY
    ? await ask(`Token for ${url}: `, true)
    : (await text(process.stdin)).trim();
  if (token === "")
    throw new Plain("no token is given: on the terminal, on standard input, or in MUSTER_TOKEN");
  return token;
};

/** Keeps an address and a token, once the service has taken the token. Throws `Plain`, `Refused`, `Unanswered`. */
export const logIn = async (session: Session): Promise<number> => {
  const { line, env, terminal } = session;
  const url = await findAddress(session);
  const token = await findToken(session, url);
  const { service } = connectTo({ url, token }, { ...SHORT, onTrouble: terminal.say });
  const projects = await answered(service.projects.$get({ query: { limit: "2" } }));
  const path = loginPath(line, env);
  keepLogin(path, { url, token });
  if (wantsJson(session)) terminal.print(JSON.stringify({ url, file: path }));
  else terminal.print(`logged in to ${url}; the token is kept in ${path}`);
  if (projects.length === 0) terminal.say("the token sees no project yet");
  return 0;
};

export const logOut = async ({ line, env, terminal }: Session): Promise<number> => {
  const path = loginPath(line, env);
  dropLogin(path);
  terminal.print(`${path} is removed; the token itself goes on until it is revoked`);
  return 0;
};
