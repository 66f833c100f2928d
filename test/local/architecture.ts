import { posix } from "node:path";

/** A repository's sources: path from its root to text. */
export type Sources = ReadonlyMap<string, string>;

/**
 * The rooms of `src`, from the roof to the ground. A file imports from its own room and from those below it, types
 * included. A room is a folder, or a file that lies in `src` itself.
 */
const ROOMS = [
  "index.ts",
  "local",
  "docs",
  "client",
  "app.ts",
  "tick.ts",
  "console",
  "fast-path",
  "push",
  "grants",
  "backup",
  "metrics",
  "acknowledgements",
  "agents",
  "hosts",
  "schedules",
  "test-runs",
  "vendor-results",
  "flaky-tests",
  "run-files",
  "results",
  "jobs",
  "projects",
  "tokens",
  "audit",
  "replay",
  "http",
  "call.ts",
  "access",
  "live-updates",
  "project-results",
  "token-hosts",
  "host-object",
  "database",
  "settings.ts",
  "log.ts",
  "bounded-cache.ts",
  "host-program",
  "cli",
  "programs",
  "reports",
  "wire",
];

/** Rooms that run elsewhere, and the rooms of the service that they may use. */
const APART: Readonly<Record<string, readonly string[]>> = {
  local: ["docs", "host-program", "cli", "programs", "client", "settings.ts", "wire"],
  docs: ["console", "host-object", "settings.ts", "wire"],
  client: ["wire"],
  "host-program": ["programs", "client", "reports", "wire"],
  cli: ["programs", "client", "wire"],
  programs: [],
};

/** Name the types of the service's own schemas and routes for those that run elsewhere and take nothing of it that runs. */
const WIRE_TYPES = ["src/host-program/service-types.ts", "src/client/client.ts"];

const IMPORT = /^(?:import|export)\s(?:([^";]*?)\sfrom\s)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;
/** What an import takes where it takes types alone. */
const TYPES_ONLY = /^(type\s|\{(\s*type\s+\w+\s*(as\s+\w+\s*)?,?)+\s*\})/;

interface Import {
  /** A package, or a path from the root. */
  to: string;
  typesOnly: boolean;
}

const importsOf = (path: string, text: string): Import[] =>
  [...text.matchAll(IMPORT)].map(([, taken = "", from, late]) => {
    const target = from ?? late ?? "";
    const to = target.startsWith(".") ? posix.join(posix.dirname(path), target) : target;
    return { to, typesOnly: TYPES_ONLY.test(taken) };
  });

const roomOf = (path: string): string => path.split("/")[1] ?? "";
const isStore = (path: string): boolean => /(^|[/-])store\.ts$/.test(path);
const isRoutes = (path: string): boolean => /\/([a-z]+-)?routes\.tsx?$/.test(path);

/** Why a file of `src` may not import another; undefined where it may. */
const refusalOf = (from: string, { to, typesOnly }: Import): string | undefined => {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (WIRE_TYPES.includes(from) && typesOnly) return undefined;
  if (!ROOMS.includes(target)) return `whose room "${target}" is not in the list of rooms`;
  if (room !== target && !(APART[room] ?? ROOMS.slice(ROOMS.indexOf(room))).includes(target))
    return `which lies above or beside it`;
  if (isRoutes(to) && !["app.ts", "console"].includes(room)) return "which are routes";
  // Every room may import the type of a row.
  if (typesOnly || !isStore(to)) return undefined;
  if (isRoutes(from)) return "a store: a route calls a verb";
  if (room !== target && !isStore(from)) return "another room's store: call its verb";
  return undefined;
};

const imports = (path: string, text: string): string[] => {
  const room = roomOf(path);
  if (!ROOMS.includes(room)) return [`${path}: its room "${room}" is not in the list of rooms`];
  return importsOf(path, text)
    .filter(({ to }) => to.startsWith("src/"))
    .flatMap((imported) => {
      const why = refusalOf(path, imported);
      return why ? [`${path} must not import ${imported.to}, ${why}`] : [];
    });
};

/** Which files may import a package, types included. */
const HOMES: { packages: RegExp; home: RegExp }[] = [
  {
    packages: /^hono(\/|$)/,
    home: /^src\/(app\.ts|client\/client\.ts|http\/.*|fast-path\/plain-call\.ts|console\/.*|docs\/layout\.ts|[^/]+\/([a-z]+-)?routes\.tsx?|access\/authenticate\.ts)$/,
  },
  {
    packages: /^drizzle-orm(\/|$)/,
    home: /^src\/(database\/.*|(console\/)?[^/]+\/([^/]*-)?store\.ts|)$/,
  },
  {
    packages: /^cloudflare:workers$/,
    home: /^src\/(index\.ts|host-object\/signs-object\.ts|live-updates\/live-sockets\.ts|token-hosts\/token-hosts\.ts|project-results\/(project-results|file-object)\.ts)$/,
  },
  { packages: /^node:/, home: /^src\/(local|docs|host-program|cli|programs)\// },
];

const packages = (path: string, text: string): string[] =>
  importsOf(path, text)
    .filter(({ to }) => HOMES.some(({ packages: named, home }) => named.test(to) && !home.test(path)))
    .map(({ to }) => `${path} must not import the package ${to}`);

/** No `await import` hides an import from these rules, or sets something up in the middle of a request. */
const lateImports = (path: string, text: string): string[] =>
  /\bimport\(/.test(text) && !/^src\/(local|docs|host-program|cli|programs)\//.test(path)
    ? [`${path} must not import while it runs`]
    : [];

const MAX_LINES = 250;
const VAGUE = /^(utils?|helpers?|common|shared|services?|managers?|types|index|misc)$/;

const sizes = (path: string, text: string): string[] =>
  text.trimEnd().split("\n").length > MAX_LINES ? [`${path} is longer than ${MAX_LINES} lines`] : [];

const names = (path: string): string[] =>
  path
    .replace(/\.[^/]*$/, "")
    .split("/")
    .filter((part) => path !== "src/index.ts" && VAGUE.test(part))
    .map((part) => `${path}: "${part}" does not say what it holds`);

const REFUSED_SQL = [
  { what: "rebuilds a table: the rows of its children would go", pattern: /__new_|foreign_keys\s*=\s*off/i },
  { what: "lets a foreign key change rows", pattern: /on (delete|update) (cascade|set null)/i },
];

const database = (path: string, text: string): string[] => {
  if (path.endsWith(".sql"))
    return REFUSED_SQL.filter(({ pattern }) => pattern.test(text)).map(({ what }) => `${path} ${what}`);
  return path.startsWith("src/database/") && /["'](cascade|set null)["']/i.test(text)
    ? [`${path} lets a foreign key change rows`]
    : [];
};

/**
 * All that is wrong with the sources, the migrations and the tests. `longer` names the files that may exceed the lines,
 * with the reason.
 */
export const violations = (sources: Sources, longer: Readonly<Record<string, string>> = {}): string[] =>
  [...sources].flatMap(([path, text]) => [
    ...(path.startsWith("src/")
      ? [...imports(path, text), ...packages(path, text), ...lateImports(path, text), ...names(path)]
      : []),
    ...(/^(src|test)\//.test(path) && longer[path] === undefined ? sizes(path, text) : []),
    ...database(path, text),
  ]);
