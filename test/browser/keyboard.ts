import { expect, test } from "vitest";
import { makeThings } from "./fixtures.ts";
import { atDesk } from "./person.ts";

test("the keyboard alone reaches the menu, the page and its actions, and focus is seen", async () => {
  const things = await makeThings("Keys");
  const page = await atDesk();
  await page.goto(`/console/hosts/${things.host}`);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the page");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  const reached = new Set<string>();
  for (let press = 0; press < 45; press++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement: element } = document;
      const width = element ? getComputedStyle(element).outlineWidth : "0px";
      return { text: element?.textContent ?? "", isSeen: Number.parseFloat(width) > 0 };
    });
    if (focused.text !== "" && !focused.text.startsWith("Skip"))
      expect(focused.isSeen, focused.text).toBe(true);
    reached.add(focused.text.trim());
  }
  for (const action of ["Deactivate Keys agent", "Edit Keys agent", "Remove… Keys agent"])
    expect([...reached]).toContain(action);
  const remove = page.getByText("Remove…");
  await remove.focus();
  await page.keyboard.press("Enter");
  expect(await page.getByRole("button", { name: "Remove it" }).isVisible()).toBe(true);
});
