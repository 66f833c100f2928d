/** A guard taken out: a text that stands once in a file, what stands there instead, and the tests that must notice. */
export interface Mutant {
  guard: string;
  file: string;
  text: string;
  instead: string;
  /** Test files. */
  tests: string[];
  /** Of those files, only the tests with this in their names; saves time. */
  named?: string;
}

const DISPATCH = "test/jobs/dispatch.test.ts";
const LEASES = "test/hosts/leases.test.ts";
const LEASED = "test/jobs/leases.test.ts";
const CLOCKS = "test/jobs/clocks.test.ts";
const POLICIES = "test/schedules/policies.test.ts";
const MODEL_GUARDS = "test/model/guards.test.ts";
const GUARDS = "test/guards.test.ts";
const CREDENTIALS = "test/tokens/credentials.test.ts";
const LIMITS = "test/tokens/limits.test.ts";
const ROTATION = "test/tokens/rotation.test.ts";
const ENROLMENT = "test/hosts/enrolment.test.ts";
const PRUNING = "test/jobs/pruning.test.ts";
const AUDIT = "test/audit/audit.test.ts";
const FORMS = "test/console/forms.test.ts";
const SESSIONS = "test/console/sessions.test.ts";
const SCOPE = "test/console/scope.test.ts";

const QUIET = "test/hosts/quiet.test.ts";
const QUIET_POLLS = "test/jobs/quiet.test.ts";
const CHANGES = "test/jobs/changes.test.ts";
const ALARMS = "test/jobs/alarm-change.test.ts";
const VERDICTS = "test/tokens/verdicts.test.ts";
const FAST_PATH = "test/hosts/fast-path.test.ts";

