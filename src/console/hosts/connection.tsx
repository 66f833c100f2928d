import { Ago } from "../parts/time.tsx";
import type { HostPage } from "./view.ts";

/** How it hears of jobs: on a socket, or by asking. */
export const Connection = ({ sockets, lostAt }: Pick<HostPage, "sockets" | "lostAt">) => {
  if (sockets > 0) return <>told of jobs at once{sockets > 1 ? `, by ${sockets} processes` : ""}</>;
  return lostAt === null ? (
    <>asks for jobs</>
  ) : (
    <>
      connection lost <Ago at={lostAt} />
    </>
  );
};
