import { HOST_WRITES, PLAN_WRITES } from "./all-writes.ts";
import { testUnderFaults } from "./under-faults.ts";

testUnderFaults({ ...HOST_WRITES, ...PLAN_WRITES });
