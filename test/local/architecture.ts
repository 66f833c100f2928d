import { posix } from "node:path";

/** A repository's sources: path from its root to text. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  from: string;
  /** A package, or a path from the root. */
  to: string;
  names: string[];
  /** Only of types: nothing of it is left when the code runs. */
  typesOnly: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s+)?(?:(?:([\w*\s,]*?)\{([^}]*)\}|([\w*\s]+))\s*from\s*)?"([^"]+)"/gm;

const importsOf = (path: string, text: string): Import[] =>
  [...text.matchAll(IMPORT)].map(([, type, beside = "", braced, whole = "", target = ""]) => {
    const listed = (braced ?? "").split(",").map((name) => name.trim());
    const all = [...listed, beside.replace(",", "").trim(), whole.trim()].filter((name) => name !== "");
    const values = all.filter((name) => !name.startsWith("type "));
    return {
      from: path,
      to: target.startsWith(".") ? posix.join(posix.dirname(path), target) : target,
      names: values.map((name) => name.replace(/ as .*/, "")),
      typesOnly: type !== undefined || (all.length > 0 && values.length === 0),
    };
  });

type Role =
  | "routes"
  | "verbs"
  | "store"
  | "step"
  | "wire"
  | "rule"
  | "object"
  | "reach"
  | "lost"
  | "http"
  | "database"
  | "console"
  | "root"
  | "local"
  | "program"
  | "elsewhere";

/** Files that the grammar alone can't tell: verbs that stand beside a folder's first ones, and the object's way to D1. */
const STATED: Readonly<Record<string, Role>> = {
  "src/jobs/poll.ts": "verbs",
  "src/jobs/report.ts": "verbs",
  "src/jobs/leases.ts": "verbs",
  "src/jobs/doubts.ts": "verbs",
  "src/jobs/end-lost-run.ts": "lost",
  "src/host-object/cache-invalidation.ts": "verbs",
  "src/host-object/token-lookup.ts": "verbs",
  "src/fast-path/fast-path.ts": "routes",
  "src/access/authenticate.ts": "verbs",
  "src/access/sessions.ts": "verbs",
  "src/schedules/input.ts": "verbs",
  "src/test-runs/files.ts": "verbs",
  "src/test-runs/report.ts": "verbs",
  "src/schedules/refusals.ts": "verbs",
  "src/schedules/control.ts": "verbs",
  "src/schedules/forecast.ts": "verbs",
};

/** What a file of the console is: its pages read through verbs of their own, each over its own store. */
const roleInConsole = (name: string): Role =>
  name === "store.ts" ? "store" : name === "view.ts" ? "verbs" : "console";

/** What a file is, by the grammar of a feature's folder. */
const roleOf = (path: string, sources: Sources): Role => {
  const [top, folder, name, ...deeper] = path.split("/");
  if (top !== "src") return "elsewhere";
  if (folder === undefined || name === undefined) return "root";
  if (folder === "http" || folder === "database" || folder === "local") return folder;
  if (folder === "host-program") return "program";
  if (folder === "console") return roleInConsole(deeper.at(-1) ?? name);
  if (deeper.length > 0) return "routes";
  if (name.startsWith("routes.")) return "routes";
  if (/^(host-object|object-(store|knowledge|signs))\.ts$/.test(name)) return "object";
  if (/^(.*-)?store\.ts$/.test(name)) return "store";
  if (path === "src/host-object/client.ts") return "reach";
  if (name === "wire.ts") return "wire";
  const stated = STATED[path];
  if (stated) return stated;
  if (name === `${folder}.ts` && path !== "src/replay/replay.ts") return "verbs";
  return /import type \{[^}]*\bStep\b[^}]*\} from "\.\.\/tick\.ts"/.test(sources.get(path) ?? "")
    ? "step"
    : "rule";
};

