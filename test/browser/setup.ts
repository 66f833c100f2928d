import type { TestProject } from "vitest/node";
import { startPlace } from "./place.ts";

/** One server and one browser for all files. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const { address, browser, leave } = await startPlace();
  provide("address", address);
  provide("browser", browser);
  return leave;
};

declare module "vitest" {
  interface ProvidedContext {
    address: string;
    browser: string;
  }
}
