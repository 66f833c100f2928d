import { RUN_WRITES } from "./runs.ts";
import { testUnderFaults } from "./under-faults.ts";

testUnderFaults(RUN_WRITES);
