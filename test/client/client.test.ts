import { expect, test } from "vitest";
import { answered, connect, Refused } from "../../src/client/client.ts";
import { runAndWait } from "../../src/client/example.ts";
import { World } from "../world.ts";

/** A client whose requests a world's service answers. */
const clientOf = (world: World, token = world.adminToken) =>
  connect({
    url: "https://muster.test",
    token,
    fetch: async (input, init) => {
      const { status, headers, text } = await world.send(new Request(input, init));
      return new Response(text, { status, headers });
    },
  });

const refusalOf = async (sending: Promise<unknown>): Promise<Refused> => {
  const error = await sending.catch((thrown: unknown) => thrown);
  if (error instanceof Refused) return error;
  throw new Error(`no refusal: ${String(error)}`);
};

test("the example runs an agent's tests and waits for their end", async () => {
  const world = new World();
  const { projectId: project, agentId: agent } = await world.ready();
  const service = clientOf(world);
  const [run] = await answered(
    service.projects[":project"].automation["test-runs"].$post({
      param: { project: String(project) },
      json: [{ test_case_name: "one", automation_content: "one" }],
    }),
  );
  const coming = ["RUNNING", "COMPLETED"];
  const job = await runAndWait(service, { project, agent, testRuns: [run?.test_run_id ?? 0] }, async () => {
    const [open] = await answered(
      service.projects[":project"].automation.jobs.$get({ param: { project: String(project) } }),
    );
    await world.report(project, open?.job_id ?? 0, coming.shift() ?? "COMPLETED");
  });
  expect(job).toMatchObject({ status: "COMPLETED", automation_materials: [{ automation_content: "one" }] });
  expect(job.history.map(({ to }) => to)).toEqual(["RUNNING", "COMPLETED"]);
});

test("a refusal is thrown with its status, code, words and fields", async () => {
  const service = clientOf(new World());
  const refused = await refusalOf(answered(service.projects.$post({ json: { name: "" } })));
  expect(refused).toMatchObject({ status: 400, code: "invalid", errors: [{ field: "name" }] });
  expect(refused.message).toContain("must be a string of 1 to 255 characters");
  expect(await refusalOf(answered(clientOf(new World(), "nobody's").projects.$get()))).toMatchObject({
    status: 401,
    code: "unauthorized",
  });
});

test("an answer of a proxy is a refusal that says its status", async () => {
  const service = connect({
    url: "https://muster.test",
    token: "x",
    fetch: async () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
  });
  const refused = await refusalOf(answered(service.projects.$get()));
  expect(refused).toMatchObject({ status: 502, code: "unknown", message: expect.stringContaining("502") });
});

test("what the service refuses for its form does not compile", async () => {
  const service = clientOf(new World());
  const { jobs } = service.projects[":project"].automation;
  const param = { project: "1" };
  const wrong = [
    // @ts-expect-error: the field is called name
    () => service.projects.$post({ json: { nam: "x" } }),
    // @ts-expect-error: a project needs a name
    () => service.projects.$post({ json: {} }),
    // @ts-expect-error: an order is asc or desc
    () => jobs.$get({ param, query: { order: "up" } }),
    // @ts-expect-error: the path needs the project
    () => jobs.$get({ query: { order: "asc" } }),
  ];
  for (const send of wrong) expect((await send()).status).toBeGreaterThanOrEqual(400);
});
