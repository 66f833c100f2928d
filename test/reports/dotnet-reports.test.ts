import { expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { resultsOf } from "../../src/reports/results.ts";

const read = (report: string) =>
  resultsOf([readReport(new TextEncoder().encode(report), "")]).map(
    ({ kind, outcome, suites, title, parameters, message, durationMs }) => {
      const name = [...suites, title].join(" > ") + (parameters === null ? "" : ` [${parameters}]`);
      return `${kind === "problem" ? "problem, " : ""}${outcome} ${durationMs} ms: ${name}: ${message}`;
    },
  );

const failure = (message: string) =>
  `<failure><message><![CDATA[${message}\n  more]]></message><stack-trace><![CDATA[at Shop.cs:3]]></stack-trace></failure>`;

/** The form of NUnit's console 3.16: an assembly with a namespace, fixtures, rows, a theory, set-ups that failed. */
const NUNIT = `<?xml version="1.0" encoding="utf-8" standalone="no"?>
<test-run id="2" testcasecount="9" result="Failed" total="9" passed="3" failed="4" start-time="2026-03-02 10:00:00Z">
  <command-line><![CDATA[nunit3-console shop.dll]]></command-line>
  <test-suite type="Assembly" id="0-1" name="shop.dll" fullname="/srv/shop.dll" result="Failed" site="Child">
    <properties><property name="_PID" value="1" /></properties>
    <test-suite type="TestSuite" id="0-2" name="Shop" fullname="Shop" result="Failed" site="Child">
      <test-suite type="TestFixture" id="0-3" name="BasketTest" fullname="Shop.BasketTest" result="Failed" site="Child">
        <test-case id="0-4" name="Pays" fullname="Shop.BasketTest.Pays" methodname="Pays" classname="Shop.BasketTest" result="Passed" duration="0.0125" />
        <test-case id="0-5" name="Red" methodname="Red" classname="Shop.BasketTest" result="Failed" duration="0.002">${failure("Expected: 1")}</test-case>
        <test-case id="0-6" name="Throws" methodname="Throws" classname="Shop.BasketTest" result="Failed" label="Error" duration="0.001">${failure("no till ]]&gt;")}</test-case>
        <test-case id="0-7" name="Hangs" methodname="Hangs" classname="Shop.BasketTest" result="Failed" label="Cancelled" duration="1">${failure("timed out")}</test-case>
        <test-case id="0-8" name="Later" methodname="Later" classname="Shop.BasketTest" result="Skipped" label="Ignored" duration="0"><reason><message><![CDATA[not now]]></message></reason></test-case>
        <test-case id="0-9" name="Unclear" methodname="Unclear" classname="Shop.BasketTest" result="Inconclusive" duration="0" />
        <test-case id="0-10" name="Warns" methodname="Warns" classname="Shop.BasketTest" result="Warning" duration="0.003"><reason><message>careful</message></reason></test-case>
        <test-suite type="ParameterizedMethod" id="0-11" name="Adds" fullname="Shop.BasketTest.Adds" result="Failed" site="Child">
          <test-case id="0-12" name="Adds(1,&quot;a,b&quot;)" methodname="Adds" classname="Shop.BasketTest" result="Passed" duration="0.001" />
          <test-case id="0-13" name="Adds(2,&quot;)&quot;)" methodname="Adds" classname="Shop.BasketTest" result="Failed" duration="0.001">${failure("Expected: 2")}</test-case>
          <test-case id="0-14" name="a row of its own name" methodname="Adds" classname="Shop.BasketTest" result="Passed" duration="0.001" />
        </test-suite>
      </test-suite>
      <test-suite type="TestFixture" id="0-15" name="TillTest" fullname="Shop.TillTest" result="Failed" site="SetUp">${failure("OneTimeSetUp: no till")}
        <test-case id="0-16" name="Opens" methodname="Opens" classname="Shop.TillTest" result="Failed" site="Parent" label="Invalid" duration="0">${failure("OneTimeSetUp: no till")}</test-case>
      </test-suite>
    </test-suite>
  </test-suite>
</test-run>`;

test("each outcome, row and failed set-up of an NUnit 3 report is read", () => {
  expect(read(NUNIT)).toEqual([
    "passed 12.5 ms: Shop > BasketTest > Pays: null",
    "failed 2 ms: Shop > BasketTest > Red: Expected: 1",
    "error 1 ms: Shop > BasketTest > Throws: no till ]]&gt;",
    "error 1000 ms: Shop > BasketTest > Hangs: timed out",
    "skipped 0 ms: Shop > BasketTest > Later: not now",
    "skipped 0 ms: Shop > BasketTest > Unclear: null",
    "passed 3 ms: Shop > BasketTest > Warns: careful",
    'passed 1 ms: Shop > BasketTest > Adds [1,"a,b"]: null',
    'failed 1 ms: Shop > BasketTest > Adds [2,")"]: Expected: 2',
    "passed 1 ms: Shop > BasketTest > a row of its own name: null",
    "error 0 ms: Shop > TillTest > Opens: OneTimeSetUp: no till",
    "problem, error null ms: Shop > TillTest: OneTimeSetUp: no till",
  ]);
});

const unit = (id: number, name: string) =>
  `<UnitTest name="${name}" id="t${id}"><Execution id="e${id}"/><TestMethod className="Shop.BasketTest" name="${name}"/></UnitTest>`;
const unitResult = (id: number, name: string, outcome: string, output = "") =>
  `<UnitTestResult executionId="e${id}" testId="t${id}" testName="${name}" outcome="${outcome}" duration="00:00:01.5000000">${output}</UnitTestResult>`;
const errorInfo =
  "<Output><ErrorInfo><Message>it broke\nmore</Message><StackTrace>at a</StackTrace></ErrorInfo></Output>";

test("each outcome of a TRX file is read", () => {
  const outcomes = ["Passed", "Failed", "Error", "Timeout", "Aborted", "NotExecuted", "Inconclusive"];
  const trx = `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>${outcomes
    .map((outcome, id) => unitResult(id, outcome, outcome, outcome === "Passed" ? "" : errorInfo))
    .join(
      "",
    )}</Results><TestDefinitions>${outcomes.map((outcome, id) => unit(id, outcome)).join("")}</TestDefinitions></TestRun>`;
  expect(read(trx)).toEqual([
    "passed 1500 ms: Shop.BasketTest > Passed: null",
    "failed 1500 ms: Shop.BasketTest > Failed: it broke",
    "error 1500 ms: Shop.BasketTest > Error: it broke",
    "error 1500 ms: Shop.BasketTest > Timeout: it broke",
    "error 1500 ms: Shop.BasketTest > Aborted: it broke",
    "skipped 1500 ms: Shop.BasketTest > NotExecuted: it broke",
    "skipped 1500 ms: Shop.BasketTest > Inconclusive: it broke",
  ]);
});
