import { expect, test } from "vitest";
import { jobsOf, makeSchedule } from "../scheduling.ts";
import { HOUR, START, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const scene = async () => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { name: "Smoke", cron: "0 */6 * * *" });
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${ready.projectId}/blackouts`;
  const page = async (of = path) => textOf((await visitor.get(of)).text);
  const statuses = async () =>
    (await jobsOf(schedule.id))
      .filter(({ scheduled_at: at }) => at >= START + 14 * HOUR && at < START + 38 * HOUR)
      .map(({ status }) => status);
  return { world, ready, schedule, visitor, path, page, statuses };
};

const DAY = { name: "Moving house", days: "2026-03-03", time_zone: "UTC" };

test("a blackout is previewed with what it would cancel, made, shown and deleted", async () => {
  const { visitor, path, page, statuses } = await scene();
  expect(await page()).toContain("No blackout yet");
  const previewed = await visitor.post(path, { ...DAY, step: "preview" });
  expect(textOf(previewed.text)).toContain("One span; 4 planned jobs would be cancelled");
  expect(textOf(previewed.text)).toContain("Of: Smoke");
  expect(previewed.text).toContain('value="2026-03-03" id="days"');
  expect(await statuses()).toEqual(Array(4).fill("PLANNED"));
  const made = await visitor.post(path, DAY);
  expect([made.status, made.headers.get("location")]).toEqual([303, `${path}?done=blackout-made`]);
  expect(await statuses()).toEqual(Array(4).fill("CANCELLED"));
  const { text } = await visitor.get(path);
  expect(textOf(text)).toContain("Moving house 3 Mar 00:00 to 4 Mar 00:00");
  const remove = /action="([^"]*\/delete)"/.exec(text)?.[1] ?? "";
  expect((await visitor.post(remove)).headers.get("location")).toBe(`${path}?done=blackout-deleted`);
  expect(await page()).toContain("No blackout yet");
});

test("a blackout by a window is previewed, made and shown; one that ends before it begins is refused", async () => {
  const { visitor, path, page, statuses } = await scene();
  const window = { name: "Moving the racks", days: "", time_zone: "Europe/Berlin" };
  // 06:00 and 12:00 UTC are in it, 18:00 is not.
  const times = { from: "2026-03-03T07:00", to: "2026-03-03T14:30" };
  const previewed = await visitor.post(path, { ...window, ...times, step: "preview" });
  expect(textOf(previewed.text)).toContain("One span; 2 planned jobs would be cancelled");
  expect(previewed.text).toMatch(
    /value="2026-03-03T07:00"[^>]*name="from"|name="from"[^>]*value="2026-03-03T07:00"/,
  );
  const backwards = await visitor.post(path, { ...window, from: times.to, to: times.from });
  expect(backwards.status).toBe(400);
  expect(await statuses()).toEqual(Array(4).fill("PLANNED"));
  expect((await visitor.post(path, { ...window, ...times })).status).toBe(303);
  expect(await statuses()).toEqual(["PLANNED", "CANCELLED", "CANCELLED", "PLANNED"]);
  expect(await page()).toContain("Moving the racks 3 Mar 06:00 to 3 Mar 13:30");
});

test("the form of a blackout, as that of a schedule, offers zones without scripts", async () => {
  const { visitor, ready, path } = await scene();
  for (const address of [path, `/console/projects/${ready.projectId}/schedules/new`]) {
    const { text } = await visitor.get(address);
    expect(text, address).toMatch(/list="zones"/);
    const zones = [...text.matchAll(/<option value="([^"]+)"\/?>/g)].map(([, zone = ""]) => zone);
    expect(zones.filter((zone) => zone.includes("/") || zone === "UTC").length, address).toBeGreaterThan(30);
    for (const zone of zones.filter((each) => each.includes("/")))
      expect(() => new Intl.DateTimeFormat("en", { timeZone: zone }), zone).not.toThrow();
  }
});

test("a calendar file is previewed and comes along, so that it is not chosen twice", async () => {
  const { visitor, path, page } = await scene();
  const ics =
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260303\r\nSUMMARY:Feast & <rest>\r\nEND:VEVENT\r\nEND:VCALENDAR";
  const form = new FormData();
  for (const [name, value] of Object.entries({
    name: "Feasts",
    time_zone: "UTC",
    step: "preview",
    form_token: visitor.formToken,
  }))
    form.append(name, value);
  form.append("calendar_file", new File([ics], "feasts.ics"));
  const previewed = await visitor.send("POST", path, { body: form });
  expect(textOf(previewed.text)).toContain("3 Mar 00:00 to 4 Mar 00:00 Feast & <rest>");
  expect(textOf(previewed.text)).toContain("The file that you chose is kept.");
  const [, kept = ""] = /<textarea name="calendar"[^>]*>([^<]*)/.exec(previewed.text) ?? [];
  const calendar = kept.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  expect((await visitor.post(path, { name: "Feasts", time_zone: "UTC", calendar })).status).toBe(303);
  expect(await page()).toContain("Feast & <rest>");
});

test("what is wrong is said beside its field, and what was typed is kept", async () => {
  const { visitor, path } = await scene();
  const wrong = await visitor.post(path, { ...DAY, days: "24.12.2026" });
  expect(wrong.status).toBe(400);
  for (const kept of ['value="Moving house" id="name"', 'value="24.12.2026" id="days"'])
    expect(wrong.text).toContain(kept);
  expect(textOf(wrong.text)).toContain("Days must be a day like 2026-12-24");
  const none = await visitor.post(path, { name: "x", days: "", time_zone: "UTC" });
  expect(textOf(none.text)).toContain("Days is required: name days");
});

test("the calendar names the blackout on its day, and how many runs it leaves out", async () => {
  const { visitor, path, page, ready } = await scene();
  await visitor.post(path, DAY);
  const month = await page(`/console/calendar?project=${ready.projectId}&month=2026-03`);
  expect(month).toContain("Tuesday 3 Moving house 4 skipped: blackout");
  expect(month).not.toMatch(/Wednesday 4 [^W]*skipped/);
});

test("a schedule's page tells the runs that are skipped among those to come, and so does its form", async () => {
  const { world, visitor, path, page, ready } = await scene();
  await visitor.post(path, DAY);
  const { id } = await makeSchedule(world, ready, { name: "Later", cron: "0 12 * * *" });
  const shown = await page(`/console/projects/${ready.projectId}/schedules/${id}`);
  expect(shown).toMatch(/2 Mar 12:00 .*Skipped 3 Mar 12:00 Moving house .*4 Mar 12:00/);
  expect(shown).toContain("Blackouts its runs are left out in those of its project");
  const form = await page(`/console/projects/${ready.projectId}/schedules/${id}/edit`);
  expect(form).toContain("3 Mar 12:00 skipped: Moving house");
});

test("an operator may, a host may not", async () => {
  const { world, path } = await scene();
  const host = await Visitor.in(world, await world.token("host"));
  expect((await host.get(path)).status).toBe(403);
  const operator = await Visitor.in(world, await world.token("operator"));
  expect((await operator.get(path)).status).toBe(200);
});
