import { expect, test } from "vitest";
import { breach } from "./play.ts";

test("a project of the highest id that may be given is followed by others that tokens can be limited to", async () => {
  const broken = await breach([
    {
      kind: "valid",
      token: "operator",
      scheme: "Bearer ",
      method: "POST",
      path: "/api/v3/projects",
      headers: [],
      body: '{"id":1000000000000,"name":"x"}',
      encoding: "utf-8",
    },
  ]);
  expect(broken).toBeUndefined();
  // The next scene makes a project, and tokens limited to it.
  expect(await breach([])).toBeUndefined();
});

test("an agent is refused the number of one that was deleted", async () => {
  const broken = await breach([
    {
      kind: "valid",
      token: "host",
      scheme: "Bearer ",
      method: "DELETE",
      path: "/api/v3/projects/{{project}}/automation/hosts/{{host}}/agents/{{agent}}",
      headers: [],
      body: null,
      encoding: "utf-8",
    },
    {
      kind: "valid",
      token: "host",
      scheme: "Bearer ",
      method: "PUT",
      path: "/api/v3/projects/{{project}}/automation/hosts/{{host}}/agents/{{agent}}",
      headers: [],
      body: '{"name":"x","framework":"x","agent_client_id":"scene 1","active":true}',
      encoding: "utf-8",
    },
  ]);
  expect(broken).toBeUndefined();
});

/** What anyone may send. */
const SENT = { kind: "hostile", scheme: "Bearer ", method: "GET", body: null, encoding: "utf-8" } as const;

test("a path that looks like a pattern of the router has one request id", async () => {
  for (const path of ["/*", "/api/v3/*", "/tc/*", "/**"])
    expect(await breach([{ ...SENT, headers: [], token: "admin", path }])).toBeUndefined();
});

test("the root leads to the console, under the context path too", async () => {
  expect(
    await breach([{ ...SENT, headers: [], token: "none", path: "/tc///health/%2e%2e/.." }]),
  ).toBeUndefined();
});
