import { expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { FAR_START, giveBack, lease, oneLease, renew } from "../lease-client.ts";
import { World } from "../world.ts";

test("a token of another project does not renew a lease that it knows, nor gives it back; one of the job's project does", async () => {
  const world = new World({ now: FAR_START });
  const { hostId, projectId } = await world.ready({ jobs: 1 });
  const other = await world.project();
  await world.agent(other, hostId);
  const { lease_id } = oneLease(await lease(world, hostId));
  const path = `/api/v3/automation/hosts/${hostId}/leases/${lease_id}`;
  const stranger = await world.token("host", { project_ids: [other] });
  const forged = path.replace(`/${projectId}-`, `/${other}-`);
  const plain = path.replace(`/${projectId}-`, "/");
  for (const wrong of [path, plain]) {
    refusalIn(await world.put(wrong, undefined, { token: stranger }), 404);
    refusalIn(await world.delete(wrong, { token: stranger }), 404);
  }
  expect((await world.put(forged, undefined, { token: stranger })).status).toBe(409);
  expect((await world.delete(forged, { token: stranger })).status).toBe(409);
  const own = await world.token("host", { project_ids: [projectId] });
  expect(await world.put(path, undefined, { token: own })).toMatchObject({ status: 200 });
  expect(await renew(world, hostId, lease_id)).toMatchObject({ status: 200 });
  expect(await giveBack(world, hostId, lease_id)).toMatchObject({ status: 200 });
});
