import { UNBOUNDED } from "./buckets.ts";

interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

/** A family of samples, as OpenMetrics 1.0 writes it. A counter's samples get the suffix `_total`. */
interface Family {
  name: string;
  type: "counter" | "gauge";
  /** The unit, with which the name ends. */
  unit?: string;
  help: string;
  samples: readonly Sample[];
}

/** A histogram for each set of labels: how many fell into each bucket, by its upper bound, and their sum. */
interface Histogram {
  name: string;
  unit: string;
  help: string;
  bounds: readonly number[];
  series: readonly {
    labels: Readonly<Record<string, string>>;
    counts: ReadonlyMap<string, number>;
    sum: number;
  }[];
}

const escaped = (text: string): string => text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");

const labelsText = (labels: Readonly<Record<string, string>> = {}): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
};

const line = (name: string, { labels, value }: Sample): string => `${name}${labelsText(labels)} ${value}`;

const head = ({
  name,
  type,
  unit,
  help,
}: Pick<Family, "name" | "unit" | "help"> & { type: string }): string[] => [
  `# TYPE ${name} ${type}`,
  ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
  `# HELP ${name} ${escaped(help)}`,
];

/** The lines of a counter or gauge. */
export const familyLines = (family: Family): string[] => [
  ...head(family),
  ...family.samples.map((sample) =>
    line(family.type === "counter" ? `${family.name}_total` : family.name, sample),
  ),
];

/** The lines of histograms, whose buckets each count all that is not above their bound. */
export const histogramLines = ({ name, unit, help, bounds, series }: Histogram): string[] => [
  ...head({ name, type: "histogram", unit, help }),
  ...series.flatMap(({ labels, counts, sum }) => {
    let below = 0;
    const buckets = [...bounds.map(String), UNBOUNDED].map((bound) => {
      below += counts.get(bound) ?? 0;
      // OpenMetrics writes bounds as floating-point numbers.
      const le = /^\d+$/.test(bound) ? `${bound}.0` : bound;
      return line(`${name}_bucket`, { labels: { ...labels, le }, value: below });
    });
    return [
      ...buckets,
      line(`${name}_count`, { labels, value: below }),
      line(`${name}_sum`, { labels, value: sum }),
    ];
  }),
];

/** A whole exposition. */
export const exposition = (families: readonly (readonly string[])[]): string =>
  [...families.flat(), "# EOF", ""].join("\n");

/** The media type of an exposition. */
export const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
