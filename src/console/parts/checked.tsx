import { usePageContext } from "../page-context.ts";
import { Time } from "./time.tsx";

/** When the presences were checked last, and when the next check comes. */
export const Checked = ({ at }: { at: number | null }) => {
  const { windowMs } = usePageContext();
  if (at === null)
    return <p class="quiet">Hosts are Online or Offline from the first check on; there was none yet.</p>;
  return (
    <p class="quiet">
      Hosts as of the check at <Time at={at} />; the next one is at <Time at={at + windowMs} />.
    </p>
  );
};
