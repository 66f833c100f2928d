import type { EventData, Named } from "./event-data.ts";
import { oneLine } from "./one-line.ts";

/** An event in words, for people who chat. Names in it are of users: each form escapes what it reads as markup. */
export interface Message {
  /** One line, as are the others. */
  title: string;
  /** Further lines, each a sentence or a list. */
  lines: string[];
  tone: "good" | "bad" | "neutral";
  /** The console's page about it; null: none. */
  path: string | null;
}

const MAX_TITLE = 300;
const MAX_LINE = 1000;
const MAX_TESTS = 10;

const nameOf = ({ id, name }: Named): string => name ?? String(id);

type JobEnded = Extract<EventData, { type: "job.ended" }>["data"];

const ENDS: Readonly<Record<string, string>> = {
  COMPLETED: "passed",
  FAILED: "failed",
  CANCELLED: "was cancelled",
};

const countLine = ({ counts }: JobEnded): string[] => {
  if (counts === null) return [];
  const named = Object.entries(counts).filter(([, count]) => count > 0);
  return named.length === 0 ? [] : [named.map(([outcome, count]) => `${count} ${outcome}`).join(", ")];
};

const newlyFailedLines = ({ newly_failed: found }: JobEnded): string[] => {
  if (found === null || found.count === 0) return [];
  const named = found.tests.slice(0, MAX_TESTS);
  const more = found.count - named.length;
  return [`Newly failed: ${found.count}`, ...named, ...(more > 0 ? [`and ${more} more`] : [])];
};

const endMessage = (data: JobEnded): Omit<Message, "path"> => {
  const { job, schedule, host, counts } = data;
  return {
    title: `${nameOf(schedule)} ${ENDS[job.status] ?? job.status} on ${nameOf(host)} (job ${job.id})`,
    lines: [
      ...countLine(data),
      ...newlyFailedLines(data),
      ...(counts === null && job.reason !== null ? [job.reason.replaceAll("_", " ")] : []),
    ],
    tone: job.status === "COMPLETED" ? "good" : job.status === "FAILED" ? "bad" : "neutral",
  };
};

/** The text under a key of an alarm, if it has one there. */
const textAt = (alarm: Readonly<Record<string, unknown>>, key: string): string | undefined => {
  const value = alarm[key];
  return typeof value === "string" && value !== "" ? value : undefined;
};

const alarmTitle = (alarm: Readonly<Record<string, unknown>>): string =>
  textAt(alarm, "message") ?? textAt(alarm, "kind")?.replaceAll("_", " ") ?? "something needs a person";

const messageIn = (event: EventData): Message | undefined => {
  const project = `/console/projects/${event.data.project.id}`;
  switch (event.type) {
    case "job.started": {
      const { job, schedule, host } = event.data;
      const title = `${nameOf(schedule)} runs on ${nameOf(host)} (job ${job.id})`;
      return { title, lines: [], tone: "neutral", path: `${project}/jobs/${job.id}` };
    }
    case "job.ended": {
      const { job } = event.data;
      // Nobody waits for a run that never began: hundreds end at once where an agent is deleted.
      if (job.status === "CANCELLED" && job.started_at === null) return undefined;
      return { ...endMessage(event.data), path: `${project}/jobs/${job.id}` };
    }
    case "host.offline":
    case "host.online": {
      const { host } = event.data;
      const isBack = event.type === "host.online";
      const title = `Host ${nameOf(host)} ${isBack ? "is online" : "fell silent"}`;
      return { title, lines: [], tone: isBack ? "good" : "bad", path: `/console/hosts/${host.id}` };
    }
    case "schedule.missed": {
      const { schedule, job_id, scheduled_at } = event.data;
      const title = `${nameOf(schedule)} missed its run of ${scheduled_at}`;
      return { title, lines: [], tone: "bad", path: `${project}/jobs/${job_id}` };
    }
    case "schedule.paused": {
      const { schedule, by, note } = event.data;
      const title = `${nameOf(schedule)} was paused by ${by}`;
      const lines = note === null ? [] : [note];
      return { title, lines, tone: "neutral", path: `${project}/schedules/${schedule.id}` };
    }
    case "alarm.raised":
      return { title: `Alarm: ${alarmTitle(event.data.alarm)}`, lines: [], tone: "bad", path: "/console" };
    case "alarm.cleared":
      return { title: `Over: ${alarmTitle(event.data.alarm)}`, lines: [], tone: "good", path: "/console" };
    case "webhook.test": {
      const { webhook, by } = event.data;
      const title = `This is a test of the webhook ${nameOf(webhook)}, by ${by}`;
      return { title, lines: [], tone: "neutral", path: `${project}/webhooks/${webhook.id}` };
    }
  }
};

/** An event in words; undefined for one that people who chat are not told of. */
export const messageOf = (event: EventData): Message | undefined => {
  const message = messageIn(event);
  if (!message) return undefined;
  const project = event.data.project.name;
  const lines = [...message.lines, ...(project === null ? [] : [`Project ${project}`])];
  return {
    ...message,
    title: oneLine(message.title, MAX_TITLE),
    lines: lines.map((line) => oneLine(line, MAX_LINE)),
  };
};
