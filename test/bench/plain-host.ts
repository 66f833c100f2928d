import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type HostPlace, idIn } from "./host-place.ts";

/** How often and how far apart an end is reported before a client gives up, as clients of the vendor's API do. */
const TRIES = 5;
const BETWEEN_MS = 1000;

/**
 * A host that does the least that a plain client does, over a line that may be cut: it polls, says RUNNING, waits for the
 * run's end, says that from memory, and gives up after a few tries.
 */
export class PlainHost {
  readonly #place: HostPlace;
  readonly #address: string;
  #id = 0;

  constructor(place: HostPlace, address: string) {
    this.#place = place;
    this.#address = address;
  }

  /** Registers with an agent. Gives the agent. */
  async open(name: string): Promise<number> {
    const facts = { host_name: name, ip_address: "127.0.0.1", mac_address: "0", host_guid: randomUUID() };
    this.#id = idIn(await this.send("POST", "/automation/host", facts), "host_server_id");
    const agents = `/projects/${this.#place.project}/automation/hosts/${this.#id}/agents`;
    const agent = {
      ...{ name, framework: "testNG", framework_id: "testNG-plugin" },
      ...{ agent_client_id: "1", active: true },
    };
    return idIn(await this.send("POST", agents, agent), "agent_server_id");
  }

  async send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#address}/api/v3${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#place.token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return answer;
  }

  /** The jobs that are due. */
  async poll(): Promise<number[]> {
    const now = encodeURIComponent(new Date().toISOString());
    const found = await this.send("GET", `/automation/hosts/${this.#id}/jobs?end_date=${now}`);
    return z
      .array(z.looseObject({ job_id: z.int() }))
      .parse(found)
      .map(({ job_id }) => job_id);
  }

  /** Reports a job's status until it is answered, or was sent often enough. */
  async say(job: number, status: string): Promise<void> {
    for (let tried = 0; tried < TRIES; tried++) {
      if (tried > 0) await sleep(BETWEEN_MS);
      try {
        await this.send("PUT", `/projects/${this.#place.project}/automation/jobs/${job}/status`, { status });
        return;
      } catch {
        // The line is cut.
      }
    }
  }
}
