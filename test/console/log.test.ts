import { expect, test } from "vitest";
import { z } from "zod";
import { FAR_START } from "../lease-client.ts";
import { jobPath, running } from "../results/junit.ts";
import { MINUTE, World } from "../world.ts";
import { Visitor } from "./visitor.ts";

/** A running job, far ahead so that no alarm fires by itself, and somebody who looks at it. */
const watched = async () => {
  const world = new World({ now: FAR_START });
  const ready = await running(world);
  const visitor = await Visitor.in(world);
  const append = (offset: number, chunk: string | Uint8Array, query = "") =>
    world.post(`${jobPath(ready)}/attempts/1/log?offset=${offset}${query}`, chunk);
  const page = `/console/projects/${ready.projectId}/jobs/${ready.jobId}`;
  return { world, ready, visitor, append, page, log: `${page}/log` };
};

interface Event {
  id: string | undefined;
  kind: string;
  data: unknown;
}

const eventsIn = (stream: string): Event[] =>
  stream
    .split("\n\n")
    .filter((event) => event.includes("data: "))
    .map((event) => ({
      id: /^id: (.*)$/m.exec(event)?.[1],
      kind: /^event: (.*)$/m.exec(event)?.[1] ?? "message",
      data: JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "null"),
    }));

const textIn = (events: readonly Event[]): string =>
  events
    .filter(({ kind }) => kind === "message")
    .map(({ data }) => z.string().parse(data))
    .join("");

test("a job's page links to its output as text and follows it by a script of this site", async () => {
  const { visitor, page, log } = await watched();
  const { text, headers } = await visitor.get(page);
  expect(text).toContain(`<a href="${log}">Output as text</a>`);
  expect(text).toContain('<script src="/assets/log.js" type="module">');
  expect(text).toContain('id="log-attempt"');
  expect(headers.get("content-security-policy")).toContain("script-src 'self'");
});

test("a run's output is text, whatever it wrote", async () => {
  const { visitor, append, log } = await watched();
  await append(0, "<script>alert(1)</script>\nsecond line\n");
  const answer = await visitor.get(log);
  expect(answer.text).toBe("<script>alert(1)</script>\nsecond line\n");
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("the output is followed to its end; the first event says where it begins", async () => {
  const { visitor, append, log } = await watched();
  await append(0, "one\n");
  const following = visitor.get(`${log}?follow=1`);
  await append(4, "two\n", "&final=true");
  const { headers, text } = await following;
  expect(headers.get("content-type")).toBe("text/event-stream");
  const events = eventsIn(text);
  expect(events[0]).toEqual({ id: "0", kind: "begin", data: { offset: 0 } });
  expect(textIn(events)).toBe("one\ntwo\n");
  expect(events.at(-1)).toEqual({ id: "8", kind: "end", data: { offset: 8 } });
});

test("the stream ends after 30 s, and the browser's next one goes on where it stopped, within no letter", async () => {
  const { world, visitor, append, log } = await watched();
  const bytes = new TextEncoder().encode("one ä");
  await append(0, bytes.subarray(0, bytes.length - 1));
  const following = visitor.get(`${log}?follow=1`);
  await new Promise((resolve) => setTimeout(resolve, 400));
  world.advance(MINUTE);
  const first = await following;
  expect(first.text).toMatch(/retry: 100\n\n$/);
  expect(textIn(eventsIn(first.text))).toBe("one ");
  const stopped = eventsIn(first.text).at(-1)?.id ?? "";
  await append(bytes.length - 1, bytes.subarray(bytes.length - 1), "&final=true");
  const second = eventsIn((await visitor.get(`${log}?follow=1`, { "Last-Event-ID": stopped })).text);
  expect(textIn(second)).toBe("ä");
});

test("of a log past 16 MiB the end is followed", async () => {
  const { visitor, append, log } = await watched();
  const chunk = "x".repeat(1024 * 1024 - 1);
  for (let nth = 0; nth < 17; nth++) expect((await append(nth * 1024 * 1024, `${chunk}\n`)).status).toBe(200);
  await append(17 * 1024 * 1024, "", "&final=true");
  const events = eventsIn((await visitor.get(`${log}?follow=1`)).text);
  expect(events[0]).toMatchObject({ kind: "begin", data: { offset: 1024 * 1024 } });
  expect(textIn(events)).toHaveLength(16 * 1024 * 1024);
}, 120_000);

test("without a session there is no output", async () => {
  const { world, log } = await watched();
  expect((await new Visitor(world).get(`${log}?follow=1`)).status).toBe(401);
});
