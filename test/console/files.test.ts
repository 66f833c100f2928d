import { expect, test } from "vitest";
import { counting, faulty } from "../fault-injection.ts";
import { jobPath, running } from "../results/junit.ts";
import { MINUTE, type Ready, World, type WorldOptions } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** A running job whose host sends files, and somebody who looks at them. */
const watched = async (options: WorldOptions = {}) => {
  const world = new World(options);
  const ready = await running(world);
  const send = (path: string, type = "text/plain", body = "x") =>
    world.put(
      `${jobPath(ready)}/attempts/1/artifacts/${path.split("/").map(encodeURIComponent).join("/")}`,
      body,
      { headers: { "Content-Type": type, "Content-Length": String(new TextEncoder().encode(body).length) } },
    );
  const visitor = await Visitor.in(world);
  return { world, ready, visitor, send, page: pageOf(ready) };
};

const pageOf = ({ projectId, jobId }: Pick<Ready, "projectId" | "jobId">): string =>
  `/console/projects/${projectId}/jobs/${jobId}`;

/** The addresses of a page's links that match. */
const linksIn = (html: string, pattern: RegExp): string[] =>
  [...html.matchAll(/ (?:href|src)="([^"]*)"/g)]
    .map(([, address = ""]) => address.replaceAll("&#39;", "'").replaceAll("&amp;", "&"))
    .filter((address) => pattern.test(address));

test("a job's page lists the files of its run, each with its size and when it came", async () => {
  const { world, visitor, send, page } = await watched();
  await send("logs/server.log", "text/plain", "y".repeat(1536));
  world.advance(3 * MINUTE);
  const text = textOf((await visitor.get(page)).text);
  expect(text).toMatch(/Files .*logs\/server\.log 2 kB 3 min ago Download logs\/server\.log/);
});

test("a job's page shows nothing of files before there are any", async () => {
  const { visitor, page } = await watched();
  expect((await visitor.get(page)).text).not.toContain("<h2>Files</h2>");
});

test("pictures are shown as they look, unless they are very large", async () => {
  const { visitor, send, page } = await watched();
  await send("screens/login.png", "image/png", "PNG");
  await send("screens/poster.png", "image/png", "p".repeat(8 * 1024 * 1024 + 1));
  await send("trick.svg", "image/svg+xml", "<svg onload='alert(1)'/>");
  const { text } = await visitor.get(page);
  const [picture = "", ...others] = [...text.matchAll(/<img src="([^"]*)"/g)].map(([, src = ""]) => src);
  expect([picture, others]).toEqual([`${page}/files/screens/login.png?attempt=1`, []]);
  const answer = await visitor.get(picture);
  expect([answer.status, answer.text]).toEqual([200, "PNG"]);
  expect(answer.headers.get("content-type")).toBe("image/png");
  expect(answer.headers.get("content-disposition")).toMatch(/^inline;/);
});

test("text is opened as text, whatever it holds and whatever type it was sent with", async () => {
  const { visitor, send, page } = await watched();
  const evil = "<script>alert(1)</script>";
  for (const [path, type] of [
    ["page.html", "text/html"],
    ["drawing.svg", "image/svg+xml"],
    ["report.xml", "application/xml"],
    ["data.json", "application/json"],
    ["notes", "text/plain"],
  ] as const) {
    await send(path, type, evil);
    const { status, text, headers } = await visitor.get(`${page}/files/${path}`);
    expect([status, text], path).toEqual([200, evil]);
    expect(headers.get("content-type"), path).toBe("text/plain; charset=utf-8");
    expect(headers.get("content-disposition"), path).toMatch(/^inline;/);
  }
});

