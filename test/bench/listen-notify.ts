import { createServer } from "node:http";
import postgres from "postgres";
import { type WebSocket, WebSocketServer } from "ws";

/*
 * What the product is compared with: Node and PostgreSQL with LISTEN/NOTIFY, a job in one transaction with its history
 * and its audit, a socket a host, leases by SKIP LOCKED. A process of its own; it prints its port.
 */

const sql = postgres({ host: process.env.PGHOST ?? "", database: "postgres", max: 10, onnotice: () => {} });

const TABLES = [
  `CREATE TABLE tokens (token text PRIMARY KEY, name text NOT NULL)`,
  `CREATE TABLE jobs (id bigserial PRIMARY KEY, host_id bigint NOT NULL, status text NOT NULL, due timestamptz NOT NULL,
    lease uuid, lease_until timestamptz, materials jsonb NOT NULL)`,
  `CREATE INDEX jobs_open ON jobs (host_id, due, id) WHERE status = 'PLANNED'`,
  `CREATE TABLE history (id bigserial PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs, at timestamptz NOT NULL,
    moved_to text NOT NULL)`,
  `CREATE INDEX history_by_job ON history (job_id)`,
  `CREATE TABLE audit (id bigserial PRIMARY KEY, at timestamptz NOT NULL, action text NOT NULL, job_id bigint NOT NULL)`,
  `INSERT INTO tokens VALUES ('the-token', 'bench')`,
];
for (const statement of TABLES) await sql.unsafe(statement);

const MATERIALS = [
  { test_run_id: 1, test_case_name: "groovy.GebLogin", automation_content: "groovy.GebLogin" },
];
const LOCKED = sql`FOR UPDATE SKIP LOCKED`;

const sockets = new Map<number, WebSocket>();

const isKnown = async (token: string): Promise<boolean> =>
  (await sql`SELECT name FROM tokens WHERE token = ${token}`).length > 0;

const makeJob = (host: number): Promise<number> =>
  sql.begin(async (tx) => {
    const [job] = await tx<{ id: number }[]>`
      INSERT INTO jobs (host_id, status, due, materials) VALUES (${host}, 'PLANNED', now(), ${tx.json(MATERIALS)}) RETURNING id`;
    const id = job?.id ?? 0;
    await tx`INSERT INTO audit (at, action, job_id) VALUES (now(), 'runNow', ${id})`;
    await tx`SELECT pg_notify('jobs', ${String(host)})`;
    return id;
  });

/** Leases a host's due jobs to the process on its socket. */
const offer = async (host: number): Promise<void> => {
  const socket = sockets.get(host);
  if (!socket) return;
  const leases = await sql`
    UPDATE jobs SET lease = gen_random_uuid(), lease_until = now() + interval '60 s', status = 'LEASED'
    WHERE id IN (SELECT id FROM jobs WHERE host_id = ${host} AND status = 'PLANNED' AND due <= now()
      ORDER BY due, id LIMIT 10 ${LOCKED})
    RETURNING id, lease, materials`;
  if (leases.length > 0) socket.send(JSON.stringify({ type: "offer", leases }));
};

const move = async (lease: string, from: string, to: string): Promise<void> => {
  await sql.begin(async (tx) => {
    const moved =
      await tx`UPDATE jobs SET status = ${to} WHERE lease = ${lease} AND status = ${from} RETURNING id`;
    for (const { id } of moved)
      await tx`INSERT INTO history (job_id, at, moved_to) VALUES (${id}, now(), ${to})`;
  });
};

await sql.listen("jobs", (host) => void offer(Number(host)));

const server = createServer((request, response) => {
  const [, host] = /^\/run-now\/(\d+)$/.exec(request.url ?? "") ?? [];
  void (async () => {
    const known = await isKnown(request.headers.authorization ?? "");
    const id = known && host !== undefined ? await makeJob(Number(host)) : undefined;
    response.writeHead(id === undefined ? 401 : 201, { "content-type": "application/json" });
    response.end(JSON.stringify({ id }));
  })();
});

const accepting = new WebSocketServer({ server });
accepting.on("connection", (socket, request) => {
  const host = Number((request.url ?? "").slice(1));
  sockets.set(host, socket);
  socket.on("message", (data) => {
    const { type, lease } = JSON.parse(String(data)) as { type: string; lease: string };
    void (type === "accept" ? move(lease, "LEASED", "RUNNING") : move(lease, "RUNNING", "COMPLETED"));
  });
  socket.send(JSON.stringify({ type: "settings" }));
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" && address !== null ? address.port : 0);
});
