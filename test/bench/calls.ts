import { addJobs, guidOf, MINUTE, projectOf, TEST_RUN } from "./stock.ts";
import type { Running } from "./workerd.ts";
import type { Request, Requests } from "./wrk.ts";

/** A call as it is measured, of the product and of the floor alike. */
export interface Call {
  name: string;
  /** The least part of the floor's requests a second that the product must reach. */
  target?: number;
  /** At least `count` requests for one measurement, with the rows that they need. */
  requests: (place: Place, count: number) => Promise<Requests>;
}

/** Where calls are made: a Worker, its tables, and the tokens of its callers. */
export interface Place {
  worker: Running;
  operator: string;
  /** A token of the scope `host` without a host yet. */
  registrar: string;
  /** The cookie of the operator's session of the console. */
  session: string;
  /** The token of each host, by its number. */
  hosts: Map<number, string>;
  /** When the tables were filled, epoch milliseconds. */
  now: number;
}

const HOSTS_A_CALL = 16;
const JOBS_A_POLL = 10;

const hostsFrom = (first: number): number[] =>
  Array.from({ length: HOSTS_A_CALL }, (_, host) => first + host);

/** Each call has hosts of its own, so that none finds what another left behind. */
const PINGING = hostsFrom(1);
const QUIET = hostsFrom(17);
const UNKNOWN = hostsFrom(33);
const POLLING = hostsFrom(49);
const REPORTING = hostsFrom(65);
const SCHEDULING = hostsFrom(81);

/** The hosts that the calls are of. */
export const CALLING = [PINGING, QUIET, UNKNOWN, POLLING, REPORTING, SCHEDULING].flat();

const bearer = (token: string | undefined) => ({ Authorization: `Bearer ${token}` });

const iso = (at: number): string => new Date(at).toISOString();

const poll = (
  { hosts }: Place,
  call: string,
  { host, from, to }: { host: number; from: number; to: number },
): Request => ({
  method: "GET",
  path: `/api/v3/automation/hosts/${host}/jobs?start_date=${iso(from)}&end_date=${iso(to)}`,
  headers: { "bench-call": call, "Lease-Owner": "bench", ...bearer(hosts.get(host)) },
});

/**
 * What makes an empty poll known quiet or not: the window. A host's object can know a window to be quiet that a
 * poll of it found empty before, and never knows of one that ends more than a day ahead.
 */
const emptyPoll = (place: Place, call: "quiet poll" | "unknown poll", host: number): Request =>
  poll(place, call, {
    host,
    from: place.now - MINUTE,
    to: place.now + (call === "quiet poll" ? 60 : 2 * 24 * 60 - 10) * MINUTE,
  });

const emptyPolls = (call: "quiet poll" | "unknown poll", hosts: number[]) => async (place: Place) => ({
  list: hosts.map((host) => emptyPoll(place, call, host)),
  once: false,
});

/** A ping of a host by its own token. */
export const ping = ({ hosts }: Place, host: number): Request => ({
  method: "POST",
  path: `/api/v3/automation/hosts/${host}/ping`,
  headers: { "bench-call": "ping", ...bearer(hosts.get(host)) },
  body: { host_guid: guidOf(host) },
});

const DUE_BEFORE = 10 * MINUTE;

/** How many jobs are between the RUNNING of one and its COMPLETED: more than there are connections. */
const BEHIND = 64;

const report = (
  { hosts }: Place,
  host: number,
  { job, status }: { job: number; status: string },
): Request => ({
  method: "PUT",
  path: `/api/v3/projects/${projectOf(host)}/automation/jobs/${job}/status`,
  headers: { "bench-call": "report", ...bearer(hosts.get(host)) },
  body: { status },
});

