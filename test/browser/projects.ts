import { describe, expect, test } from "vitest";
import { call, makeThings } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";

const REPORT = `<testsuite><testcase classname="shop.Cart" name="adds"/><testcase classname="shop.Cart" name="sums"/></testsuite>`;

describe("projects and their tests", () => {
  test("a project is made, found, renamed and deleted, by mouse", async () => {
    const page = await atDesk();
    await page.goto("/console/projects");
    await page.getByText("New project").click();
    await page.getByLabel("Name").fill("Made by mouse");
    await page.getByRole("button", { name: "Make the project" }).click();
    await page.getByText("The project is there.").waitFor();
    await page.goto("/console/projects");
    await page.getByLabel("Search").fill("by mouse");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("link", { name: /Made by mouse #\d+/ }).click();
    await page.getByText("Rename…").click();
    await page.getByLabel("New name").fill("Renamed by mouse");
    await page.getByRole("button", { name: "Rename it" }).click();
    await page.getByRole("heading", { name: "Renamed by mouse" }).waitFor();
    await page.getByText("Delete…").click();
    await page.getByText("With it go 0 jobs and 0 tests").waitFor();
    await page.getByRole("button", { name: "Delete it with all that" }).click();
    await page.getByText("The project is deleted.").waitFor();
    expect(await page.getByText("Renamed by mouse").count()).toBe(0);
  });

  test("a project that is in use says what keeps it", async () => {
    const own = await makeThings("Kept");
    const page = await atDesk();
    await page.goto(`/console/projects/${own.project}`);
    await page.getByText("it has 1 agent").waitFor();
    expect(await page.getByText("Delete…").count()).toBe(0);
  });

  test("tests are brought in once it is told what that changes; the chosen file stays", async () => {
    const own = await makeThings("Imported");
    const page = await atDesk();
    await page.goto(`/console/projects/${own.project}`);
    await page.getByRole("link", { name: "Tests", exact: true }).click();
    await page.getByLabel(/A test report of your tool/).setInputFiles({
      name: "report.xml",
      mimeType: "text/xml",
      buffer: Buffer.from(REPORT),
    });
    await page.getByRole("button", { name: "Show what it would change" }).click();
    await page.getByText("It would be: 2 new, 0 changed, 0 as they are.").waitFor();
    await page.getByRole("button", { name: "Bring them in" }).click();
    await page.getByText("Done: 2 new, 0 changed, 0 as they are.").waitFor();
    await page
      .getByRole("link", { name: /adds #\d+/ })
      .first()
      .click();
    await page.getByLabel("Runner's command").fill("shop.Cart.addsOne");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The test is saved.").waitFor();
    await page.getByRole("row", { name: /adds/ }).getByText("shop.Cart.addsOne").waitFor();
  });

  test("a test is renamed and deleted by the keyboard alone, at 360 px", async () => {
    const own = await makeThings("Narrow");
    const runs = [{ test_case_name: "Narrow test", automation_content: "x" }];
    await call("POST", `/projects/${own.project}/automation/test-runs`, { body: runs });
    const { page } = await signedIn({ viewport: { width: 360, height: 740 } });
    await page.goto(`/console/projects/${own.project}/test-runs`);
    await page.getByRole("link", { name: /Narrow test/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Name").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Narrower test");
    await page.keyboard.press("Enter");
    await page.getByText("The test is saved.").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await page.getByRole("link", { name: /Narrower test/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("Delete…").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Delete it" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("No test yet").waitFor();
  });

  test("without scripts tests are brought in too", async () => {
    const own = await makeThings("Scriptless");
    const { page } = await signedIn({ javaScriptEnabled: false });
    await page.goto(`/console/projects/${own.project}/test-runs`);
    const choose = () =>
      page.getByLabel(/A test report of your tool/).setInputFiles({
        name: "report.xml",
        mimeType: "text/xml",
        buffer: Buffer.from(REPORT),
      });
    await choose();
    await page.getByRole("button", { name: "Show what it would change" }).click();
    await page.getByText("It would be: 2 new").waitFor();
    await choose();
    await page.getByRole("button", { name: "Bring them in" }).click();
    await page.getByText("Done: 2 new").waitFor();
  });
});
