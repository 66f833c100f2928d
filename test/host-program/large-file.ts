/// <reference types="node" />
import { Journal } from "../../src/host-program/journal.ts";
import { keepFiles } from "../../src/host-program/kept-files.ts";
import { Patience } from "../../src/host-program/patience.ts";
import { ReportSender } from "../../src/host-program/report-sender.ts";
import { ServiceClient } from "../../src/host-program/service-client.ts";

/*
 * Keeps one artifact and sends it, as a host does at the end of a run. Prints how much more memory the process
 * took for it at most, in MiB. Arguments: the address of the service, the file, a folder.
 */

const [url = "", film = "", runFolder = ""] = process.argv.slice(2);

const LEASE = "7-lease";
const peakMib = (): number => process.resourceUsage().maxRSS / 1024;

const journal = new Journal(`${runFolder}/journal.jsonl`);
const over = new AbortController();
const sender = new ReportSender({
  client: new ServiceClient({ url, timeoutMs: 60_000, retryMs: 100, maxRetryMs: 1000 }, () => "token"),
  ...{ journal, over: over.signal, emit: () => undefined, onSettled: () => undefined },
  patience: new Patience(undefined),
});
const before = peakMib();
const kept = await keepFiles({
  ...{ runFolder, directory: runFolder, reportKind: "none", reports: [], artifacts: [film] },
  ...{ startedAt: 0, secrets: ["hush-hush"], trouble: (message) => console.error(message) },
});
journal.begin({
  ...{ leaseId: LEASE, projectId: 1, jobId: 7, attempt: 1, agent: "tests", beganAt: Date.now() },
});
journal.end(LEASE, {
  ...{ status: "COMPLETED", reason: null, log: null, endedAt: Date.now() },
  files: { ...kept, folder: runFolder, logSent: 0 },
});
sender.sendAll();
await sender.settled();
console.log(Math.ceil(peakMib() - before));