export const MUTANTS: Mutant[] = [
  {
    guard: "the object remembers a hold",
    file: "src/hosts/host-object.ts",
    text: "if (lease) this.#putRun(lease);",
    instead: "",
    tests: [DISPATCH],
  },
  {
    guard: "a poll is not told of what another holds",
    file: "src/hosts/leases.ts",
    text: "if (isHidden(held.get(job), offer, mine, now)) grant.hidden.push(job);",
    instead: "if (isHidden(undefined, offer, mine, now)) grant.hidden.push(job);",
    tests: [DISPATCH, LEASES],
  },
  {
    guard: "a hold of an older attempt counts for nothing",
    file: "src/hosts/leases.ts",
    text: "lease.attempt === offer.attempt && isLive",
    instead: "isLive",
    tests: [LEASES],
  },
  {
    guard: "an offer older than a lease is hidden",
    file: "src/hosts/leases.ts",
    text: "lease.attempt > offer.attempt ||",
    instead: "",
    tests: [LEASES],
  },
  {
    guard: "a move only out of the statuses allowed",
    file: "src/jobs/move-store.ts",
    text: "const guard = and(statusIn(from), where);",
    instead: "const guard = where;",
    tests: [DISPATCH],
  },
  {
    guard: "a repeated RUNNING is its holder's",
    file: "src/jobs/report.ts",
    text: "job.attempt === attempt && job.holder === holder",
    instead: "job.attempt === attempt",
    tests: [GUARDS],
  },
  {
    guard: "a move of the attempt that was read",
    file: "src/jobs/report-store.ts",
    text: "    eq(jobs.attempt, of.attempt),\n    ends ===",
    instead: "    ends ===",
    tests: [GUARDS],
  },
  {
    guard: "an end by the lease that holds the run",
    file: "src/jobs/report-store.ts",
    text: "ends === null ? undefined : heldBy(holder)",
    instead: "heldBy(holder) && undefined",
    tests: ["test/jobs/leases.test.ts", "test/jobs/endings.test.ts"],
  },
  {
    guard: "a ping with the host's own guid",
    file: "src/hosts/host-object.ts",
    text: "if (host.guid !== guid) return",
    instead: "if (guid === undefined) return",
    tests: [GUARDS],
  },
  {
    guard: "a ping is recorded once a window",
    file: "src/hosts/store.ts",
    text: "or(isNull(hosts.lastPingAt), lt(hosts.lastPingAt, windowStartAt)),",
    instead: "",
    tests: [GUARDS],
  },
  {
    guard: "what is open or runs is not pruned",
    file: "src/jobs/prune-store.ts",
    text: "and(statusIn(ENDED), sql",
    instead: "and(sql",
    tests: [PRUNING],
  },
  {
    guard: "what a window ran before what is kept is not made up for",
    file: "src/schedules/control.ts",
    text: "input.from < keptFrom(call.now, RETENTION_DAYS)",
    instead: "false",
    tests: [PRUNING],
  },
  {
    guard: "an old tick changes nothing",
    file: "src/hosts/presence-store.ts",
    text: "          notNewer,\n",
    instead: "",
    tests: ["test/hosts/presence.test.ts"],
  },
  {
    guard: "a new agent's number is free",
    file: "src/agents/store.ts",
    text: "numberFree(db, hostId, facts.clientNumber, ne(other.projectId, projectId)),",
    instead: "",
    tests: [GUARDS],
  },
  {
    guard: "an agent's new number is free",
    file: "src/agents/store.ts",
    text: "livingHost(db, place.hostId), free)",
    instead: "livingHost(db, place.hostId))",
    tests: [GUARDS],
  },
  {
    guard: "a host is retired when nothing of its runs",
    file: "src/hosts/store.ts",
    text: "isNull(hosts.retiredAt), notExists(running));",
    instead: "isNull(hosts.retiredAt));",
    tests: [GUARDS],
  },
  {
    guard: "a repeated key makes nothing twice",
    file: "src/replay/store.ts",
    text: "ne(replays.madeBy, creation.creationKey))),\n  );",
    instead: "ne(replays.madeBy, creation.creationKey), sql`false`)),\n  );",
    tests: ["test/http/keys.test.ts"],
  },
  {
    guard: "a token's verdict ends after 30 s",
    file: "src/tokens/recall.ts",
    text: "now < kept.readAt + GOOD_FOR_MS",
    instead: "GOOD_FOR_MS > 0",
    tests: ["test/numbers.test.ts"],
    named: "a token is looked up again",
  },
  {
    guard: "a token's checksum",
    file: "src/tokens/secret.ts",
    text: "&& (await checksumOf(body)) === checksum",
    instead: "&& checksum !== undefined",
    tests: [GUARDS],
  },
  {
    guard: "the admin token's least length",
    file: "src/tokens/authentication.ts",
    text: "isAdmin && adminToken.length >= ADMIN_TOKEN_CHARACTERS",
    instead: "isAdmin && ADMIN_TOKEN_CHARACTERS > 0",
    tests: [GUARDS],
  },
  {
    guard: "RUNNING under a lease comes before accept_by",
    file: "src/hosts/leases.ts",
    text: "(run.accepted || run.expiresAt > now)",
    instead: "(run.accepted || run.expiresAt > 0)",
    tests: [LEASED],
  },
  {
    guard: "a lease that the alarm is ending is not renewed",
    file: "src/hosts/leases.ts",
    text: "!lease || lease.ending || (",
    instead: "!lease || (",
    tests: [CLOCKS],
  },
  {
    guard: "the alarm ends only the run that the lease began",
    file: "src/jobs/clock-store.ts",
    text: "eq(jobs.holder, run.holder), also",
    instead: "also",
    tests: [MODEL_GUARDS, CLOCKS],
  },
  {
    guard: "runs of one schedule that may not overlap",
    file: "src/jobs/report-store.ts",
    text: "const alone = sql`NOT (",
    instead: "const alone = sql`NOT (false AND ",
    tests: [POLICIES],
  },
  {
    guard: "a late end corrects only a guess about a silent host",
    file: "src/jobs/report-store.ts",
    text: "late ? eq(jobs.statusReason, HOST_LOST) : undefined",
    instead: "late && HOST_LOST === null ? eq(jobs.statusReason, HOST_LOST) : undefined",
    tests: [MODEL_GUARDS],
  },
  {
    guard: "a run ends when its time is up",
    file: "src/jobs/end-lost-runs.ts",
    text: "if (over.length > 0) {",
    instead: "if (over.length < 0) {",
    tests: ["test/jobs/endings.test.ts"],
  },
  {
    guard: "a path's project is one that the token may know of",
    file: "src/http/endpoint.ts",
    text: 'if (project !== undefined && !knowsProject(call.actor, project)) throw notFound("project", project);',
    instead: "",
    tests: [CREDENTIALS],
  },
  {
    guard: "a path's host is one that the token may know of",
    file: "src/http/endpoint.ts",
    text: 'if (host !== undefined && !(await mayKnowHost(call, host))) throw notFound("host", host);',
    instead: "",
    tests: [CREDENTIALS],
  },
  {
    guard: "a token does what its scope may",
    file: "src/http/endpoint.ts",
    text: "refuseUnlessMayDo(call.actor, spec.operation);",
    instead: "",
    tests: [CREDENTIALS],
  },
  {
    guard: "a job of another host is not there",
    file: "src/jobs/jobs.ts",
    text: 'if (!found || !knowsHost(actor, found.hostId)) throw notFound("job", job);',
    instead: 'if (!found) throw notFound("job", job);',
    tests: [LIMITS],
  },
  {
    guard: "a poll tells of the jobs of the token's projects alone",
    file: "src/jobs/open-store.ts",
    text: "      inProjects(agents.projectId),\n",
    instead: "",
    tests: [LIMITS],
  },
  {
    guard: "an agent that a body names is of the token's host",
    file: "src/schedules/store.ts",
    text: "hostId === null ? undefined : eq(agents.hostId, hostId),",
    instead: "",
    tests: [LIMITS],
  },
  {
    guard: "a host is renewed only by who may know of it",
    file: "src/hosts/registration-store.ts",
    text: "set: renewal, setWhere: knownTo(knower)",
    instead: "set: renewal",
    tests: [LIMITS],
  },
  {
    guard: "a former secret has its end",
    file: "src/tokens/authentication.ts",
    text: "if (replacedAt !== null && replacedAt <= now)",
    instead: "if (replacedAt !== null && replacedAt <= 0)",
    tests: [ROTATION],
  },
  {
    guard: "only a new host is given a token",
    file: "src/hosts/registration-store.ts",
    text: "{ ...token, hostId }, creation, sql`EXISTS",
    instead: "{ ...token, hostId }, creation, sql`true OR EXISTS",
    tests: [ENROLMENT],
  },
  {
    guard: "nothing is on record that changed nothing",
    file: "src/audit/store.ts",
    text: "WHERE before IS NOT after",
    instead: "WHERE true",
    tests: [AUDIT],
  },
  {
    guard: "nothing is learned while a change is open",
    file: "src/hosts/quiet.ts",
    text: "quiet.open.length === 0 && quiet.epoch === epoch",
    instead: "quiet.epoch === epoch",
    tests: [MODEL_GUARDS],
  },
  {
    guard: "nothing is learned that was read under an older epoch",
    file: "src/hosts/quiet.ts",
    text: "quiet.open.length === 0 && quiet.epoch === epoch",
    instead: "quiet.open.length === 0 && epoch !== ''",
    tests: [MODEL_GUARDS],
  },
  {
    guard: "a change makes forgotten what was known",
    file: "src/hosts/quiet.ts",
    text: "epoch,\n  known: null,\n  open: [...without(quiet, change.id), change],",
    instead: "epoch,\n  known: quiet.known,\n  open: [...without(quiet, change.id), change],",
    tests: [MODEL_GUARDS],
  },
  {
    guard: "the end of a change begins another epoch",
    file: "src/hosts/quiet.ts",
    text: "epoch,\n  known: null,\n  open: without(quiet, id),",
    instead: "epoch: quiet.epoch === '' ? epoch : quiet.epoch,\n  known: null,\n  open: without(quiet, id),",
    tests: [MODEL_GUARDS],
  },
  {
    guard: "the running out of a change begins another epoch",
    file: "src/hosts/quiet.ts",
    text: "? { epoch, known: null, open: quiet.open.filter",
    instead: "? { epoch: epoch && quiet.epoch, known: null, open: quiet.open.filter",
    tests: [MODEL_GUARDS],
  },
  {
    guard: "a change whose end is lost stays open for a minute",
    file: "src/hosts/quiet.ts",
    text: "until !== null && until <= now",
    instead: "until !== null && until > 0 && now > 0",
    tests: [CHANGES],
  },
  {
    guard: "what is known is good for ten minutes",
    file: "src/hosts/quiet.ts",
    text: "&& now < known.learnedAt + KNOWN_MS;",
    instead: "&& now > 0;",
    tests: [QUIET_POLLS],
  },
  {
    guard: "what is known ends where it ends",
    file: "src/hosts/quiet.ts",
    text: "&& span.until <= known.until &&",
    instead: "&&",
    tests: [QUIET_POLLS],
  },
  {
    guard: "what is known reaches no further than a day",
    file: "src/hosts/quiet.ts",
    text: "until: Math.min(until, now + AHEAD_MS)",
    instead: "until",
    tests: [QUIET],
  },
  {
    guard: "an object that knows nothing starts as if a change had begun",
    file: "src/hosts/quiet.ts",
    text: '[{ id: "start", until: now + CHANGE_MS }]',
    instead: '[{ id: "start", until: now }]',
    tests: [QUIET],
  },
  {
    guard: "what is learned ends at the next open job",
    file: "src/jobs/quiet-store.ts",
    text: "ORDER BY job.scheduled_at LIMIT 1), ${most})",
    instead: "AND false ORDER BY job.scheduled_at LIMIT 1), ${most})",
    tests: [QUIET_POLLS],
  },
  {
    guard: "what is learned ends where the schedules are planned to",
    file: "src/jobs/quiet-store.ts",
    text: "AND s.plan_due_at IS NOT NULL\n",
    instead: "AND s.plan_due_at IS NOT NULL AND false\n",
    tests: [QUIET_POLLS],
  },
  {
    guard: "the alarm's writes are a change",
    file: "src/hosts/object-knowledge.ts",
    text: "    this.#begin({ id: ALARM, until: null }, now);\n    return { left };",
    instead: "    return { left };",
    tests: [ALARMS],
  },
  {
    guard: "a host hears of a change before it is made",
    file: "src/hosts/announce.ts",
    text: "  for (const host of hosts) await begin(host);\n",
    instead: "  if (hosts.length < 0) await begin(0);\n",
    tests: [CHANGES, QUIET_POLLS],
  },
  {
    guard: "no try of a change's write comes too late",
    file: "src/hosts/announce.ts",
    text: "return clock() < now + TRIES_MS;",
    instead: "return TRIES_MS > 0;",
    tests: [CHANGES],
  },
  {
    guard: "a change that took two tries is left to run out",
    file: "src/hosts/announce.ts",
    text: "isSettled: () => tries <= 1,",
    instead: "isSettled: () => tries > 0,",
    tests: [CHANGES],
  },
  {
    guard: "a job is added where its host was told",
    file: "src/jobs/plan-store.ts",
    text: "AND a.host_id IN (SELECT value FROM json_each(${JSON.stringify(told)}))",
    instead: "AND ${JSON.stringify(told)} <> ''",
    tests: [CHANGES],
  },
  {
    guard: "a schedule goes on where its hosts were told",
    file: "src/schedules/control-store.ts",
    text: "isNotNull(schedules.pausedAt), hostsTold(change));",
    instead: "isNotNull(schedules.pausedAt), change ? undefined : hostsTold(change));",
    tests: [CHANGES],
  },
  {
    guard: "an object forgets a token as it is revoked",
    file: "src/hosts/object-knowledge.ts",
    text: '    this.#begin({ id, until: now + CHANGE_MS }, now);\n    if (changed === "tokens") this.#forgetTokens();',
    instead: "    this.#begin({ id, until: now + CHANGE_MS }, now);",
    tests: [VERDICTS],
  },
  {
    guard: "an object that heard of nothing forgets a token at the end",
    file: "src/hosts/object-knowledge.ts",
    text: '    this.#put(end(this.#quiet(now), id, this.#newEpoch()));\n    if (changed === "tokens") this.#forgetTokens();',
    instead: "    this.#put(end(this.#quiet(now), id, this.#newEpoch()));",
    tests: [VERDICTS],
  },
  {
    guard: "an object that heard of neither end leaves the revoking a 503",
    file: "src/hosts/announce.ts",
    text: "await (told.has(host) ? unlessAway(end(host)) : end(host));",
    instead: "await unlessAway(end(host));",
    tests: [VERDICTS],
  },
  {
    guard: "a token is not learned across its revoking",
    file: "src/hosts/object-knowledge.ts",
    text: "if (!mayLearn(this.#quiet(now), epoch)) return;",
    instead: "if (!mayLearn(this.#quiet(now), epoch) && epoch === '') return;",
    tests: [VERDICTS],
  },
  {
    guard: "a token that the object knows expires",
    file: "src/hosts/object-knowledge.ts",
    text: "return token && isGood(token, now)",
    instead: "return token && (now === 0 || isGood(token, 0))",
    tests: [VERDICTS],
  },
  {
    guard: "an object learns only a token of its own host",
    file: "src/hosts/witness.ts",
    text: "epoch === null || host !== limit) return;",
    instead: "epoch === null || limit === -1) return;",
    tests: [VERDICTS],
  },
  {
    guard: "the fast path leaves another host's token to the routes",
    file: "src/hosts/fast-path.ts",
    text: "!knowsHost(actor, errand.host)",
    instead: "!knowsHost(actor, actor.hostId ?? 0)",
    tests: [FAST_PATH],
  },
  {
    guard: "the fast path leaves a token of some projects to the routes",
    file: "src/hosts/fast-path.ts",
    text: "actor.projectIds !== null ||",
    instead: "actor.tokenId < 0 ||",
    tests: [FAST_PATH],
  },
  {
    guard: "the fast path leaves what a token may not do to the routes",
    file: "src/hosts/fast-path.ts",
    text: "!mayDo(actor, operation)",
    instead: "actor.tokenId < 0",
    tests: [FAST_PATH],
  },
  {
    guard: "the fast path leaves a run to be cancelled to the routes",
    file: "src/hosts/fast-path.ts",
    text: "if (early.reply.cancelRequested.length > 0) return undefined;",
    instead: "",
    tests: [FAST_PATH],
  },
  {
    guard: "the fast path leaves jobs to the routes",
    file: "src/hosts/fast-path.ts",
    text: 'return early.reply.told === "nothing" ? [] : undefined;',
    instead: 'return early.reply.told === "unknown_token" ? undefined : [];',
    tests: [FAST_PATH],
  },
  {
    guard: "the fast path leaves wrong headers to the routes",
    file: "src/hosts/fast-path.ts",
    text: "|| hasLongHeader(headers)",
    instead: "",
    tests: [FAST_PATH],
  },
  {
    guard: "a request is counted against its limit once",
    file: "src/hosts/fast-path.ts",
    text: "start.counted = true;",
    instead: "",
    tests: [FAST_PATH],
  },
  {
    guard: "an object forgets its tokens",
    file: "src/hosts/object-knowledge.ts",
    text: 'this.#sql.exec("DELETE FROM tokens");',
    instead: "",
    tests: [MODEL_GUARDS],
  },
  {
    guard: "a form of another session is not done",
    file: "src/console/admission.ts",
    text: 'if (!(await isFormTokenOf(c, c.get("session"), typed.get("form_token")))) {',
    instead: "if (false as boolean) {",
    tests: [FORMS],
  },
  {
    guard: "a form of another site is not done",
    file: "src/console/routes.tsx",
    text: "pages.use(...secured, csrf());",
    instead: "pages.use(...secured);",
    tests: [FORMS],
  },
  {
    guard: "a session has an end",
    file: "src/console/session.ts",
    text: "return until > now ?",
    instead: "return true ?",
    tests: [SESSIONS],
  },
  {
    guard: "a session ends with the secret that began it",
    file: "src/tokens/sessions.ts",
    text: "if ((await markOf(digest)) !== mark) continue;",
    instead: "",
    tests: [SESSIONS],
  },
  {
    guard: "a sign-in leads nowhere else",
    file: "src/console/sign-in.tsx",
    text: 'PLACE.test(text) && !text.includes("//") ? text : "/console"',
    instead: "text",
    tests: [SESSIONS],
  },
  {
    guard: "a page is for those who may do what it shows",
    file: "src/console/admission.ts",
    text: "refuseUnlessMayDo(call.actor, operation);",
    instead: "",
    tests: [SCOPE],
  },
  {
    guard: "a page's project and host are known to the token",
    file: "src/console/admission.ts",
    text: "await refuseUnknown(call, read);",
    instead: "",
    tests: [SCOPE],
  },
  {
    guard: "a list is of a project that the token knows",
    file: "src/tokens/access.ts",
    text: "asked !== undefined && knowsProject(limits, asked) ? asked",
    instead: "asked !== undefined ? asked",
    tests: [SCOPE],
  },
  {
    guard: "a row of history is counted once",
    file: "src/jobs/outcome-store.ts",
    text: "UPDATE site SET counted_history_id = (SELECT MAX(id) FROM ${FRESH(most)})",
    instead: "UPDATE site SET counted_history_id = counted_history_id",
    tests: ["test/jobs/outcomes.test.ts"],
  },
];
