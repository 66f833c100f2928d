import type { Page } from "playwright-core";
import { expect } from "vitest";

/** The name that a screen reader gives what has the focus, and whether the focus is seen. */
const focusedOn = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    const width = element ? getComputedStyle(element).outlineWidth : "0px";
    const label = element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    const named = element?.id ? document.querySelector(`label[for="${element.id}"]`)?.textContent : undefined;
    return { name: (named ?? label).trim(), isSeen: Number.parseFloat(width) > 0 };
  });

/** Goes on by Tab to what has this name, and wants the focus to be seen there. */
export const tabTo = async (page: Page, name: string | RegExp): Promise<void> => {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press("Tab");
    const focused = await focusedOn(page);
    if (typeof name === "string" ? focused.name !== name : !name.test(focused.name)) continue;
    expect(focused.isSeen, `the focus on ${name}`).toBe(true);
    return;
  }
  throw new Error(`Tab does not reach ${name}`);
};

/** The same, and presses Enter there. */
export const pressOn = async (page: Page, name: string | RegExp): Promise<void> => {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
};
