import type { Page } from "playwright-core";

/** A page without a socket, as behind some proxies: it asks every 4 s. */
export const withoutSocket = (page: Page): Promise<void> =>
  page.routeWebSocket("**/console/live", (socket) => socket.close());

/** Opens a page, and waits until it is told of changes. */
export const openTold = async (page: Page, path: string) => {
  const opened = page.waitForEvent("websocket");
  await page.goto(path);
  const socket = await opened;
  await page.waitForResponse((response) => response.request().headers()["hx-request"] === "true");
  return socket;
};

/** Moves the installed clock of a page without a socket so far that the page refreshes. */
export const letItRefresh = (page: Page): Promise<void> => page.clock.runFor(4600);

/** Shows or hides the tab of a page, as the page sees it. */
export const setVisibility = (page: Page, state: "visible" | "hidden") =>
  page.evaluate((shown) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => shown });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
