/** What the fields mean that a schedule is made with. */
export const scheduleWords = {
  name: "The schedule's name, for people.",
  agent_server_id: "The id of the agent that runs it.",
  start_date: "When it runs first, or from when on: a time; null: from when it was made.",
  end_date: "Until when it runs: a time; null: without end.",
  cron: "Minute, hour, day of month, month, weekday; null: a single run. Day of month and weekday both set: either matches, and a day of month of */2 counts as set.",
  time_zone: "The IANA time zone of the cron, like Europe/Berlin.",
  max_runs: "After how many runs it ends; null: it does not.",
  allocated_minutes: "How many minutes a run may take; null: as long as the service lets runs take.",
  expire_after_minutes:
    "After how many minutes in which it could begin and did not a job is cancelled; null: it is not.",
  overlap:
    "What becomes of a run that is due while another of the schedule runs: it is skipped, runs beside it, or replaces it.",
  missed: "Whether the latest run that was missed, as nothing could be handed out, is made up for.",
  missed_within_minutes: "A missed run is made up for only if it is at most so many minutes old.",
  on_lost: "What becomes of a run whose lease ends: it fails, or is queued again as the next attempt.",
  max_attempts: "How many attempts a job has at most.",
  stale_minutes:
    "For how many minutes a run that is in doubt still counts as running, for the overlap with the next one.",
  parameters: "What each run's environment has besides.",
  commit: "The id of the commit that its runs test; null: not known.",
  blackouts:
    "Whether runs by the cron are left out in the project's blackouts. A single run, and what is added by hand, never is.",
};

export const SCHEDULE_EXAMPLE = {
  schedule_id: 245,
  name: "Nightly",
  project_id: 356,
  agent_server_id: 148,
  start_date: "2015-04-08T03:01:48+00:00",
  end_date: null,
  cron: "0 3 * * *",
  time_zone: "Europe/Berlin",
  max_runs: null,
  allocated_minutes: 60,
  expire_after_minutes: null,
  overlap: "skip" as const,
  missed: "run_once" as const,
  missed_within_minutes: 60,
  on_lost: "fail" as const,
  max_attempts: 2,
  stale_minutes: 60,
  parameters: [{ name: "BASE_URL", value: "https://staging.example" }],
  commit: null,
  blackouts: "heed" as const,
  paused_at: null,
  pause_note: null,
};
