import { connect, type Service } from "../client/client.ts";
import type { Login } from "./login-file.ts";
import { type Patience, patientFetch } from "./patient-fetch.ts";

/** What the service is asked with. */
export interface Connection {
  url: string;
  service: Service;
  /** Sends a request that is no JSON; the path is under /api/v3. */
  send: (path: string, init?: RequestInit) => Promise<Response>;
}

export const SHORT: Pick<Patience, "tryMs" | "patienceMs"> = { tryMs: 30_000, patienceMs: 60_000 };

export const connectTo = ({ url, token }: Login, patience: Patience): Connection => {
  const fetch = patientFetch(url, patience);
  return {
    url,
    service: connect({ url, token, fetch }),
    send: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("Authorization", `Bearer ${token}`);
      return fetch(`${url}/api/v3${path}`, { method: "GET", ...init, headers });
    },
  };
};
