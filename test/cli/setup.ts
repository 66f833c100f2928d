import { writePrograms } from "../../src/local/bundle-programs.ts";

/** The tests run the command line as a fresh bundle makes it. */
export default writePrograms;
