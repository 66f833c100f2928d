import { beforeAll, describe, test } from "vitest";
import { refusedField } from "../http/refusals.ts";
import { type Ready, World } from "../world.ts";

const world = new World();
let one: Ready;

beforeAll(async () => {
  one = await world.ready();
});

describe("The limits of a new token", () => {
  const issue = (body: Record<string, unknown>) => world.post("/api/v3/tokens", { name: "x", ...body });

  test("must name what is there", async () => {
    refusedField(await issue({ scope: "operator", project_ids: [one.projectId, 999_999] }), "project_ids");
    refusedField(await issue({ scope: "host", host_server_id: 999_999 }), "host_server_id");
  });

  test("must go with its scope", async () => {
    refusedField(await issue({ scope: "admin", project_ids: [one.projectId] }), "project_ids");
    refusedField(await issue({ scope: "operator", host_server_id: one.hostId }), "host_server_id");
    refusedField(await issue({ scope: "operator", register_only: true }), "register_only");
    refusedField(
      await issue({ scope: "host", register_only: true, host_server_id: one.hostId }),
      "register_only",
    );
    refusedField(await issue({ scope: "operator", project_ids: [] }), "project_ids");
    refusedField(
      await issue({ scope: "operator", project_ids: Array.from({ length: 101 }, (_, at) => at + 1) }),
      "project_ids",
    );
  });
});
