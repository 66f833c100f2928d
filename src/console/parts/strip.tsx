import { useVisit } from "../visit.ts";
import { clockText } from "./time.tsx";

const WIDTH = 168;
const HEIGHT = 14;

/** When a host was Online, as a strip of time that ends now; said in words too. */
export const Strip = ({
  stretches,
  from,
}: {
  stretches: readonly { from: number; to: number }[];
  from: number;
}) => {
  const { now, zone } = useVisit();
  const place = (at: number) => Math.round(((at - from) / (now - from)) * WIDTH * 10) / 10;
  const online = stretches.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
  const share = Math.round((online / (now - from)) * 100);
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Online ${share}% of the time since ${clockText(from, zone, now)}`}
    >
      <rect class="off" x="0" y={HEIGHT - 3} width={WIDTH} height="3" rx="1" />
      {stretches.map((stretch) => (
        <rect
          class="on"
          x={place(stretch.from)}
          y="0"
          width={Math.max(1, Math.round((place(stretch.to) - place(stretch.from)) * 10) / 10)}
          height={HEIGHT}
          rx="1"
        >
          <title>{`Online ${clockText(stretch.from, zone, now)} to ${clockText(stretch.to, zone, now)}`}</title>
        </rect>
      ))}
    </svg>
  );
};
