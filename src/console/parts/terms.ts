/** A word of the field as the console uses it, and what the API calls the same. */
interface Term {
  term: string;
  means: string;
  /** Its name in the API, where that is another. */
  api?: string;
  /** What the console does not say instead. */
  insteadOf?: readonly string[];
}

/**
 * The one table of terms. The pages of the console use these words and none of those in `insteadOf`; the page of terms in
 * the documentation has each.
 */
export const TERMS: readonly Term[] = [
  { term: "Project", means: "What is tested. Tests, agents and schedules belong to it." },
  { term: "Host", means: "A machine that runs tests." },
  { term: "Agent", means: "What a host can run for a project, by a tool or framework." },
  {
    term: "Test",
    means: "One thing that a tool can run alone. A schedule names the tests that it runs, or runs all.",
    api: "test run (test_run_id), automation material",
    insteadOf: ["test run", "test runs", "automation material"],
  },
  {
    term: "Runner's command",
    means: "What names a test for the tool that runs it.",
    api: "automation_content",
    insteadOf: ["automation content"],
  },
  { term: "Schedule", means: "Which agent runs which tests, and when: once, or by a cron in a time zone." },
  { term: "Job", means: "One run of a schedule, from when it is planned until it has ended." },
  { term: "Attempt", means: "One try of a job. A job whose host was lost may have another." },
  { term: "Planned", means: "It is to run at its time.", api: "PLANNED" },
  {
    term: "Late",
    means: "It waits for more than two minutes past its time: a host says how many of its jobs do.",
  },
  {
    term: "Overdue",
    means: "It waits past its time: no host began it within half an hour. It is still handed out.",
    api: "NOT_RUN",
    insteadOf: ["not run"],
  },
  { term: "Running", means: "A host runs it.", api: "RUNNING" },
  { term: "Completed", means: "It ended, and passed.", api: "COMPLETED" },
  { term: "Failed", means: "It ended, and did not pass, or its host was lost.", api: "FAILED" },
  { term: "Cancelled", means: "Somebody or a rule ended it.", api: "CANCELLED" },
  {
    term: "Expires",
    means: "When a job that no host began is cancelled.",
    api: "expire_after_minutes",
    insteadOf: ["cancelled if not begun", "cancel if not begun"],
  },
  { term: "Time limit", means: "How long a run may take; then it fails.", api: "allocated_minutes" },
  { term: "Alarm", means: "Something that needs a person now: it is raised once, and ends by itself." },
  {
    term: "Conflict handling",
    means:
      "What happens if a run is due while another of its schedule goes on, was missed, or lost its host.",
    api: "overlap, missed, on_lost",
    insteadOf: ["overlap"],
  },
  { term: "Missed", means: "Its time passed while nobody could plan it or hand it out.", api: "missed" },
  {
    term: "In doubt",
    means: "It runs, but its host has started again or does not name it any more.",
    api: "needs_attention",
  },
  { term: "Lost", means: "The host of a run fell silent for too long.", api: "host_lost" },
  { term: "Lease", means: "The right of one process to run a job, until it ends or is given back." },
  {
    term: "Online, Offline",
    means: "Whether a host pinged in the last half hours, as the check of each half hour judges.",
  },
  { term: "Details", means: "What is stored of a thing.", insteadOf: ["facts"] },
  { term: "Pass rate", means: "The share of the jobs that completed among those that completed or failed." },
  {
    term: "Acknowledged",
    means: "Somebody has seen it: until a time the overview asks for no attention to it.",
    api: "acknowledgement",
  },
  { term: "Flaky", means: "A test that passes and fails on the same content." },
  { term: "Quarantine", means: "For a while, a failure of the test fails no job." },
];
