import { median } from "./figures.ts";
import { ADMIN_TOKEN } from "./workerd.ts";

/** A project that is read: how many tests it has, and a job with the results of all of them. */
export interface ReadProject {
  id: number;
  tests: number;
  job: string;
}

/** A call, and how much slower it may be over many results; without a target it is only shown. */
interface PageCall {
  name: string;
  path: (project: ReadProject) => string;
  mostRows: number | undefined;
  mostTimes: number | undefined;
}

/** What a call took over few and over many results: milliseconds, and the most rows that the object read. */
export interface PageReading extends Omit<PageCall, "path"> {
  few: { ms: number; rows: number };
  many: { ms: number; rows: number };
  /** The time over many results by that over few. */
  times: number;
}

const testsOf = ({ id }: ReadProject): string => `/api/v3/projects/${id}/automation/tests`;
const anyTest = ({ tests }: ReadProject): number => 1 + Math.floor(Math.random() * tests);

const MOST_TIMES = 1.3;

const CALLS: readonly PageCall[] = [
  {
    name: "a test's history",
    path: (project) => `${testsOf(project)}/${anyTest(project)}/history`,
    mostRows: 99,
    mostTimes: MOST_TIMES,
  },
  { name: "tests by last run", path: testsOf, mostRows: undefined, mostTimes: MOST_TIMES },
  {
    name: "tests by failures",
    path: (project) => `${testsOf(project)}?sort=failures`,
    mostRows: undefined,
    mostTimes: MOST_TIMES,
  },
  {
    name: "a job's results",
    path: ({ job }) => `${job}/results`,
    mostRows: undefined,
    mostTimes: MOST_TIMES,
  },
];

const WARM = 20;
const COUNTED = 10;

/** Sends a call once. Gives its milliseconds, and the rows that the project's object read if they are counted. */
const read = async (
  url: URL,
  path: string,
  counted: Record<string, string> = {},
): Promise<{ ms: number; rows: number }> => {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, ...counted };
  const began = performance.now();
  const answer = await fetch(new URL(path, url), { headers });
  const text = await answer.text();
  const ms = performance.now() - began;
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${text}`);
  return { ms, rows: Number(answer.headers.get("bench-rows") ?? 0) };
};

/** Calls a project with few results and one with many in turns; tests are chosen at random. */
export const readInTurns = async (
  url: URL,
  { few, many }: { few: ReadProject; many: ReadProject },
  rounds: number,
): Promise<PageReading[]> => {
  const readings: PageReading[] = [];
  for (const { path, ...call } of CALLS) {
    const places = [few, many].map((project) => ({ project, times: [] as number[], rows: 0 }));
    for (const place of places)
      for (let time = 0; time < COUNTED; time++) {
        const { rows } = await read(url, path(place.project), { "bench-rows": String(place.project.id) });
        place.rows = Math.max(place.rows, rows);
      }
    for (let round = -WARM; round < rounds; round++) {
      for (const { project, times } of places) {
        const { ms } = await read(url, path(project));
        if (round >= 0) times.push(ms);
      }
      places.reverse();
    }
    const of = (id: number) => {
      const place = places.find(({ project }) => project.id === id);
      return { ms: median(place?.times ?? []), rows: place?.rows ?? Number.NaN };
    };
    const [fewRead, manyRead] = [of(few.id), of(many.id)];
    readings.push({ ...call, few: fewRead, many: manyRead, times: manyRead.ms / fewRead.ms });
  }
  return readings;
};
