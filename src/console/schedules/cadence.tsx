import { usePageContext } from "../page-context.ts";
import { Time } from "../parts/time.tsx";
import { cronWords } from "./cron-words.ts";

/** A cron in words where it has some, with the cron itself on hover, and its zone if that is not the reader's. */
export const CronText = ({ cron, timeZone }: { cron: string; timeZone: string }) => {
  const { zone } = usePageContext();
  const words = cronWords(cron);
  return (
    <span title={`${cron} ${timeZone}`}>
      {words ?? <code>{cron}</code>} {timeZone === zone ? null : <span class="quiet">{timeZone}</span>}
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
