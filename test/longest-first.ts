import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, in this order: begun last, each would be waited for alone. */
const LONGEST = [
  "/browser/console.",
  "/local/start.",
  "/model/model.",
  "/local/fresh-checkout.",
  "/fuzz/fuzz.",
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.findIndex((name) => moduleId.includes(name));
  return place === -1 ? LONGEST.length : place;
};

/** The order of the test files: the longest first, the others by what is known of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
