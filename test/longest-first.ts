import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, in this order. Begun last, such a file would run alone at the end. */
const LONGEST = [
  "/browser/console.",
  "/local/fresh-checkout.",
  "/local/start.",
  "/faults/tick.",
  "/model/changes.",
  "/fast-path/fast-path.",
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.findIndex((name) => moduleId.includes(name));
  return place === -1 ? LONGEST.length : place;
};

/** The order of the test files: the longest first, the others in Vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
