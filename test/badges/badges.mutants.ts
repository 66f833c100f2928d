import type { Mutant } from "../mutants/mutant.ts";

const TESTS = ["test/badges/badges.test.ts"];
const LOOKS = ["test/badges/looks.test.ts"];
const PICTURE = ["test/badges/picture.test.ts"];
const STORE = "src/badges/store.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a deleted schedule is given no badge",
    code: "eq(schedules.projectId, projectId), isNull(schedules.deletedAt));",
    file: STORE,
    instead: "eq(schedules.projectId, projectId));",
    tests: TESTS,
  },
  {
    guard: "a schedule of another project is given no badge",
    code: "eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt));",
    file: STORE,
    instead: "eq(schedules.id, id), isNull(schedules.deletedAt));",
    tests: TESTS,
  },
  {
    guard: "the badge of a deleted schedule shows nothing",
    code: " AND s.deleted_at IS NULL AND p.deleted_at IS NULL`",
    file: STORE,
    instead: " AND p.deleted_at IS NULL`",
    tests: TESTS,
  },
  {
    guard: "the badge of a deleted project shows nothing",
    code: " AND p.deleted_at IS NULL`",
    file: STORE,
    instead: "`",
    tests: LOOKS,
  },
  {
    guard: "a badge that is there keeps its address",
    code: "sql`(${renew ? 1 : 0} OR ${schedules.badgeId} IS NULL)`",
    instead: "sql`(${renew ? 1 : 1} OR ${schedules.badgeId} IS NULL)`",
    tests: TESTS,
  },
  {
    guard: "a badge shows no status that is no end",
    code: "WHERE status IN ('COMPLETED', 'FAILED') LIMIT 1) AS lastEnd",
    instead: "LIMIT 1) AS lastEnd",
    tests: LOOKS,
  },
  {
    guard: "a badge shows the newest end",
    code: "ORDER BY scheduled_at DESC, run_number DESC LIMIT ${MAX_JOBS})",
    file: STORE,
    instead: "ORDER BY scheduled_at, run_number LIMIT ${MAX_JOBS})",
    tests: LOOKS,
  },
  {
    guard: "the audit has no address of a badge",
    code: '  "badge_id",\n]);',
    instead: "]);",
    tests: TESTS,
  },
  {
    guard: "what can be no badge costs no read",
    code: "return ID.test(id) ? id : undefined;",
    file: "src/badges/badges.ts",
    instead: "return id || undefined;",
    tests: LOOKS,
  },
  {
    guard: "an unknown badge is a 404 whatever its reader has kept",
    code: "if (badge && isAmong(",
    instead: "if (isAmong(",
    tests: LOOKS,
  },
  {
    guard: "a badge is asked for so often in a minute",
    code: "if (id !== undefined) await limitBadge(c.env, settings, id);",
    instead: "",
    tests: LOOKS,
  },
  {
    guard: "badges are guessed so often in a minute",
    code: 'if (!badge) await limitUnknownBadges(c.env, settings, addressOf(c) ?? "unknown");',
    instead: "",
    tests: LOOKS,
  },
  {
    guard: "a label is escaped in the picture",
    code: '.replace(/[&<>"\']/g, (character) => ENTITIES[character] ?? "")',
    file: "src/badges/picture.ts",
    instead: "",
    tests: PICTURE,
  },
  {
    guard: "a picture has no character that XML can't hold",
    code: 'text.replace(NO_XML, "\\uFFFD")',
    file: "src/badges/picture.ts",
    instead: "text",
    tests: PICTURE,
  },
  {
    guard: "a label is no Markdown in the line for a README",
    code: '.replace(/[\\\\`*_[\\]<>!&]/g, "\\\\$&")',
    file: "src/badges/picture.ts",
    instead: "",
    tests: PICTURE,
  },
];
