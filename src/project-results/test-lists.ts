export const TEST_SORTS = ["failures", "flakiness", "slowness", "recent"] as const;

export interface TestsQuery {
  /** A substring of the name. */
  search: string | null;
  /** Words of the message, or of the detail, of a recent failure. */
  failure: string | null;
  sort: (typeof TEST_SORTS)[number];
  /** The offset in the list. */
  after: number;
  limit: number;
}

/** Which tests a list has, and in which order. */
export const SORTS: Record<TestsQuery["sort"], { among: string; order: string }> = {
  failures: { among: "t.failures > 0", order: "t.failures DESC, t.id" },
  flakiness: { among: "t.evidence > 0", order: "t.evidence DESC, t.id" },
  slowness: { among: "t.mean_ms IS NOT NULL", order: "t.mean_ms DESC, t.id" },
  recent: { among: "true", order: "t.last_result DESC, t.id" },
};

/** The tests that a page shows first. Each has an index with this condition and order. */
export const FIRST = {
  flaky: "t.is_flaky = 1 ORDER BY t.evidence DESC, t.id",
  slow: "t.mean_ms >= 1000 ORDER BY t.mean_ms DESC, t.id",
  failing: "t.failing_since >= ? ORDER BY t.failing_since DESC, t.id",
} as const;
