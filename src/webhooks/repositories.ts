import { addressProblem } from "./addresses.ts";
import type { TargetRules } from "./form.ts";

const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const NAME = /^[A-Za-z0-9_.-]+$/;

const partsOf = ({ pathname }: URL): string[] =>
  pathname
    .replace(/\.git\/?$/, "")
    .split("/")
    .filter((part) => part !== "");

const isName = (part: string): boolean => NAME.test(part) && part !== "." && part !== "..";

const isPlain = ({ search, hash }: URL): boolean => search === "" && hash === "";

/** The address of a repository in GitHub's API, by its address there or in a browser; undefined: it is neither. */
export const githubApi = (target: string): string | undefined => {
  if (!URL.canParse(target)) return undefined;
  const url = new URL(target);
  const parts = partsOf(url);
  const [owner = "", name = ""] = parts.slice(-2);
  const before = parts.slice(0, -2).join("/");
  if (!isPlain(url) || !OWNER.test(owner) || !isName(name)) return undefined;
  const path = `repos/${owner}/${name}`;
  if (before === "repos" || before === "api/v3/repos") return `${url.origin}/${before}/${owner}/${name}`;
  if (before !== "") return undefined;
  const { hostname } = url;
  if (hostname === "github.com" || hostname === "www.github.com") return `https://api.github.com/${path}`;
  return hostname.endsWith(".ghe.com") ? `https://api.${hostname}/${path}` : `${url.origin}/api/v3/${path}`;
};

/** The same of a project in GitLab's API. */
export const gitlabApi = (target: string): string | undefined => {
  if (!URL.canParse(target)) return undefined;
  const url = new URL(target);
  const api = /^(.*\/api\/v4\/projects\/)([^/]+)\/?$/.exec(url.pathname);
  if (!isPlain(url)) return undefined;
  if (api?.[1] !== undefined && api[2] !== undefined) return `${url.origin}${api[1]}${api[2]}`;
  const parts = partsOf(url);
  if (parts.length < 2 || !parts.every(isName)) return undefined;
  return `${url.origin}/api/v4/projects/${encodeURIComponent(parts.join("/"))}`;
};

/** What is wrong with a target of which `apiOf` knows the form, in words that follow the field's name; undefined: nothing. */
export const repositoryProblem = (
  target: string,
  rules: TargetRules,
  { apiOf, example }: { apiOf: (target: string) => string | undefined; example: string },
): string | undefined => {
  const problem = addressProblem(target, rules);
  if (problem !== undefined) return problem;
  return apiOf(target) === undefined ? `must be the address of a repository, like ${example}` : undefined;
};