/** For each job RUNNING, and COMPLETED some jobs later; the first to end run already. */
const reports = async (place: Place, count: number): Promise<Requests> => {
  const { db } = place.worker;
  const each = Math.ceil(count / 2 / HOSTS_A_CALL);
  const hosts = { first: REPORTING[0] ?? 0, hosts: HOSTS_A_CALL };
  const running = await addJobs(
    db,
    { ...hosts, each: BEHIND / HOSTS_A_CALL },
    { status: "RUNNING", at: place.now },
  );
  const waiting = await addJobs(db, { ...hosts, each }, { status: "PLANNED", at: place.now });
  const list = Array.from({ length: each * HOSTS_A_CALL }, (_, number) => {
    const host = REPORTING[number % HOSTS_A_CALL] ?? 0;
    const ending = number < BEHIND ? running + number : waiting + number - BEHIND;
    return [
      report(place, host, { job: waiting + number, status: "RUNNING" }),
      report(place, host, { job: ending, status: "COMPLETED" }),
    ];
  }).flat();
  return { list, once: true };
};

/** Hosts with jobs that are due, which every poll leases again to the same process. */
const fullPolls = () => {
  const ready = new WeakSet<Place>();
  return async (place: Place): Promise<Requests> => {
    const due = place.now - DUE_BEFORE;
    if (!ready.has(place)) {
      const hosts = { first: POLLING[0] ?? 0, hosts: HOSTS_A_CALL, each: JOBS_A_POLL };
      await addJobs(place.worker.db, hosts, { status: "PLANNED", at: due });
      ready.add(place);
    }
    return {
      list: POLLING.map((host) => poll(place, "full poll", { host, from: due, to: place.now + MINUTE })),
      once: false,
    };
  };
};

let registered = 0;

/** The calls of the table, in its order. */
export const CALLS: readonly Call[] = [
  {
    name: "ping",
    target: 0.8,
    requests: async (place) => ({ list: PINGING.map((host) => ping(place, host)), once: false }),
  },
  { name: "empty poll (known quiet)", target: 0.8, requests: emptyPolls("quiet poll", QUIET) },
  { name: "empty poll (not known)", requests: emptyPolls("unknown poll", UNKNOWN) },
  { name: `poll with ${JOBS_A_POLL} jobs`, target: 0.7, requests: fullPolls() },
  { name: "report (RUNNING, then COMPLETED)", target: 0.7, requests: reports },
  {
    name: "register",
    requests: async ({ registrar }, count) => ({
      list: Array.from({ length: count }, () => {
        const guid = `bench-registered-${++registered}`;
        return {
          method: "POST",
          path: "/api/v3/automation/host",
          headers: { "bench-call": "register", ...bearer(registrar) },
          body: {
            host_name: "Host server - 192.168.74.73",
            ip_address: "192.168.74.73",
            mac_address: "00:15:5D:4A:4D:01",
            host_guid: guid,
          },
        };
      }),
      once: true,
    }),
  },
  {
    name: "schedule of 100 runs",
    requests: async ({ operator }) => ({
      list: SCHEDULING.map((host) => ({
        method: "POST",
        path: `/api/v3/projects/${projectOf(host)}/automation/schedules`,
        headers: { "bench-call": "schedule", ...bearer(operator) },
        body: {
          name: "Every five minutes",
          agent_server_id: host,
          cron: "*/5 * * * *",
          max_runs: 100,
          test_run_ids: [TEST_RUN],
        },
      })),
      once: false,
    }),
  },
  {
    name: "jobs list (100 jobs)",
    requests: async ({ operator }) => ({
      list: [
        {
          method: "GET",
          path: "/api/v3/projects/1/automation/jobs?limit=100",
          headers: { "bench-call": "jobs list", ...bearer(operator) },
        },
      ],
      once: false,
    }),
  },
  {
    name: "console overview",
    requests: async ({ session }) => ({
      list: [{ method: "GET", path: "/console", headers: { "bench-call": "overview", Cookie: session } }],
      once: false,
    }),
  },
];

/** The call that is compared with the framework alone. */
export const STATIC_JSON: Requests = {
  list: [{ method: "GET", path: "/static", headers: {} }],
  once: false,
};
