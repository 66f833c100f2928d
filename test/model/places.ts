import type { Beliefs } from "./client-knowledge.ts";
import { judgeDoubts, judgeSaid } from "./doubts.ts";
import { demand, isOpen } from "./moves.ts";
import { Keyed } from "./repeats.ts";
import { AGENT, type Place, type Scene } from "./scene.ts";
import type { Sendable } from "./sendable.ts";

const CHANGE = { accepts: false, changes: true } as const;

const nothingOpen =
  (hostId: number): Sendable["answered"] =>
  (_, { after, alone }) => {
    const open = [...after.values()].filter((job) => job.hostId === hostId && isOpen(job));
    demand(!alone || open.length === 0, "nothing waits for who is gone", open);
  };

/** An admin retires a host. */
export const retire = ({ world }: Scene, beliefs: Beliefs, { hostId }: Place): Sendable => {
  const keyed = new Keyed();
  let sent = 0;
  return {
    ...CHANGE,
    moves: "any",
    send: () => {
      sent++;
      beliefs.cancels.left(hostId);
      keyed.sent(world.now);
      return world.delete(`/api/v3/automation/hosts/${hostId}`, keyed.options);
    },
    refused: (answer, seen) => keyed.refused(answer, seen),
    answered: (answer, seen) => {
      // A host's read shows when it was heard, too.
      if (keyed.isRepeat(answer, seen, false)) return;
      nothingOpen(hostId)(answer, seen);
      // One that is sent again may have been done long before.
      if (sent === 1) beliefs.left(hostId, seen.after.values());
    },
  };
};

/** A host registers its guid again. */
export const revive = ({ world }: Scene, { hostId, guid }: Place): Sendable => {
  const keyed = new Keyed();
  const facts = {
    host_name: "Host",
    ip_address: "192.168.74.73",
    mac_address: "00:15:5D:4A:4D:01",
    host_guid: guid,
  };
  return {
    ...CHANGE,
    moves: "missed",
    doubts: true,
    send: () => {
      keyed.sent(world.now);
      return world.post("/api/v3/automation/host", facts, keyed.options);
    },
    refused: (answer, seen) => keyed.refused(answer, seen),
    answered: (answer, seen) => {
      const { before, after, alone, sentAt: at } = seen;
      demand(answer.text.includes(`"host_server_id":${hostId}`), "a host keeps its id", answer.text);
      if (keyed.isRepeat(answer, seen)) judgeDoubts(before, after, false);
      else if (alone) judgeSaid(before, after, { hostId, running: [], at });
    },
  };
};

const agentsOf = ({ ground }: Scene, hostId: number) =>
  `/api/v3/projects/${ground.projectId}/automation/hosts/${hostId}/agents`;

export const deleteAgent = (scene: Scene, { hostId, agentId }: Place): Sendable => ({
  ...CHANGE,
  moves: "any",
  send: () => scene.world.delete(`${agentsOf(scene, hostId)}/${agentId}`),
  answered: nothingOpen(hostId),
});

/** A host creates its agent, or the same again. */
export const makeAgent = (scene: Scene, { hostId }: Place): Sendable => ({
  ...CHANGE,
  moves: "missed",
  send: () => scene.world.post(agentsOf(scene, hostId), AGENT),
  answered: () => undefined,
});
