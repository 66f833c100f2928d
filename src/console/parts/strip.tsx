import { usePageContext } from "../page-context.ts";
import { clockText } from "./time.tsx";

const WIDTH = 168;
const HEIGHT = 14;

/** A host's Online spans as a strip that ends now, and in words. */
export const Strip = ({ spans, from }: { spans: readonly { from: number; to: number }[]; from: number }) => {
  const { now, zone } = usePageContext();
  const place = (at: number) => Math.round(((at - from) / (now - from)) * WIDTH * 10) / 10;
  const drawn = spans
    .map((stretch) => {
      const [left, right] = [place(stretch.from), place(stretch.to)];
      return `M${left} ${HEIGHT / 2}h${Math.max(1, Math.round((right - left) * 10) / 10)}`;
    })
    .join("");
  const online = spans.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
  const share = Math.round((online / (now - from)) * 100);
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Online ${share}% of the time since ${clockText(from, zone, { now })}`}
    >
      <rect class="off" x="0" y={HEIGHT - 3} width={WIDTH} height="3" rx="1" />
      <path class="on" d={drawn} />
    </svg>
  );
};
