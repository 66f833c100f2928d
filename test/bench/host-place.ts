import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { freePort, Server } from "../crash/server.ts";

/** A local server with a project, for measuring hosts against it. */
export class HostPlace {
  readonly folder = mkdtempSync(join(tmpdir(), "muster-host-bench-"));
  readonly token = randomBytes(24).toString("hex");
  readonly server: Server;
  project = 0;

  private constructor(port: number, settings: Record<string, string>) {
    this.server = new Server(port, {
      ...settings,
      STATE_DIR: join(this.folder, "server"),
      ADMIN_TOKEN: this.token,
      RATE_LIMITS: "off",
      LOG_QUIET: "off",
    });
  }

  static async open(settings: Record<string, string> = {}): Promise<HostPlace> {
    const place = new HostPlace(await freePort(), settings);
    place.server.start();
    process.on("exit", () => {
      place.server.killNow();
      rmSync(place.folder, { recursive: true, force: true });
    });
    await place.server.ready();
    place.project = idIn(await place.call("POST", "/projects", { name: "bench" }), "id");
    return place;
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.server.baseUrl}/api/v3${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The first agent of a host. */
  async agentOf(host: number): Promise<number> {
    const agents = z
      .array(z.looseObject({ agent_server_id: z.int() }))
      .parse(await this.call("GET", `/automation/hosts/${host}/agents`));
    return agents[0]?.agent_server_id ?? 0;
  }

  /** Schedules one run of an agent at a time. Gives the job. */
  async schedule(agent: number, at: Date): Promise<number> {
    const facts = { name: "bench", agent_server_id: agent, start_date: at.toISOString() };
    const made = await this.call("POST", `/projects/${this.project}/automation/schedules`, facts);
    return z.looseObject({ jobs: z.tuple([z.looseObject({ job_id: z.int() })]) }).parse(made).jobs[0].job_id;
  }

  /** When a run ended, by its host's own word, else when that was heard; epoch milliseconds. */
  async endedAt(job: number): Promise<number> {
    const read = await this.call("GET", `/projects/${this.project}/automation/jobs/${job}`);
    const { history } = z
      .looseObject({ history: z.array(z.looseObject({ at: z.string(), note: z.string().nullable() })) })
      .parse(read);
    const last = history.at(-1);
    return Date.parse(/^ended at (\S+)$/m.exec(last?.note ?? "")?.[1] ?? last?.at ?? "");
  }

  async statuses(): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    for (let after = 0; ; ) {
      const path = `/projects/${this.project}/automation/jobs?limit=1000&after=${after}`;
      const page = z
        .array(z.looseObject({ job_id: z.int(), status: z.string() }))
        .parse(await this.call("GET", path));
      if (page.length === 0) return found;
      for (const { job_id, status } of page) found.set(job_id, status);
      after = page.at(-1)?.job_id ?? 0;
    }
  }
}

export const idIn = (answer: unknown, name: string): number =>
  Number(z.looseObject({ [name]: z.int() }).parse(answer)[name]);

/** A line to the service that counts what goes over it, and can be cut. */
export class CountedLine {
  requests = 0;
  cut = false;
  address = "";

  static async open(target: string): Promise<CountedLine> {
    const line = new CountedLine();
    const server = createServer((incoming, answer) => {
      if (line.cut) {
        incoming.socket.destroy();
        return;
      }
      line.requests += 1;
      const onward = request(
        `${target}${incoming.url}`,
        { method: incoming.method, headers: incoming.headers },
        (reply) => {
          answer.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(answer);
        },
      );
      onward.on("error", () => incoming.socket.destroy());
      incoming.pipe(onward);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    server.unref();
    const address = server.address();
    line.address = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    return line;
  }
}