/** Whom a file of each role may call; `own` only within its folder. */
const MAY_IMPORT: Record<Role, { any: Role[]; own: Role[]; also: string[] }> = {
  routes: { any: ["verbs", "wire", "rule", "http"], own: [], also: [] },
  console: { any: ["console", "verbs", "wire", "rule", "http"], own: [], also: [] },
  verbs: { any: ["verbs", "wire", "rule", "http"], own: ["store"], also: [] },
  step: { any: ["rule"], own: ["store"], also: [] },
  lost: { any: ["database", "rule"], own: ["store"], also: ["src/log.ts"] },
  store: { any: ["database", "rule"], own: ["store"], also: ["src/wire/refusals.ts"] },
  wire: {
    any: ["rule"],
    own: [],
    also: ["src/wire/times.ts", "src/wire/lazy-shape.ts", "src/wire/refusals.ts"],
  },
  rule: { any: [], own: ["rule"], also: ["src/wire/refusals.ts", "src/wire/sha256.ts"] },
  object: { any: [], own: ["object", "rule"], also: ["src/call.ts", "src/jobs/end-lost-run.ts"] },
  reach: { any: ["rule"], own: [], also: ["src/database/retry.ts"] },
  http: {
    any: ["http", "verbs", "rule", "database", "reach"],
    own: [],
    also: ["src/log.ts", "src/settings.ts"],
  },
  database: { any: ["database", "rule"], own: [], also: ["src/wire/refusals.ts"] },
  root: {
    any: ["root", "routes", "console", "step", "rule", "object", "reach", "http", "database"],
    own: [],
    also: ["package.json"],
  },
  local: { any: ["local"], own: [], also: ["src/settings.ts", "src/wire/times.ts"] },
  // A program of its own: of the service it knows the wire's types, and how reports are read.
  program: { any: ["program"], own: [], also: ["src/reports/junit.ts", "src/reports/report-case.ts"] },
  elsewhere: { any: [], own: [], also: [] },
};

/** The functions of a store that another store's batch may hold: each gives a statement or a part of one. */
const STATEMENTS: Record<string, string[]> = {
  "src/hosts/registration-store.ts": ["knownTo"],
  "src/jobs/store.ts": ["statusIn", "unended", "needsAttention", "runAhead", "jobAhead"],
  "src/jobs/doubt-store.ts": ["doubtRuns"],
  "src/jobs/hand-out-store.ts": [
    "agentReady",
    "hostReady",
    "scheduleReady",
    "scheduleOfJobReady",
    "agentOfJobReady",
    "unexpired",
    "takersReady",
    "canBeHandedOut",
  ],
  "src/jobs/outcome-store.ts": ["uncounted"],
  "src/jobs/list-store.ts": ["jobsOfSchedule"],
  "src/jobs/transition-store.ts": ["moveJobs", "renewedExpiry"],
  "src/jobs/plan-store.ts": [
    "addedBy",
    "addJobs",
    "carryOut",
    "dropPlanned",
    "isFree",
    "isTold",
    "renewExpiry",
    "skipMissed",
  ],
  "src/schedules/control-store.ts": ["pauseSchedulesOf", "settleActivated"],
  "src/audit/store.ts": ["recordChange", "recordMade", "recordRemoved", "recordDone"],
  "src/tokens/store.ts": ["addToken", "tokenRecorded", "useNoted"],
  "src/replay/store.ts": [
    "claimKey",
    "unclaimed",
    "madeBy",
    "madeKey",
    "releaseKey",
    "readClaim",
    "replaysPruned",
  ],
  "src/hosts/presence-store.ts": ["presencesPruned"],
};

/** What is allowed against the rules, with the reason. */
export interface Exception {
  from: RegExp;
  to: string;
  names: string[];
  why: string;
}

const layers = (sources: Sources, exceptions: readonly Exception[]): string[] =>
  [...sources].flatMap(([path, text]) => {
    const role = roleOf(path, sources);
    if (role === "elsewhere") return [];
    const { any, own, also } = MAY_IMPORT[role];
    return importsOf(path, text)
      .filter(({ to, typesOnly }) => to.includes("/") && sources.has(to) && !typesOnly)
      .filter(({ to, names }) => {
        const target = roleOf(to, sources);
        const sameFolder = posix.dirname(to) === posix.dirname(path);
        if (any.includes(target) || also.includes(to) || (sameFolder && own.includes(target))) return false;
        const shared = STATEMENTS[to] ?? [];
        if (role === "store" && names.every((name) => shared.includes(name))) return false;
        return !exceptions.some(
          (each) =>
            each.from.test(path) && each.to === to && names.every((name) => each.names.includes(name)),
        );
      })
      .map(({ to, names }) => `${path} (${role}) must not import ${names.join(", ")} of ${to}`);
  });

