import { WebSocket } from "ws";
import {
  alarmAt,
  DAY_MINUTES,
  MIDNIGHT,
  NOTHING,
  plus,
  RUN_MINUTES,
  type Sum,
  sendAt,
  settle,
  TICK_MINUTES,
} from "./day.ts";
import { MINUTE } from "./stock.ts";
import type { Runtime } from "./workerd.ts";

const SECOND = 1000;
const DAY_MS = 24 * 60 * MINUTE;
const KEEP_ALIVE_SECONDS = 30;
/** The host program renews a lease when a third of it has passed. */
const RENEW_SECONDS = 40;

const SOCKET_KINDS = [
  "connecting",
  "schedulings",
  "on the socket",
  "renewals",
  "alarms",
  "asked by ticks",
] as const;
type Kind = (typeof SOCKET_KINDS)[number];
export type SocketDay = Record<Kind, Sum>;

export const socketSum = (day: SocketDay): Sum => Object.values(day).reduce(plus, NOTHING);

interface Lease {
  lease_id: string;
  job: { project_id: number; job_id: number };
}
type Message = { type: string; id?: number; to?: number; status?: number; leases?: Lease[] };

/** One process on its socket: the messages it got, in order. */
class Process {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  #lost: Error | undefined;
  #wake = () => {};
  #id = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("close", (code) => {
      this.#lost = new Error(`closed with ${code}`);
      this.#wake();
    });
    socket.on("message", (data) => {
      this.#messages.push(JSON.parse(String(data)));
      this.#wake();
    });
  }

  say(message: object): number {
    this.#id += 1;
    this.#socket.send(JSON.stringify({ id: this.#id, ...message }));
    return this.#id;
  }

  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.#messages.find(fits);
      if (found) {
        this.#messages.splice(this.#messages.indexOf(found), 1);
        return found;
      }
      if (this.#lost) throw this.#lost;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.close(1000, "over");
  }
}

/** One host's day on its socket with a moved clock, so many jobs spread over it; its object is out of memory before each thing that happens. */
export const runSocketDay = async (
  runtime: Runtime,
  jobs: number,
  log: (text: string) => void,
): Promise<SocketDay> => {
  const [worker] = runtime.workers;
  if (!worker) throw new Error("the counted product is needed");
  const { url, name } = worker;
  const start = MIDNIGHT + (jobs > 0 ? 2 : 4) * DAY_MS;
  const { project, host, agent, hostToken, operatorToken } = await settle(url, `bench-socket-${jobs}`);
  const day: SocketDay = {
    connecting: NOTHING,
    schedulings: NOTHING,
    "on the socket": NOTHING,
    renewals: NOTHING,
    alarms: NOTHING,
    "asked by ticks": NOTHING,
  };
  const add = (kind: Kind, sum: Partial<Sum>) => {
    day[kind] = plus(day[kind], { ...NOTHING, ...sum });
  };
  const get = (at: number, headers: Record<string, string>) =>
    sendAt(url, at, { method: "GET", path: "/health", headers });
  const collect = async (at: number, kind: Kind, times: number) =>
    add(kind, { ...(await get(at, { "bench-collect": "yes" })).taken, times });
  const evict = () => runtime.evict(name, host);
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

  await get(start, { "bench-collect": "yes" });
  const address = new URL(`/api/v3/automation/hosts/${host}/socket`, url).href.replace("http", "ws");
  const headers = { ...bearer(hostToken), "bench-now": String(start) };
  const process = new Process(new WebSocket(address, ["muster.v1"], { headers }));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const answered = async (id: number) => {
    const { status } = await process.until(({ to }) => to === id);
    if (status !== 200) throw new Error(`answered ${status}`);
  };
  await answered(process.say({ type: "hello", owner: "process", slots: 1 }));
  await process.until(({ type }) => type === "settings");
  await collect(start, "connecting", 1);

  const jobMinutes = new Set(
    Array.from({ length: jobs }, (_, job) => 5 * Math.floor(((job + 0.5) * DAY_MINUTES) / jobs / 5)),
  );
  const running: (Lease & { at: number })[] = [];
  for (let minute = 0; minute < DAY_MINUTES; minute++) {
    const at = start + minute * MINUTE;
    if (minute % 240 === 0) log(`hour ${minute / 60} of the day on the socket, ${jobs} jobs`);
    add("on the socket", { messages: MINUTE / SECOND / KEEP_ALIVE_SECONDS });
    if (minute % TICK_MINUTES === 0) {
      const { objectCalls } = (
        await sendAt(url, at, { method: "GET", path: "/tick", headers: { "bench-tick": String(at) } })
      ).taken;
      add("asked by ticks", { objectCalls });
    }
    await evict();
    const fired = await alarmAt(url, at, host);
    if (fired.objectCalls > 0) add("alarms", fired);
    if (jobMinutes.has(minute)) {
      await evict();
      const body = { agentId: agent, projectId: project, name: "Run" };
      const path = "/api/v3/automation/jobs/schedule/create";
      const { taken } = await sendAt(url, at, { method: "POST", path, headers: bearer(operatorToken), body });
      add("schedulings", { ...taken, times: 1 });
      const { id, leases = [] } = await process.until(({ type }) => type === "offer");
      process.say({ type: "answer", to: id });
      for (const { lease_id, job } of leases) {
        await answered(
          process.say({ type: "accept", lease_id, project_id: job.project_id, job_id: job.job_id }),
        );
        running.push({ lease_id, job, at });
      }
      await answered(process.say({ type: "ready", slots: 0 }));
      await collect(at, "on the socket", 0);
    }
    for (const run of [...running]) {
      for (let second = 0; second < 60; second += RENEW_SECONDS) {
        await evict();
        const path = `/api/v3/automation/hosts/${host}/leases/${run.lease_id}`;
        const renewal = { method: "PUT" as const, path, headers: bearer(hostToken) };
        add("renewals", { ...(await sendAt(url, at + second * SECOND, renewal)).taken, times: 1 });
      }
      if (at - run.at < RUN_MINUTES * MINUTE) continue;
      running.splice(running.indexOf(run), 1);
      await evict();
      const { project_id, job_id } = run.job;
      await answered(
        process.say({ type: "report", status: "COMPLETED", lease_id: run.lease_id, project_id, job_id }),
      );
      await answered(process.say({ type: "ready", slots: 1 }));
      await collect(at, "on the socket", 0);
    }
  }
  process.close();
  return day;
};
