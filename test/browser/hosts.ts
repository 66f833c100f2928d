import { beforeAll, describe, expect, test } from "vitest";
import { call, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";
import { pressOn, tabTo } from "./press.ts";

let things: Things;
const hostPath = () => `/console/hosts/${things.host}`;
const ping = () =>
  call("POST", `/automation/hosts/${things.host}/ping`, { body: { host_guid: things.guid } });

describe("the pages of hosts", () => {
  beforeAll(async () => {
    things = await makeThings("Rack");
    await ping();
  });

  test("a host is put into maintenance and out of it by mouse; its list says so", async () => {
    const { job } = await makeSchedule(things, { name: "Goes on" });
    await report(things.project, job, { status: "RUNNING" });
    const page = await atDesk();
    await page.goto("/console/hosts?q=Rack");
    await page
      .getByRole("row", { name: /Rack host/ })
      .getByText("Live")
      .waitFor();
    await page.getByRole("link", { name: "Rack host" }).click();
    await page.getByText("Maintenance…").click();
    await page.getByLabel("Why (others read it)").fill("A new disk");
    await page.getByLabel(/^Until/).fill("2096-03-02T12:00");
    await page.getByRole("button", { name: "Begin maintenance" }).click();
    await page.getByText("The host is handed no job any more").waitFor();
    await page
      .getByText(/Drains for maintenance since .*2 Mar 2096 12:00.*A new disk.*1 job still runs/)
      .waitFor();
    await page.goto("/console/hosts?q=Rack");
    await page
      .getByRole("row", { name: /Rack host/ })
      .getByText("A new disk")
      .waitFor();
    await page.goto(hostPath());
    await report(things.project, job, { status: "COMPLETED" });
    await page.getByText("In maintenance since").waitFor();
    await page.getByRole("button", { name: "End maintenance" }).click();
    await page.getByText("The maintenance has ended").waitFor();
    expect(await page.getByText("In maintenance since").count()).toBe(0);
  });

  test("the same by the keyboard alone", async () => {
    const page = await atDesk();
    await page.goto(hostPath());
    await pressOn(page, "Maintenance…");
    await tabTo(page, "Why (others read it)");
    await page.keyboard.type("By keys");
    await pressOn(page, "Begin maintenance");
    await page.getByText(/In maintenance since .*By keys/).waitFor();
    await page.locator("#main").focus();
    await pressOn(page, "End maintenance");
    await page.getByText("The maintenance has ended").waitFor();
  });

  test("the same at 360 px, where nothing is beyond the edge", async () => {
    const { page } = await signedIn({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await page.goto(hostPath());
    await page.getByText("Maintenance…").tap();
    await page.getByLabel("Why (others read it)").fill("On the phone");
    const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await beyond()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Begin maintenance" }).tap();
    await page.getByText(/In maintenance since .*On the phone/).waitFor();
    expect(await beyond()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "End maintenance" }).tap();
    await page.getByText("The maintenance has ended").waitFor();
  });

  test("labels stand beside a host's name and make no row higher, on a wide screen and on a narrow one", async () => {
    const many = Array.from({ length: 20 }, (_, nth) => `a-label-of-forty-characters-${nth}`.padEnd(40, "x"));
    for (const [host_name, labels] of [
      ["Labels none", []],
      ["Labels many", many],
      ["Labels of a host whose name takes two lines where the screen is narrow", many],
    ]) {
      const facts = { host_name, ip_address: "x", mac_address: "x", host_guid: crypto.randomUUID() };
      await call("POST", "/automation/host", { body: { ...facts, labels } });
    }
    const page = await atDesk();
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto("/console/hosts?q=Labels");
      const heights = async () =>
        await page.evaluate(() =>
          [...document.querySelectorAll("tbody tr")].map((row) => row.getBoundingClientRect().height),
        );
      const withThem = await heights();
      expect(withThem).toHaveLength(3);
      const label = await page.locator("tbody small").first().boundingBox();
      expect(label?.width ?? 0, `${width} px`).toBeGreaterThan(30);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      await page.evaluate(() => {
        for (const each of document.querySelectorAll("tbody small")) each.remove();
      });
      expect(await heights(), `${width} px`).toEqual(withThem);
    }
  });

  test("what is asked lies over the page: the buttons beside it stay where they are", async () => {
    const page = await atDesk();
    await page.goto(hostPath());
    const button = page.getByRole("button", { name: "Deactivate Rack agent" });
    const remove = page.getByText("Remove…");
    await remove.scrollIntoViewIfNeeded();
    const before = await button.boundingBox();
    await remove.click();
    await page.getByRole("button", { name: "Remove it" }).waitFor();
    expect(await button.boundingBox()).toEqual(before);
  });

  test("an agent has a page, from its host's and back, with its own timeline", async () => {
    const { job } = await makeSchedule(things, { name: "Of the agent" });
    await report(things.project, job, { status: "RUNNING" });
    const page = await atDesk();
    await page.goto(hostPath());
    await page.getByRole("link", { name: "Rack agent", exact: true }).first().click();
    await page.getByRole("heading", { name: "Rack agent" }).waitFor();
    await page.locator(`#job-${job} .bar`).first().waitFor({ state: "attached" });
    await page
      .getByRole("link", { name: `Of the agent #${job}` })
      .first()
      .waitFor();
    await page.locator("#live").getByRole("link", { name: "Rack host" }).click();
    await page.getByRole("heading", { name: "Rack host" }).waitFor();
  });
});
