import { expect, test } from "vitest";
import { call, jobWhen, service } from "../host-program/service.ts";
import { PIPELINE_SHELLS } from "./pipeline-shells.ts";
import { jobIn, runPlace } from "./run-place.ts";

const ESCAPED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** The text of a part of the console's page about pipelines, as a person with this token sees it. */
const readPage = async (token: string): Promise<(id: string) => string> => {
  const signedIn = await fetch(`${service.address}/console/sign-in`, {
    method: "POST",
    headers: { Origin: service.address },
    body: new URLSearchParams({ token }),
    redirect: "manual",
  });
  const cookies = signedIn.headers.getSetCookie().map((each) => each.split(";")[0]);
  const page = await fetch(`${service.address}/console/pipelines`, {
    headers: { Cookie: cookies.join("; ") },
  });
  expect(page.status).toBe(200);
  const html = await page.text();
  return (id) =>
    (new RegExp(`<pre id="${id}"[^>]*>([^<]*)</pre>`).exec(html)?.[1] ?? "").replace(
      /&(amp|lt|gt|quot|#39);/g,
      (_, name: string) => ESCAPED[name] ?? "",
    );
};

test.for(Object.keys(PIPELINE_SHELLS))(
  "the lines for %s run an agent's tests as they stand",
  async (name, { onTestFinished }) => {
    const { user, token, project } = await runPlace(onTestFinished, { MUSTER_URL: "" });
    const text = (await readPage(token))(name);
    const { lines, env } = PIPELINE_SHELLS[name]?.(text) ?? { lines: "", env: {} };
    const run = await user.shell(lines, { env: { ...env, MUSTER_TOKEN: token } });
    expect(run.code, run.stderr).toBe(0);
    expect(user.read("results.xml")).toContain('tests="2" failures="0"');
    const { status } = await jobWhen(project, jobIn(run.stdout));
    expect(status).toBe("COMPLETED");
  },
);

test("the lines to do it by hand log in and list what can be done", async ({ onTestFinished }) => {
  const { user, token } = await runPlace(onTestFinished, { MUSTER_URL: "", MUSTER_TOKEN: "" });
  const run = await user.shell((await readPage(token))("by-hand"), { input: token });
  expect([run.code, run.stdout]).toEqual([0, expect.stringContaining("logged in to")]);
  expect(await call("GET", "/projects?limit=1")).toBeDefined();
});
