import type { Request } from "./service-client.ts";
import type { HostMessage } from "./service-socket.ts";

const STATUS = /^\/projects\/(\d+)\/automation\/jobs\/(\d+)\/status$/;

const leaseIn = (body: object): string | undefined => {
  const lease: unknown = Reflect.get(body, "lease_id");
  return typeof lease === "string" ? lease : undefined;
};

/** The socket message of a request; undefined if it must go by HTTP. */
export const socketMessageOf = ({ method, path, body = {} }: Request): HostMessage | undefined => {
  const [, project, job] = (method === "PUT" && STATUS.exec(path)) || [];
  const lease_id = leaseIn(body);
  if (project === undefined || job === undefined || lease_id === undefined) return undefined;
  const run = { project_id: Number(project), job_id: Number(job), lease_id };
  const status: unknown = Reflect.get(body, "status");
  return status === "RUNNING" ? { type: "accept", ...run } : { ...body, type: "report", status, ...run };
};
