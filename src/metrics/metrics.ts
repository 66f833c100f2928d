import type { Call } from "../call.ts";
import { WEBHOOK_FORMS, type WebhookForm } from "../database/enums.ts";
import { ENDED, HOST_LOST } from "../jobs/status.ts";
import { DEATHS, DELIVERIES_DEAD, TRIES_FAILED, TRY_FAILURES } from "../webhooks/failures.ts";
import { RUN_BOUNDS, UNBOUNDED, WAIT_BOUNDS } from "./buckets.ts";
import { exposition, familyLines, histogramLines } from "./open-metrics.ts";
import { RUN_ENDS, RUN_ERRORS } from "./run-ends.ts";
import { readMetrics } from "./store.ts";

/** A sample of each form of webhooks with each of these words. */
const webhookSamples = <Word extends string, Sample>(
  words: readonly Word[],
  sample: (form: WebhookForm, word: Word) => Sample,
): Sample[] => WEBHOOK_FORMS.flatMap((form) => words.map((word) => sample(form, word)));

/**
 * The metrics of the service in OpenMetrics' text form, named by OpenTelemetry's CI/CD conventions where they have a
 * name. The hosts and the age of the oldest job are as of now, all else as of the last tick.
 */
export const metricsText = async ({ db, now }: Pick<Call, "db" | "now">): Promise<string> => {
  const { samples, steps, oldestDueAt } = await readMetrics(db, now);
  const stored = new Map(samples.map(({ name, labels, value }) => [`${name}/${labels}`, value]));
  const of = (name: string, labels = "") => stored.get(`${name}/${labels}`) ?? 0;
  const bucketsOf = (bounds: readonly number[], name: string, prefix = "") =>
    new Map(
      [...bounds.map(String), UNBOUNDED].map((bound): [string, number] => [bound, of(name, prefix + bound)]),
    );
  return exposition([
    familyLines({
      name: "cicd_worker_count",
      type: "gauge",
      help: "Hosts by presence: available is Online, by the seed's half hour.",
      samples: [
        { labels: { cicd_worker_state: "available" }, value: of("hosts", "Online") },
        { labels: { cicd_worker_state: "offline" }, value: of("hosts", "Offline") },
      ],
    }),
    familyLines({
      name: "cicd_pipeline_run_active",
      type: "gauge",
      help: "Jobs whose time has passed and that wait, and jobs that run.",
      samples: [
        { labels: { cicd_pipeline_run_state: "pending" }, value: of("jobs", "NOT_RUN") },
        { labels: { cicd_pipeline_run_state: "executing" }, value: of("jobs", "RUNNING") },
      ],
    }),
    histogramLines({
      name: "cicd_pipeline_run_duration_seconds",
      unit: "seconds",
      help: "How long runs took, by their result, and by why where they failed.",
      bounds: RUN_BOUNDS,
      series: RUN_ENDS.map(({ key, result, error }) => ({
        labels: {
          cicd_pipeline_run_state: "executing",
          cicd_pipeline_result: result,
          ...(error === null ? {} : { error_type: error }),
        },
        counts: bucketsOf(RUN_BOUNDS, "run", `${key},`),
        sum: of("run_sum", key),
      })),
    }),
    familyLines({
      name: "cicd_pipeline_run_errors",
      type: "counter",
      help: "Errors that ended an attempt of a job, by why: host_lost is a lost lease or a silent host, whether the job was planned again or not.",
      samples: [
        { labels: { error_type: HOST_LOST }, value: of("lost") },
        ...RUN_ERRORS.map((error) => ({ labels: { error_type: error }, value: of("errors", error) })),
      ],
    }),
    familyLines({
      name: "muster_jobs",
      type: "gauge",
      help: "Jobs that have not ended, by status.",
      samples: ["PLANNED", "NOT_RUN", "RUNNING"].map((status) => ({
        labels: { status },
        value: of("jobs", status),
      })),
    }),
    familyLines({
      name: "muster_jobs_ended",
      type: "counter",
      help: "Jobs that ended, by status. A late report that corrects a failure is one more.",
      samples: ENDED.map((status) => ({ labels: { status }, value: of("ended", status) })),
    }),
    histogramLines({
      name: "muster_job_wait_seconds",
      unit: "seconds",
      help: "From the time that a job was due until its first attempt ran.",
      bounds: WAIT_BOUNDS,
      series: [{ labels: {}, counts: bucketsOf(WAIT_BOUNDS, "wait"), sum: of("wait_sum") }],
    }),
    familyLines({
      name: "muster_oldest_due_job_age_seconds",
      type: "gauge",
      unit: "seconds",
      help: "How long the oldest job that is due and not begun has been due; 0 if none is.",
      samples: [{ value: oldestDueAt === null ? 0 : (now - oldestDueAt) / 1000 }],
    }),
    familyLines({
      name: "muster_webhook_tries_failed",
      type: "counter",
      help: "Tries to deliver an event to a webhook that failed, by its form and by how: the receiver's status, or no answer. Tests of a webhook are not counted.",
      samples: webhookSamples(TRY_FAILURES, (form, error) => ({
        labels: { form, error_type: error },
        value: of(TRIES_FAILED, `${form},${error}`),
      })),
    }),
    familyLines({
      name: "muster_webhook_deliveries_dead",
      type: "counter",
      help: "Deliveries that were given up, by the form of their webhook and by why: their tries failed for a day, the receiver said that it is gone, the webhook was disabled, or what they told of was removed. One that is sent again and given up again is one more.",
      samples: webhookSamples(DEATHS, (form, reason) => ({
        labels: { form, reason },
        value: of(DELIVERIES_DEAD, `${form},${reason}`),
      })),
    }),
    familyLines({
      name: "muster_tick_step_age_seconds",
      type: "gauge",
      unit: "seconds",
      help: "Since each step of the tick last ran well.",
      samples: Object.entries(steps).map(([step, at]) => ({ labels: { step }, value: (now - at) / 1000 })),
    }),
  ]);
};
