import type { Mutant } from "../mutants/mutant.ts";

const JUDGE_OF_HOST = "test/host-program/recipes/judge.test.ts";
const READERS_OF_HOST = "test/host-program/recipes/readers.test.ts";
const PLANS_OF_HOST = "test/host-program/recipes/plans.test.ts";
const NOTHING_LEFT = "test/host-program/nothing-left.test.ts";
const MASKING = "test/host-program/masking.test.ts";
const JOURNAL = "test/host-program/journal.test.ts";
const COMMANDS = "test/host-program/commands.test.ts";
const KEPT_LEASE = "test/host-program/kept-lease.test.ts";
const RUN = "test/host-program/run.test.ts";
const FILE_SENDER = "test/host-program/file-sender.test.ts";
const LOG_SENDER = "test/host-program/log-sender.test.ts";
const KEPT_FILES = "test/host-program/kept-files.test.ts";
const RUN_FOLDERS = "test/host-program/run-folders.test.ts";
const RUN_JOB = "test/host-program/run-job.test.ts";
const POLL_PACER = "test/host-program/poll-pacer.test.ts";
const LEASE_LOOP = "test/host-program/lease-loop.test.ts";
const BAD_DAY = "test/host-program/bad-day.test.ts";
const ONCE = "test/host-program/once.test.ts";
const CHECK = "test/host-program/check.test.ts";
const SERVICE_CLIENT = "test/host-program/service-client.test.ts";
const RENEWER = "test/host-program/renewer.test.ts";
const RECONNECT_WAIT = "test/host-program/reconnect-wait.test.ts";
const SERVICE_UNIT = "test/host-program/service-unit.test.ts";
const CONFIG = "test/host-program/config.test.ts";
const LABELS = "test/host-program/labels.test.ts";
const BEGIN_IN_SLOT = "test/host-program/begin-in-slot.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a host begins no job that its agent or itself has no slot for",
    code: "(freeSlots(agent) > 0 && freeHostSlots() > 0)",
    instead: "freeSlots(agent) < Infinity",
    tests: [BEGIN_IN_SLOT],
  },
  {
    guard: "a lease whose job runs is not given back when it is offered again",
    code: "jobs.isHeld(leased) || ",
    instead: "",
    tests: [BEGIN_IN_SLOT],
  },
  {
    guard: "recipes: a hook or a file that is called as a test is not that test",
    code: 'const tests = cases.filter(({ kind }) => kind === "test");',
    instead: "const tests = cases;",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: a run that ran none of what was asked failed",
    code: "missing.length + skipped.length === asked.length",
    instead: "missing.length === asked.length",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: a red exit code is not green because the report is",
    code: "return reasonOfAsked(run, tests, run.asked) ?? reasonBesideTests(run);",
    instead: "return reasonOfAsked(run, tests, run.asked);",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: the worst of several cases counts",
    code: "return last && !lastTryCounts ? cases.reduce(worse) : last;",
    instead: "return last;",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: a title is taken whole",
    code: "return distinct.length === 1 ? `^${distinct[0]}$` :",
    instead: "return distinct.length === 1 ? `${distinct[0]}` :",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: a report that can't be read is an error of the run, and no exception",
    code: "if (!(error instanceof ReportError)) throw error;",
    instead: "throw error;",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "recipes: a failed hook is an error of the run",
    code: 'kind !== "test" && !isPassing(outcome);',
    instead: "kind === outcome;",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "recipes: no run fails because its report is long",
    code: "return readReport(bytes, name, BOUNDS);",
    instead: "return readReport(bytes, name);",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "a describe that failed with its tests is no failure of its own",
    code: 'if (kind !== "test" && line.failure === "subtestsFailed") continue;',
    instead: "",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "recipes: a scenario's file is compared",
    code: "const isInFile = asked.file !== null && slashed(asked.file) === file;",
    instead: "const isInFile = asked.file !== null;",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: the best way of naming a scenario counts alone",
    code: "if (rank === best) chosen.add(found);",
    instead: "chosen.add(found);",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: a case of another feature's file is not the asked scenario",
    code: "found.file !== null && sameFile(file, found.file);",
    instead: "found.file !== null;",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: Cucumber-JVM keeps a name to its file",
    code: "chosen.push(file === null ? [filter] : [`-Dcucumber.features=${file}`, filter]);",
    instead: "chosen.push([filter]);",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: the values of a TestNG row are no part of its method's name",
    code: "(?:\\[.*\\])?|\\[\\d+\\]\\(.*\\))$/s;",
    instead: "(?:\\[.*\\])?)$/s;",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "the host program finds a run's processes by their mark",
    code: "(mark !== undefined && isMark(mark)) || ",
    instead: "",
    tests: [NOTHING_LEFT],
  },
  {
    guard: "the host program finds what descends from a run's processes",
    code: "if (own.has(parent)) own.add(pid);",
    instead: "if (own.has(pid)) own.add(pid);",
    tests: [NOTHING_LEFT],
    named: "an environment of its own",
  },
  {
    guard: "the host program holds back what may be the beginning of a secret",
    code: "const sure = heldFrom(text, this.#secrets);",
    instead: "const sure = text.length;",
    tests: [MASKING],
  },
  {
    guard: "the host program's journal keeps the first word on how a run ended",
    code: "if (this.#runs.get(leaseId)?.ending === null)",
    instead: "if (this.#runs.has(leaseId))",
    tests: [JOURNAL],
  },
  {
    guard: "the host program reads no report that is older than its run",
    code: " && stat.mtimeMs >= since - BEHIND_MS",
    instead: "",
    tests: [COMMANDS],
    named: "older than it",
  },
  {
    guard: "the host program stops a run that is requeued before its lease is over",
    code: "if (isRequeued(running.leased)) {",
    instead: "if (isRequeued(running.leased) && running.slot < 0) {",
    tests: [BAD_DAY],
    named: "of a schedule that requeues",
  },
  {
    guard: "the host program says nothing of a run that it stopped for its next attempt",
    code: "          unreported: true,\n",
    instead: "",
    tests: [BAD_DAY],
    named: "without a word",
  },
  {
    guard: "the host program keeps a run's lease until its end is answered",
    code: "    // The lease is kept until the service has answered: nobody else may begin the job.\n",
    instead: "    renewer.forget(leaseId);\n",
    tests: [KEPT_LEASE],
  },
  {
    guard: "the host program ends a run that takes longer than its schedule allows",
    code: "if (uptime() * SECOND_MS < end) return;",
    instead: "if (end > 0) return;",
    tests: [RUN],
    named: "longer than its schedule allows",
  },
  {
    guard: "the host program counts as sent only what the service kept",
    code: "(error instanceof Refused ? this.#sent.refused : this.#sent.unsent).push(file);",
    instead: "this.#sent.kept.push(file);",
    tests: [FILE_SENDER],
    named: "counts what",
  },
  {
    guard: "the host program keeps the files of a run while its token is refused",
    code: " || (error instanceof Refused && error.isOfToken)",
    instead: "",
    tests: [FILE_SENDER],
    named: "loses none",
  },
  {
    guard: "the host program takes a 403 for a refusal of the token",
    code: "const TOKEN_STATUSES = [401, 403];",
    instead: "const TOKEN_STATUSES = [401];",
    tests: [FILE_SENDER],
    named: "loses none",
  },
  {
    guard: "the host program gives up a file that is not answered for 30 days",
    code: " && Date.now() - this.#run.beganAt < UNSENT_MS",
    instead: "",
    tests: [FILE_SENDER],
    named: "given up",
  },
  {
    guard: "the host program sends other files before one that was not answered",
    code: "waiting.push(file);",
    instead: "waiting.unshift(file);",
    tests: [FILE_SENDER],
    named: "lets those behind",
  },
  {
    guard: "the host program tells once that a file is not answered",
    code: "if (file.failures === troubleAt)",
    instead: "if (file.failures >= troubleAt)",
    tests: [FILE_SENDER],
    named: "told once",
  },
  {
    guard: "the host program sends no further file once it must end",
    code: "if (this.#parts.over.aborted) return false;",
    instead: "",
    tests: [FILE_SENDER],
    named: "begins no other",
  },
  {
    guard: "the host program does not wait for a file on its way once it must end",
    code: "signal: over ? AbortSignal.any([over, timeout]) : timeout,",
    instead: "signal: timeout,",
    tests: [FILE_SENDER],
    named: "on its way",
  },
  {
    guard: "the host program keeps a run in its journal until its files are sent",
    code: "if (await files.send()) this.#close(run);",
    instead: "await files.send(); this.#close(run);",
    tests: [FILE_SENDER],
    named: "next start",
  },
  {
    guard: "the host program frees the folder of a run whose files are sent",
    code: "if (ending?.files) clearUnsent(ending.files.folder);",
    instead: "",
    tests: [FILE_SENDER],
    named: "next start",
  },
  {
    guard: "the host program sends a log from its beginning where the service has less than it confirmed",
    code: 'if (error.code !== "log_gap" || offset === 0) throw error;',
    instead: "throw error;",
    tests: [LOG_SENDER],
    named: "lost what it confirmed",
  },
  {
    guard: "the host program takes a log that has ended for sent",
    code: 'if (error.code === "log_ended") return;',
    instead: "",
    tests: [LOG_SENDER],
    named: "earlier try",
  },
  {
    guard: "the host program keeps the folder of a run whose files are not sent",
    code: " && !isUnsent(join(this.#path, name))",
    instead: "",
    tests: [RUN_FOLDERS],
  },
  {
    guard: "the host program keeps such a folder for 30 days",
    code: "mark !== undefined && Date.now() - mark.mtimeMs < UNSENT_MS",
    instead: "mark !== undefined",
    tests: [RUN_FOLDERS],
  },
  {
    guard: "the host program marks the folder of a run as unsent",
    code: "markUnsent(runFolder);",
    instead: "",
    tests: [RUN_JOB],
  },
  {
    guard: "the host program stars secrets in the files that it copies",
    code: "yield masker.push(chunk);",
    instead: "yield chunk;",
    tests: [KEPT_FILES],
    named: "secrets in reports",
  },
  {
    guard: "the host program stars a secret that goes on in the next part of a file",
    code: "read.length - this.#overlap",
    instead: "read.length",
    tests: [MASKING],
  },
  {
    guard: "the host program does not send a file that is larger than the service takes",
    code: "bytes > maxBytes ?",
    instead: "bytes > 2 * maxBytes ?",
    tests: [KEPT_FILES],
    named: "larger",
  },
  {
    guard: "the host program sends a large file without a copy of it in memory",
    code: '{ redirect: "error", window: null }',
    instead: '{ redirect: "manual", window: null }',
    tests: [KEPT_FILES],
    named: "little memory",
  },
  {
    guard: "the host program cuts no character of a file's name in two",
    code: ".slice(-MAX_NAME).toWellFormed()",
    instead: ".slice(-MAX_NAME)",
    tests: [KEPT_FILES],
    named: "under names",
  },
  {
    guard: "the host program learns of jobs ahead often enough",
    code: "const LOOK_AHEAD_POLLS = 12;",
    instead: "const LOOK_AHEAD_POLLS = 60;",
    tests: [POLL_PACER],
    named: "20 s before",
  },
  {
    guard: "the host program polls for a known job that is due before it looks ahead",
    code: "!this.#waitsForDue && ",
    instead: "",
    tests: [POLL_PACER],
  },
  {
    guard: "the host program does not poll where the look ahead shows that nothing is due",
    code: "if (!isDue) this.#emptyPolls += 1;",
    instead: "",
    tests: [POLL_PACER],
  },
  {
    guard: "the host program polls though it cannot look ahead",
    code: "pacer.lookFailed(now); return true;",
    instead: "pacer.lookFailed(now); return false;",
    tests: [LEASE_LOOP],
    named: "refused",
  },
  {
    guard: "recipes: Maven's tests of one class are run by one command",
    code: "const key = keepTogether?.(test) ?? ",
    instead: "const key = ",
    tests: [PLANS_OF_HOST],
    named: "one class together",
  },
  {
    guard: "recipes: tests that are too many for one argument are run in parts",
    code: " || lengths.some((length) => length > MAX_ARGUMENT)",
    instead: "",
    tests: [PLANS_OF_HOST],
    named: "than a command line takes",
  },
  {
    guard: "the host program says no secret in the reason of a run's end",
    code: "const reason = why && masked(why, this.#input.secrets);",
    instead: "const reason = why;",
    tests: [RUN_JOB],
    named: "nothing secret",
  },
  {
    guard: "the host program notices that its reports are not answered",
    code: "if (error instanceof Unanswered) { this.#patience.unanswered(); await this.#wait(",
    instead: "if (error instanceof Unanswered) { await this.#wait(",
    tests: [FILE_SENDER],
    named: "a report",
  },
  {
    guard: "the host program notices that its reports are refused for its token",
    code: "if (error.isOfToken) { this.#patience.unanswered();",
    instead: "if (error.isOfToken) {",
    tests: [FILE_SENDER],
    named: "a report, because of its token",
  },
  {
    guard: "the host program notices that its files are not taken",
    code: "this.#parts.patience.unanswered();",
    instead: "",
    tests: [FILE_SENDER],
    named: "a file",
  },
  {
    guard: "the host program begins its patience anew with each answer",
    code: "clearTimeout(this.#timer); this.#timer = undefined;",
    instead: "",
    tests: [FILE_SENDER],
    named: "for less than that",
  },
  {
    guard: "the host program ends, with once, if its polls are not answered",
    code: "if (error instanceof Refused || patience.over.aborted) return reason;",
    instead: "",
    tests: [ONCE],
    named: "polls are not answered",
  },
  {
    guard: "the host program ends, with once, if a start is not answered",
    code: "[AbortSignal.timeout(startWithinMs)]",
    instead: "[]",
    tests: [ONCE],
    named: "to a start",
  },
  {
    guard: "the host program ends, with once, if the service does not answer at all",
    code: "[AbortSignal.timeout(giveUpMs)]",
    instead: "[]",
    tests: [ONCE],
    named: "at all",
  },
  {
    guard: "the host program ends, with once, if a file is not taken",
    code: "whileAfter(stopping), aborted(tooLong)]",
    instead: "whileAfter(stopping)]",
    tests: [ONCE],
    named: "answered 503",
  },
  {
    guard: "the host program waits a while for its reports when it is told to stop",
    code: "await sleep(LAST_REPORTS_MS, undefined, { ref: false });",
    instead: "",
    tests: [ONCE],
    named: "told to stop",
  },
  {
    guard: "the host program empties a folder of what nobody may write",
    code: " && !isRemoved(from, () => makeWritable(from))",
    instead: "",
    tests: [RUN_FOLDERS],
    named: "nobody may write",
  },
  {
    guard: "the host program finds a tool of npm's in a folder above",
    code: "(above !== directory && findPackageTool(tool, above))",
    instead: "false",
    tests: [CHECK],
    named: "finds a tool",
  },
  {
    guard: "the host program waits as long as the service asks",
    code: "Math.max(retryAfterMs ?? 0, backoff",
    instead: "Math.max(0, backoff",
    tests: [SERVICE_CLIENT],
    named: "in seconds",
  },
  {
    guard: "the host program polls for a job by the service's clock",
    code: "? at - this.#least : at",
    instead: "? at : at",
    tests: [LEASE_LOOP],
    named: "an hour",
  },
  {
    guard: "the host program offers no more slots than its agents have",
    code: "Math.max(0, Math.min(freeHostSlots(), ...ready.map(freeSlots)))",
    instead: "Math.max(0, freeHostSlots())",
    tests: [COMMANDS],
    named: "have slots",
  },
  {
    guard: "the host program stops at SIGINT",
    code: '["SIGTERM", "SIGINT"] as const',
    instead: '["SIGTERM"] as const',
    tests: [BAD_DAY],
    named: "finishes what runs after",
  },
  {
    guard: "the host program reads the variables of its service unit",
    code: "{ ...process.env, ...readVariables(environment) }",
    instead: "process.env",
    tests: [SERVICE_UNIT],
    named: "removed again",
  },
  {
    guard: "the host program asks for its leases at once when its machine wakes",
    code: "if (slept > JUMP_MS) {",
    instead: "if (slept > JUMP_MS && kept.notified) {",
    tests: [RENEWER],
    named: "asks for its leases",
  },
  {
    guard: "the host program gives a lease up only when the service had its time to answer",
    code: "kept.judgedFrom = now + settings.timeoutMs;",
    instead: "kept.judgedFrom = now;",
    tests: [RENEWER],
    named: "gives a lease up only",
  },
  {
    guard: "a fleet's reconnects are spread as the service asks",
    code: " + random() * again.withinMs",
    instead: " + again.withinMs",
    tests: [RECONNECT_WAIT],
  },
  {
    guard: "the host program takes no label that the service would refuse",
    code: "if (!LABEL.test(label)) throw each.refuse(`${LABEL_FORM}, not ${JSON.stringify(label)}`);",
    instead: "",
    tests: [CONFIG],
  },
  {
    guard: "the host program takes no more labels than the service",
    code: "if (labels.size > MAX_LABELS) throw",
    instead: "if (false) throw",
    tests: [CONFIG],
  },
  {
    guard: "a host without labels of its own leaves those that the service has",
    code: "...(settings.labels === undefined ? {} : { labels: [...settings.labels] }),",
    instead: "labels: [...(settings.labels ?? [])],",
    tests: [LABELS],
    named: "says its version",
  },
  {
    guard: "a running host tells changed labels only where they changed",
    code: "!isDeepStrictEqual(present[field], changed[field])",
    instead: "present[field] !== changed[field]",
    tests: [LABELS],
    named: "has its changed labels",
  },
  {
    guard: "hosts that fail to reconnect do not try again in step",
    code: "* (0.5 + random() / 2)",
    instead: "",
    tests: [RECONNECT_WAIT],
  },
];
