import { Ago } from "../parts/time.tsx";
import type { HostPage } from "./view.ts";

/** Whether the host has a socket or polls for jobs. */
export const Connection = ({ sockets, lostAt }: Pick<HostPage, "lostAt"> & { sockets: number }) => {
  if (sockets > 0) return <>told of jobs at once{sockets > 1 ? `, by ${sockets} processes` : ""}</>;
  return lostAt === null ? (
    <>asks for jobs</>
  ) : (
    <>
      connection lost <Ago at={lostAt} />
    </>
  );
};