/** Which files may import a package, types included. */
const HOMES: { packages: RegExp; home: RegExp }[] = [
  {
    packages: /^hono(\/|$)/,
    home: /^src\/(app\.ts|env\.ts|http\/.*|console\/.*|[^/]+\/routes\..*|tokens\/authentication\.ts)$/,
  },
  {
    packages: /^drizzle-orm(\/|$)/,
    home: /^src\/(database\/.*|env\.ts|(console\/)?[^/]+\/([^/]*-)?store\.ts)$/,
  },
  { packages: /^cloudflare:workers$/, home: /^src\/(index\.ts|hosts\/(host-object|object-signs)\.ts)$/ },
  { packages: /^node:/, home: /^src\/(local|host-program)\// },
];

const packages = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) =>
    path.startsWith("src/")
      ? importsOf(path, text)
          .filter(({ to }) => HOMES.some(({ packages, home }) => packages.test(to) && !home.test(path)))
          .map(({ to }) => `${path} must not import the package ${to}`)
      : [],
  );

/** The packages that are pure themselves: croner is the calendar of a cron and gets no function to call, saxes turns text into events. */
const PURE_PACKAGES = ["zod", "croner", "saxes"];

/** A pure rule knows no package but those, and no `await import` hides an import from these rules. */
const purity = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) => {
    const role = roleOf(path, sources);
    const foreign = importsOf(path, text).filter(
      ({ to }) => role === "rule" && !sources.has(to) && !PURE_PACKAGES.includes(to),
    );
    return [
      ...foreign.map(({ to }) => `${path} (rule) must not import the package ${to}`),
      ...(path.startsWith("src/") &&
      /\bimport\(/.test(text) &&
      role !== "local" &&
      !/import\("[^"]*"\)\./.test(text)
        ? [`${path} must not import while it runs`]
        : []),
    ];
  });

const MAX_LINES = 250;
const VAGUE = /^(utils?|helpers?|common|shared|services?|managers?|types|index|misc)$/;

const sizes = (sources: Sources, longer: Readonly<Record<string, string>>): string[] =>
  [...sources]
    .filter(([path, text]) => path.startsWith("src/") && text.trimEnd().split("\n").length > MAX_LINES)
    .filter(([path]) => longer[path] === undefined)
    .map(([path]) => `${path} is longer than ${MAX_LINES} lines`);

const names = (sources: Sources): string[] =>
  [...sources.keys()]
    .filter((path) => path.startsWith("src/") && path !== "src/index.ts")
    .flatMap((path) =>
      path
        .replace(/\.[^/]*$/, "")
        .split("/")
        .map((part) => ({ path, part })),
    )
    .filter(({ part }) => VAGUE.test(part))
    .map(({ path, part }) => `${path}: "${part}" does not say what it holds`);

const REFUSED_SQL = [
  { what: "rebuilds a table: the rows of its children would go", pattern: /__new_|foreign_keys\s*=\s*off/i },
  { what: "lets a foreign key change rows", pattern: /on (delete|update) (cascade|set null)/i },
];

const database = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) => {
    if (/^drizzle\/.*\.sql$/.test(path))
      return REFUSED_SQL.filter(({ pattern }) => pattern.test(text)).map(({ what }) => `${path} ${what}`);
    return path.startsWith("src/database/") && /["'](cascade|set null)["']/i.test(text)
      ? [`${path} lets a foreign key change rows`]
      : [];
  });

/** All that is wrong with the sources. `longer` names the files that may exceed the lines, with the reason. */
export const violations = (
  sources: Sources,
  exceptions: readonly Exception[] = [],
  longer: Readonly<Record<string, string>> = {},
): string[] => [
  ...layers(sources, exceptions),
  ...packages(sources),
  ...purity(sources),
  ...sizes(sources, longer),
  ...names(sources),
  ...database(sources),
];
