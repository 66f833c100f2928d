import { expect } from "vitest";
import { z } from "zod";
import { given } from "../badges/given.ts";
import { idOf, project } from "../flaky-tests/project-runs.ts";
import { lease, oneLease, reportUnder } from "../lease-client.ts";
import { failed, jobPath, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { uploader } from "../run-files/upload-client.ts";
import { iso, makeSchedule } from "../scheduling.ts";
import { type Answer, HOUR, type Ready, type World } from "../world.ts";

const DAY = 24 * HOUR;

const done = (answer: Answer): Answer => {
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer;
};

/** Stores an artifact of the first attempt of a job. */
export const artifact = async (
  world: World,
  ready: Pick<Ready, "projectId" | "jobId">,
  path: string,
  text: string,
): Promise<void> => {
  const headers = { "Content-Length": String(text.length) };
  done(await world.put(`${jobPath(ready)}/attempts/1/artifacts/${path}`, text, { headers }));
};

/** The ids that paths name, of the things that `furnish` makes. */
export type Scene = Awaited<ReturnType<typeof furnish>>;

/** Fills an installation with some of all that there is, by the API. */
export const furnish = async (world: World) => {
  const ready = await running(world, ["adds", "divides", 'is ü \u{1f600} "quoted" \\ \u0001']);
  const { projectId, hostId, agentId, guid, jobId } = ready;
  const base = `/api/v3/projects/${projectId}/automation`;
  done(await world.ping(hostId, guid));
  const facts = { host_name: "Lab 1", ip_address: "x", mac_address: "x", host_guid: guid };
  const said = { ...facts, version: "muster-host 0.1.0", labels: ["linux", "gpu:a100"] };
  done(await world.put(`/api/v3/automation/hosts/${hostId}`, said));
  done(
    await sendReport(
      world,
      ready,
      junit(failed("shaky", "expected 30, got 20"), ...passed("sound", "other")),
    ),
  );
  done(await world.post(`${jobPath(ready)}/attempts/1/log?offset=0`, "the tests begin\nä\n"));
  await artifact(world, ready, "a%20b/log%C3%BC.txt", "an artifact");
  await artifact(world, ready, "empty.txt", "");
  await artifact(world, ready, "large.txt", "large ".repeat(20_000));
  const { begin, put, complete } = uploader(world, ready);
  const upload = await begin();
  done(await put(upload, 1));
  done(await complete(upload));
  await begin({ path: "open.bin" });
  done(await world.report(projectId, jobId, "FAILED"));
  const again = await runAgain(world, ready);
  done(await sendReport(world, again, junit(...passed("shaky", "sound"))));
  done(await world.post(`${jobPath(again)}/attempts/1/log?offset=0&final=true`, "all of it\n"));
  done(await world.report(projectId, again.jobId, "COMPLETED"));
  done(await world.post(`${jobPath(ready)}/rerun`, { only: "failed" }));
  const test = await idOf(world, ready, "shaky");
  const quarantine = { reason: "waits", owner: "team a", until: iso(world.now + 10 * DAY), passes: 2 };
  done(await world.put(`${project(ready)}/tests/${test}/quarantine`, quarantine));
  const rules = { days: 20, changes_of_build: 2, changes_of_materials: 3, retries: 2 };
  done(await world.put(`${base}/flaky-rules`, rules));
  const { id: schedule, path } = await makeSchedule(world, ready);
  done(await world.put(`${path}/acknowledgement`, { until: iso(world.now + HOUR) }));
  const { path: seen } = await given(world, path);
  const hook = { name: "CI", target: "https://ci.example.com/muster", events: ["schedule.missed"] };
  const { body: made } = done(await world.post(`${base}/webhooks`, hook));
  const { webhook_id: webhook } = z.looseObject({ webhook_id: z.int() }).parse(made);
  done(await world.post(`${path}/run-now`, { commit: "0123456789abcdef0123456789abcdef01234567" }));
  const paused = await makeSchedule(world, ready, { name: "Paused", cron: "30 4 * * *" });
  done(await world.post(`${paused.path}/pause`, { note: "the lab moves" }));
  const gone = await makeSchedule(world, ready, { name: "Gone" });
  done(await world.delete(gone.path));
  const days = { name: "Holidays", days: ["2096-12-24"] };
  const { body } = done(await world.post(`${base}/blackouts`, days));
  const { blackout_id: blackout } = z.looseObject({ blackout_id: z.int() }).parse(body);
  const log = {
    name: "adds",
    status: "PASSED",
    exe_start_date: iso(world.now - HOUR),
    exe_end_date: iso(world.now),
    automation_content: "suite.adds",
  };
  const sent = await world.post(`/api/v3/projects/${projectId}/auto-test-logs?type=automation`, {
    test_logs: [log],
  });
  const { id: batch } = z.looseObject({ id: z.int() }).parse(done(sent).body);
  done(
    await world.put(`/api/v3/automation/hosts/${hostId}/acknowledgement`, { until: iso(world.now + HOUR) }),
  );
  await world.token("operator", { project_ids: [projectId] });
  const hostToken = await world.token("host", { host_server_id: hostId });
  const other = await world.ready({ jobs: 2 });
  const { lease_id: leaseId } = oneLease(await lease(world, other.hostId, { max_jobs: 1 }));
  const [leased = 0] = other.jobIds;
  done(await reportUnder(world, { projectId: other.projectId, jobId: leased, status: "RUNNING", leaseId }));
  await world.ready();
  await world.tick(world.now - (world.now % (HOUR / 2)));
  return {
    ...{ project: projectId, host: hostId, agent: agentId, job: jobId, schedule, token: 1, test_run: 1 },
    ...{
      attempt: 1,
      test,
      batch,
      other_job: again.jobId,
      blackout,
      webhook,
      picture: seen.slice("/badges/".length),
      path: "a%20b/log%C3%BC.txt",
      form: "junit.xml",
      name: "junit.xml",
    },
    ...{
      leasedHost: other.hostId,
      leasedProject: other.projectId,
      leasedJob: leased,
      leaseId,
      hostToken,
      guid,
    },
  };
};
