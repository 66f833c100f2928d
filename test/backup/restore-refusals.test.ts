import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { FAR_START } from "../lease-client.ts";
import { World } from "../world.ts";
import { begin, type Exported, finish, pieces, restoreAll, send, sendFile } from "./copying.ts";
import { anExport, startAnew } from "./installation.ts";

let exported: Exported;
let projectId: number;
let world: World;

beforeAll(async () => {
  ({ exported, projectId } = await anExport());
});

beforeEach(async () => {
  await startAnew();
  world = new World({ now: FAR_START });
});

const SMALL_FILE = '{"file":"projects/1/jobs/1/attempts/1/log/0","content_type":"a/b","bytes":3}';

describe("a restore is refused", () => {
  test.each([
    ["a project", (of: World) => of.project()],
    ["a host", (of: World) => of.host()],
    ["a token", (of: World) => of.token("operator")],
  ])("into an installation that has %s, which stays as it is", async (_, make) => {
    await make(world);
    const before = await everythingStored();
    expect(refusalIn(await begin(world, exported), 409).code).toBe("installation_in_use");
    expect(refusalIn(await send(world, exported, pieces(exported.lines, 30)[0] ?? []), 409).code).toBe(
      "installation_in_use",
    );
    expect(await everythingStored()).toBe(before);
  });

  test("while another export is restored, and after it", async () => {
    await begin(world, exported);
    const other = { ...exported, lines: [...exported.lines, "{}"] };
    expect(refusalIn(await begin(world, other), 409).message).toContain("under way");
    expect(refusalIn(await send(world, other, pieces(exported.lines, 30)[0] ?? []), 409).code).toBe(
      "installation_in_use",
    );
    expect(refusalIn(await finish(world, other), 409).code).toBe("installation_in_use");
    await finish(world, exported);
    expect(refusalIn(await begin(world, other), 409).message).toContain("not empty");
  });

  test.each([{ format: 2 }, { schema: 9999 }])(
    "of an export of a newer version, in words: %j",
    async (facts) => {
      const before = await everythingStored();
      const refusal = refusalIn(await begin(world, exported, facts), 409);
      expect([refusal.code, refusal.message]).toEqual([
        "export_newer",
        expect.stringContaining("deploy the version"),
      ]);
      expect(await everythingStored()).toBe(before);
    },
  );

  test("before it begins, and once it has ended: nothing is written", async () => {
    const [piece = []] = pieces(exported.lines, 30);
    const key = [...exported.files.keys()][0] ?? "";
    for (const request of [() => send(world, exported, piece), () => sendFile(world, exported, key)]) {
      const before = await everythingStored();
      expect(refusalIn(await request(), 409).message).toContain("begin it first");
      expect(await everythingStored()).toBe(before);
    }
    expect(await env.RESULTS.head(key)).toBeNull();
    await restoreAll(world, exported);
    await env.DB.prepare("DELETE FROM presence_history").run();
    const after = await everythingStored();
    for (const each of pieces(exported.lines, 30)) refusalIn(await send(world, exported, each), 409);
    expect(await everythingStored()).toBe(after);
    expect(await begin(world, exported)).toMatchObject({
      status: 200,
      body: { finished_at: expect.any(String) },
    });
  });

  test("where an object has what this export did not bring, which stays", async () => {
    const sqlOf = <Found>(use: (sql: SqlStorage) => Found) =>
      runInDurableObject(env.PROJECT_RESULTS.getByName(String(projectId)), (_, { storage }) =>
        use(storage.sql),
      );
    await sqlOf((sql) => sql.exec("INSERT INTO facts (name, value) VALUES ('revision', '7')"));
    await begin(world, exported);
    const refused: string[] = [];
    for (const piece of pieces(exported.lines, 30)) {
      const answer = await send(world, exported, piece);
      if (answer.status !== 200) refused.push(refusalIn(answer, 409).message);
    }
    expect(refused).toEqual([expect.stringContaining(`results of project ${projectId} already`)]);
    expect(await sqlOf((sql) => sql.exec("SELECT value FROM facts").toArray())).toEqual([{ value: "7" }]);
    await sqlOf((sql) => sql.exec("DELETE FROM facts"));
  });

  test.each([
    ["a row without its table", "[1]", "line 1"],
    ["a table that there is not", '{"table":"nothing","columns":["id"]}', "line 1"],
    ["a table that is not exported", '{"table":"restores","columns":["id"]}', "line 1"],
    ["an object that is not named", '{"table":"project.runs","columns":["id"]}', "line 1"],
    ["a table without its key", '{"table":"projects","columns":["name"]}', "line 1"],
    ["a column twice", '{"table":"projects","columns":["id","id"]}', "line 1"],
    ["no JSON", '{"table":"projects"', "line 1"],
    ["a row of another length", '{"table":"projects","columns":["id","name"]}\n[1]', "line 2"],
    ["a row of objects", '{"table":"projects","columns":["id","name"]}\n[1,{"a":1}]', "line 2"],
    ["a row that is none", '{"table":"projects","columns":["id","name"]}\n"x"', "line 2"],
    ["a row without what it must have", '{"table":"projects","columns":["id","name"]}\n[1,"x"]', "body"],
    [
      "a row that names nothing",
      '{"table":"former_secrets","columns":["digest","token_id","good_until"]}\n["x",7,1]',
      "body",
    ],
    ["a file of no run", '{"file":"x","content_type":"a/b","bytes":0}', "line 1"],
    ["a file of other bytes", `${SMALL_FILE}\n"YWI="`, "line 2"],
    ["a file without bytes", SMALL_FILE, "body"],
    [
      "a row of an object without what it must have",
      '{"table":"project.runs","project":1,"columns":["id"]}\n[1]',
      "body",
    ],
    [
      "bytes that are none",
      '{"table":"host.log_parts","host":1,"columns":["job","attempt","place","bytes"]}\n[1,1,0,"?"]',
      "body",
    ],
    [
      "the next id of another table",
      '{"table":"sqlite_sequence","columns":["name","seq"]}\n["restores",7]',
      "line 2",
    ],
  ])("for %s, by its line", async (_, lines, field) => {
    await begin(world, exported);
    const before = await everythingStored();
    refusedField(await send(world, exported, lines.split("\n")), field);
    expect(await everythingStored()).toBe(before);
  });

  test("for the key of no run's file", async () => {
    await begin(world, exported);
    for (const key of [
      "",
      "other/1",
      "projects/1/x",
      "projects/0/jobs/1/attempts/1/log/x",
      `projects/1/jobs/1/attempts/1/log/${"x".repeat(1000)}`,
    ])
      refusedField(await sendFile(world, exported, key), "key");
  });
});
