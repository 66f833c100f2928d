import { existsSync } from "node:fs";

/** Where Debian and others put it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The Chromium to test with: `CHROMIUM`, else the system's; undefined where there is none. */
export const findChromium = (): string | undefined => {
  const { CHROMIUM } = process.env;
  return CHROMIUM ? CHROMIUM : PLACES.find((path) => existsSync(path));
};

export const NO_CHROMIUM =
  "The browser tests are left out: there is no Chromium here. Install it (apt-get install chromium), or give its path in CHROMIUM.";
