import { BadLine } from "../host-program/bad-line.ts";
import { Machine } from "../host-program/host-process.ts";
import { agentsOf, makeToken, service } from "../host-program/service.ts";
import { type OnFinished, UserMachine } from "./cli-process.ts";

/**
 * What the agent runs: two tests with a report. The run's variable OUTCOME says how they go; `slow` waits for a file
 * `go` of the host's folder.
 */
const SCRIPT = `echo "tests begin: $OUTCOME"
[ -z "$TRACEPARENT" ] || echo "trace: $TRACEPARENT $TRACESTATE"
if [ "$OUTCOME" = slow ]; then for wait in $(seq 1200); do [ -f go ] && break; sleep 0.1; done; fi
inner=""
[ "$OUTCOME" = fail ] && inner='<failure message="expected 401, got 200&#10;::error::not of GitHub">at cart.spec.ts:17:3</failure>'
cat > report.xml <<END
<testsuites><testsuite name="cart"><testcase classname="cart" name="is empty @smoke" file="cart.spec.ts" time="0.1">$inner</testcase>
<testcase classname="cart" name="keeps what was put in" file="cart.spec.ts" time="0.2"/></testsuite></testsuites>
END
echo "tests end"
[ "$OUTCOME" != fail ]
`;

export const TESTS = [
  { test_case_name: "is empty @smoke", automation_content: "cart.is empty @smoke" },
  { test_case_name: "keeps what was put in", automation_content: "cart.keeps what was put in" },
];

/** A host whose agent `tests` runs `SCRIPT`, and a user beside it who may start its runs. */
export const runPlace = async (finished: OnFinished, env: Record<string, string> = {}) => {
  const machine = await Machine.make(finished);
  machine.configure({ command: SCRIPT, shell: true, results: ["report.xml"], slots: 2, directory: "." });
  const { id } = await machine.run();
  const { tests: agent = 0 } = await agentsOf(id);
  const { project } = machine;
  const { id: tokenId, token } = await makeToken({ scope: "operator", project_ids: [project] });
  const user = new UserMachine(finished, { MUSTER_URL: service.address, MUSTER_TOKEN: token, ...env });
  return { machine, project, agent, user, token, tokenId, host: id };
};

/** The same, with a line to the service that can be bad. */
export const placeOnBadLine = async (finished: OnFinished) => {
  const line = await BadLine.open(finished);
  return { line, ...(await runPlace(finished, { MUSTER_URL: line.address })) };
};

/** The job's number in the first line of a run. */
export const jobIn = (stdout: string): number => Number(/^job (\d+) /m.exec(stdout)?.[1]);
