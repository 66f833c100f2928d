import { beforeAll, describe, test } from "vitest";
import { envs, prepare, sameByRoutes } from "./plain-calls.ts";

beforeAll(prepare);

describe("the plainest calls of hosts", () => {
  const who = [
    "none",
    "bootstrap",
    "malformed",
    "admin",
    "operator",
    "host",
    "own",
    "foreign",
    "registering",
    "of a project",
    "expired",
  ];

  // What other sites may read is the same whoever asks.
  const whoIn = (setting: string) => (setting === "with other sites" ? ["none", "host", "own"] : who);

  for (const setting of Object.keys(envs))
    test.each(whoIn(setting))(
      `are answered the same by the routes alone, ${setting}: %s token`,
      sameByRoutes(setting),
    );
});