test("a file runs nothing in the console's origin, opened or saved", async () => {
  const { visitor, send, page } = await watched();
  await send("page.html", "text/html", "<script>alert(1)</script>");
  await send("screen.png", "image/png");
  await send("all.zip", "application/zip");
  for (const path of ["page.html", "page.html?save=1", "screen.png", "all.zip"]) {
    const { headers } = await visitor.get(`${page}/files/${path}`);
    expect(headers.get("content-security-policy"), path).toBe(
      "default-src 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("content-type"), path).not.toContain("html");
    expect(headers.get("cross-origin-resource-policy"), path).toBe("same-origin");
  }
});

test("any file can be saved, and one that a browser cannot show is saved when it is opened", async () => {
  const { visitor, send, page } = await watched();
  await send("notes.txt");
  await send("all.zip", "application/zip");
  for (const path of ["notes.txt?save=1", "all.zip", "all.zip?save=1"]) {
    const { headers } = await visitor.get(`${page}/files/${path}`);
    expect(headers.get("content-disposition"), path).toMatch(/^attachment; filename="(notes\.txt|all\.zip)"/);
  }
  expect(linksIn((await visitor.get(page)).text, /save=1/)).toHaveLength(1);
});

test("a name with any characters leads to its file, and is shown as text", async () => {
  const { visitor, send, page } = await watched();
  const name = `a b/<img src=x onerror="alert('1')">#?&ä%41.txt`;
  await send(name, "text/plain", "found");
  const { text } = await visitor.get(page);
  expect(text).not.toContain("<img src=x");
  const [link = ""] = linksIn(text, /\/files\/a%20b/);
  expect(await visitor.get(link)).toMatchObject({ status: 200, text: "found" });
});

test("of many files the job's page shows the first, and pages of them the rest, at one call of an object each", async () => {
  const { seam, counts } = counting();
  const { visitor, send, page } = await watched({ seam });
  const names = Array.from({ length: 130 }, (_, nth) => `file-${String(nth).padStart(3, "0")}.txt`);
  for (const name of names) await send(name);
  const namesIn = (html: string) => [...html.matchAll(/title="(file-\d+\.txt)"/g)].map(([, name]) => name);
  counts.reset();
  const first = await visitor.get(page);
  expect(counts.objectCalls).toEqual({ artifactPage: 1 });
  expect(namesIn(first.text)).toEqual(names.slice(0, 12));
  expect(textOf(first.text)).toContain("All 130 files");
  const seen: (string | undefined)[] = [];
  let [next] = linksIn(first.text, /\/files\?/);
  for (let pages = 0; next !== undefined && pages < 5; pages++) {
    counts.reset();
    const { text } = await visitor.get(next);
    expect(counts.objectCalls).toEqual({ artifactPage: 1 });
    expect(namesIn(text).length).toBeLessThanOrEqual(60);
    seen.push(...namesIn(text));
    [next] = linksIn(text, /after=/);
  }
  expect(seen).toEqual(names);
}, 60_000);

test("a file that broke off on its way is in no list; sent again it is", async () => {
  const { seam, fail } = faulty();
  const { visitor, send, page, world, ready } = await watched({ seam });
  await send("whole.txt");
  fail({ to: "r2", only: "put", when: "before" });
  expect(await send("cut.txt")).toMatchObject({ status: 503 });
  expect((await world.get(`${jobPath(ready)}/artifacts`)).body).toMatchObject([{ path: "whole.txt" }]);
  for (const path of [page, `${page}/files`]) {
    const { text } = await visitor.get(path);
    expect(text, path).toContain("whole.txt");
    expect(text, path).not.toContain("cut.txt");
  }
  expect(await send("cut.txt")).toMatchObject({ status: 200 });
  expect((await visitor.get(page)).text).toContain("cut.txt");
});

test("the page of a job stands without its files while the project's object is away", async () => {
  const { seam, fail } = faulty();
  const { visitor, send, page } = await watched({ seam });
  await send("notes.txt");
  fail({ to: "object", only: "artifactPage", when: "before", times: 9 });
  const { status, text } = await visitor.get(page);
  expect(status).toBe(200);
  expect(text).not.toContain("notes.txt");
});

test("another project's or host's files, and those of nobody signed in, are as if they were not there", async () => {
  const { world, ready, visitor, send, page } = await watched();
  await send("notes.txt");
  const other = await world.ready();
  const elsewhere = pageOf({ projectId: other.projectId, jobId: ready.jobId });
  const ofAnother = await Visitor.in(
    world,
    await world.token("operator", { project_ids: [other.projectId] }),
  );
  const ofHost = await Visitor.in(world, await world.token("host", { host_server_id: other.hostId }));
  for (const [who, path] of [
    [visitor, `${elsewhere}/files/notes.txt`],
    [visitor, `${elsewhere}/files`],
    [visitor, `${page}/files/other.txt`],
    [ofAnother, `${page}/files/notes.txt`],
    [ofHost, `${page}/files/notes.txt`],
    [ofHost, `${page}/files`],
  ] as const)
    expect((await who.get(path)).status, path).toBe(404);
  expect((await new Visitor(world).get(`${page}/files/notes.txt`)).status).toBe(401);
});
