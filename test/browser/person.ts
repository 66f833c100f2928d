import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, expect, onTestFinished } from "vitest";
import { startPlace, TOKEN } from "./place.ts";

// One server and one browser for each test file.
const place = await startPlace();
afterAll(place.leave, 60_000);

export const ADDRESS = place.address;
export const { restart } = place;
const browser = await chromium.connect(place.browser);

const ZONE = "Europe/Berlin";

export interface Person {
  page: Page;
  context: BrowserContext;
}

/** The errors in the console of a context's pages. */
class Complaints {
  #messages: string[] = [];
  #expected: RegExp | undefined;

  constructor(context: BrowserContext) {
    context.on("page", (page) => {
      page.on("console", (message) => {
        if (message.type() === "error") this.#note(`${message.text()} (${message.location().url})`);
      });
      page.on("pageerror", (error) => this.#note(error.message));
    });
  }

  #note(text: string): void {
    if (!this.#expected?.test(text)) this.#messages.push(text);
  }

  /** Fails the test at its end if a page logged an error other than those expected. */
  judge(wanted: RegExp | undefined, atLast: () => Promise<void>): void {
    this.#messages = [];
    this.#expected = wanted;
    onTestFinished(async () => {
      await atLast();
      expect(this.#messages).toEqual([]);
    });
  }
}

const open = async (options: BrowserContextOptions) => {
  const context = await browser.newContext({
    baseURL: ADDRESS,
    viewport: { width: 1280, height: 900 },
    timezoneId: ZONE,
    ...options,
  });
  context.setDefaultTimeout(15_000);
  return { context, complaints: new Complaints(context) };
};

/** A person with a browser of their own, until the test ends. An error in a page's console fails the test, unless `expected` matches it. */
export const arrive = async (options: BrowserContextOptions = {}, expected?: RegExp): Promise<Person> => {
  const { context, complaints } = await open(options);
  complaints.judge(expected, () => context.close());
  return { page: await context.newPage(), context };
};

/** The cookie of a session of this token, as the sign-in's form gets it. */
const sessionOf = async (token: string): Promise<string> => {
  const response = await fetch(`${ADDRESS}/console/sign-in`, {
    method: "POST",
    headers: { Origin: ADDRESS },
    body: new URLSearchParams({ token }),
    redirect: "manual",
  });
  return /^muster=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? "";
};

const giveSession = async (context: BrowserContext, zone: string): Promise<void> =>
  context.addCookies([
    { name: "muster", value: await sessionOf(TOKEN), url: ADDRESS, httpOnly: true, sameSite: "Lax" },
    { name: "muster_zone", value: encodeURIComponent(zone), url: ADDRESS, sameSite: "Lax" },
  ]);

/** The same, signed in already. */
export const signedIn = async (options: BrowserContextOptions = {}, expected?: RegExp): Promise<Person> => {
  const person = await arrive(options, expected);
  await giveSession(person.context, options.timezoneId ?? ZONE);
  return person;
};

const openDesk = async () => {
  const desk = await open({});
  await giveSession(desk.context, ZONE);
  return { ...desk, page: await desk.context.newPage() };
};
let desk: ReturnType<typeof openDesk> | undefined;

/** One browser that is signed in already and is shared by tests, which is quicker. */
export const atDesk = async (expected?: RegExp): Promise<Page> => {
  desk ??= openDesk();
  const { page, complaints } = await desk;
  complaints.judge(expected, async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto("about:blank");
  });
  return page;
};

/** Signs in by the form. */
export const enter = async (page: Page, token = TOKEN): Promise<void> => {
  if (!page.url().includes("/console")) await page.goto("/console/sign-in");
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
};
