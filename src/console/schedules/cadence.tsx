import { Time } from "../parts/time.tsx";
import { cronWords } from "./cron-words.ts";

/** A cron in words where it has some, with the cron itself on hover, and its zone. */
export const CronText = ({ cron, timeZone }: { cron: string; timeZone: string }) => {
  const words = cronWords(cron);
  return (
    <span title={`${cron} ${timeZone}`}>
      {words ?? <code>{cron}</code>} <span class="quiet">{timeZone}</span>
    </span>
  );
};

/** When a schedule runs: its cron in words and its zone, or its time. */
export const Cadence = ({
  cron,
  timeZone,
  startAt,
}: {
  cron: string | null;
  timeZone: string;
  startAt: number | null;
}) =>
  cron === null ? (
    <>
      once
      {startAt === null ? null : (
        <>
          , <Time at={startAt} />
        </>
      )}
    </>
  ) : (
    <CronText cron={cron} timeZone={timeZone} />
  );
