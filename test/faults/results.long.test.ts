import { RESULT_WRITES } from "./results.ts";
import { testUnderFaults } from "./under-faults.ts";

testUnderFaults(RESULT_WRITES);
