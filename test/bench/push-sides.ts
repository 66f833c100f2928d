import { WebSocket } from "ws";
import { projectOf } from "./stock.ts";
import { ADMIN_TOKEN } from "./workerd.ts";

/** A moment by the clock of this process, in milliseconds. */
const now = (): number => performance.now();

/** A host that waits for messages on a socket. */
export interface Waiting {
  close: () => void;
  /** Resolves at the next offer, with when it came. */
  offered: () => Promise<number>;
}

/** A service that notifies hosts of jobs, as the bench speaks to it. */
export interface Side {
  open: (host: number) => Promise<Waiting>;
  /** Makes a job of a host due now. Resolves when that is answered, with when it was sent and answered. */
  runNow: (host: number) => Promise<{ sentAt: number; answeredAt: number }>;
}

interface Offer {
  lease_id: string;
  job: { project_id: number; job_id: number };
}
type Message =
  | { type: "offer"; id: number; leases: Offer[] }
  | { type: "settings"; id?: number }
  | { type: "answer" };

const opened = (socket: WebSocket, whenReady: (message: Message) => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
    socket.on("message", (data) => {
      if (String(data) !== "pong" && whenReady(JSON.parse(String(data)))) resolve();
    });
  });

const posted = async (url: URL, headers: Record<string, string>) => {
  const sentAt = now();
  const response = await fetch(url, { method: "POST", headers });
  await response.text();
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return { sentAt, answeredAt: now() };
};

/** Calls back at each offer; a waiting host waits for one at a time. */
const waiter = () => {
  let wake: (at: number) => void = () => {};
  let fail: (error: Error) => void = () => {};
  let cameAt: number | undefined;
  return {
    came: () => {
      cameAt = now();
      wake(cameAt);
    },
    /** What waits for an offer waits in vain. */
    lost: (code: number) => fail(new Error(`closed with ${code} while an offer was awaited`)),
    offered: () =>
      new Promise<number>((resolve, reject) => {
        if (cameAt !== undefined) resolve(cameAt);
        wake = resolve;
        fail = reject;
      }).finally(() => {
        cameAt = undefined;
        wake = fail = () => {};
      }),
  };
};

/** The product. Each offer is accepted and ended at once. */
export const musterSide = (url: URL): Side => {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  return {
    open: async (host) => {
      const address = new URL(`/api/v3/automation/hosts/${host}/socket`, url);
      const socket = new WebSocket(address.href.replace("http", "ws"), ["muster.v1"], { headers });
      const { came, lost, offered } = waiter();
      let id = 1;
      const say = (message: object) => socket.send(JSON.stringify({ ...message, id: id++ }));
      socket.on("close", lost);
      socket.on("open", () => say({ type: "hello", owner: `process of ${host}`, slots: 100 }));
      socket.on("message", (data) => {
        const text = String(data);
        const message: Message = text === "pong" ? { type: "answer" } : JSON.parse(text);
        if (message.type !== "offer") return;
        came();
        socket.send(JSON.stringify({ type: "answer", to: message.id }));
        for (const { lease_id, job } of message.leases) {
          const run = { lease_id, project_id: job.project_id, job_id: job.job_id };
          say({ type: "accept", ...run });
          say({ type: "report", status: "COMPLETED", ...run });
        }
        say({ type: "ready", slots: 100 });
      });
      await opened(socket, ({ type }) => type === "settings");
      return { close: () => socket.terminate(), offered };
    },
    runNow: (host) =>
      posted(
        new URL(`/api/v3/projects/${projectOf(host)}/automation/schedules/${host}/run-now`, url),
        headers,
      ),
  };
};

/** Node and PostgreSQL. */
export const postgresSide = (url: URL): Side => ({
  open: async (host) => {
    const socket = new WebSocket(new URL(`/${host}`, url).href.replace("http", "ws"));
    const { came, lost, offered } = waiter();
    socket.on("close", lost);
    socket.on("message", (data) => {
      const message: { type: string; leases?: { lease: string }[] } = JSON.parse(String(data));
      if (message.type !== "offer") return;
      came();
      for (const { lease } of message.leases ?? []) {
        socket.send(JSON.stringify({ type: "accept", lease }));
        setTimeout(() => socket.send(JSON.stringify({ type: "report", lease })), 20);
      }
    });
    await opened(socket, ({ type }) => type === "settings");
    return { close: () => socket.terminate(), offered };
  },
  runNow: (host) => posted(new URL(`/run-now/${host}`, url), { authorization: "the-token" }),
});

/** The product as it is polled each second by hosts that know of leases; each waits as on a socket. */
export const pollingSide = (url: URL): Side => {
  const muster = musterSide(url);
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  return {
    ...muster,
    open: async (host) => {
      const { came, offered } = waiter();
      const address = new URL(`/api/v3/automation/hosts/${host}/leases`, url);
      const body = JSON.stringify({ owner: `poller of ${host}`, max_jobs: 10 });
      const poll = async () => {
        const response = await fetch(address, { method: "POST", headers, body });
        const leases: Offer[] = await response.json().then((answer) => answer as Offer[]);
        if (leases.length === 0) return;
        came();
        for (const { lease_id, job } of leases)
          for (const status of ["RUNNING", "COMPLETED"]) {
            const path = `/api/v3/projects/${job.project_id}/automation/jobs/${job.job_id}/status`;
            const report = { method: "PUT", headers, body: JSON.stringify({ status, lease_id }) };
            await (await fetch(new URL(path, url), report)).text();
          }
      };
      const timer = setInterval(() => void poll().catch(() => undefined), 1000);
      return { close: () => clearInterval(timer), offered };
    },
  };
};
