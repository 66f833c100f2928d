import { projectOf } from "./stock.ts";
import { ADMIN_TOKEN } from "./workerd.ts";

/** Schedules one run of a host's agent for a time to come. */
export const musterSchedule = async (url: URL, host: number, at: number): Promise<void> => {
  const response = await fetch(new URL(`/api/v3/projects/${projectOf(host)}/automation/schedules`, url), {
    method: "POST",
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ name: "Due", agent_server_id: host, start_date: new Date(at).toISOString() }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  await response.text();
};
