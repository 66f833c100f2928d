import type { RefusalCode } from "./refusals.ts";

/** Why a request is refused with a code, and what its sender does about it. */
interface RefusalWords {
  cause: string;
  cure: string;
}

/** The cause and the cure of every error code, as the documentation has them. */
export const REFUSALS: Readonly<Record<RefusalCode, RefusalWords>> = {
  invalid: {
    cause: "A field, parameter or header is missing, unknown or has a value that it may not have.",
    cure: "`errors` names each with what would be right. For an unknown name the nearest known one is given.",
  },
  malformed_json: {
    cause: "The body is not JSON.",
    cure: "The message says where reading stopped. In a shell, put the body in single quotes.",
  },
  unauthorized: {
    cause:
      "There is no token, or it is unknown, expired or revoked, or it was replaced and its overlap is over.",
    cure: "Send `Authorization: Bearer TOKEN` with a valid token. `muster doctor` says what is wrong with one.",
  },
  forbidden: {
    cause: "The token is good, but its scope or a limit of it does not allow this.",
    cure: "The message names the scopes that may. An admin issues a token of one.",
  },
  not_found: {
    cause: "There is no such path or thing, or this token may not know of it.",
    cure: "Check the id and the project in the path, and the projects that the token is limited to.",
  },
  move_refused: {
    cause: "The status that the job has allows no move to this one, or a newer attempt of it exists.",
    cure: "Read the job. If it has ended, stop the run: the report changes nothing.",
  },
  already_running: {
    cause: "Another process reported this attempt RUNNING first.",
    cure: "Don't run the job. If the report was a repeat of your own, send the same `Lease-Owner` or `Idempotency-Key` with both.",
  },
  job_not_ended: {
    cause: "A job is to run again that still waits or runs.",
    cure: "Wait for its end or cancel it, then ask again.",
  },
  nothing_failed: {
    cause:
      "Only the failed tests are to run again, and no report of the job has one that failed or is missing.",
    cure: 'Run all of the job again: leave out `"only": "failed"`.',
  },
  overlap: {
    cause: "Another job of the same schedule runs, and the schedule's `overlap` is `skip`.",
    cure: "Poll again after that run. For runs side by side set the schedule's `overlap` to `allow`.",
  },
  schedule_paused: {
    cause: "The schedule is paused or was deleted, and can't run now.",
    cure: "Resume it first, or make another one.",
  },
  lease_lost: {
    cause: "The lease is not in force: it expired, its job ended, or another attempt has begun.",
    cure: "Stop the run. What is reported under this lease no longer counts.",
  },
  lease_required: {
    cause: "The job runs under a lease, and the request does not name it.",
    cure: "Send the `lease_id` that the run began with: in the body of a report, in the query of a file.",
  },
  lease_running: {
    cause: "A lease is given back whose job already runs.",
    cure: "Report how the run ended instead.",
  },
  not_begun: {
    cause: "A report, log or file is sent for an attempt that nobody reported RUNNING.",
    cure: "Report the job RUNNING, then send it again.",
  },
  log_gap: {
    cause: "A chunk of a log begins behind the end of what is stored.",
    cure: "Go on at the offset that the message names.",
  },
  log_ended: {
    cause: "The log was ended by a chunk with `final=true`.",
    cure: "Send no more of it.",
  },
  upload_incomplete: {
    cause: "A file is to be stored of which parts are missing.",
    cure: "Send the parts that the message names, then complete it.",
  },
  upload_ended: {
    cause: "The file of this upload is already stored.",
    cure: "Nothing is to be done. To replace the file, begin another upload.",
  },
  host_has_running_job: {
    cause: "A host is to be retired while a job of it runs.",
    cure: "Cancel the job or let it end, then retire the host.",
  },
  agent_has_running_job: {
    cause: "An agent is to be deleted while a job of it runs.",
    cure: "Cancel the job or let it end, then delete the agent.",
  },
  agent_number_taken: {
    cause: "The `agent_client_id` belongs to another agent of this host, maybe in another project.",
    cure: "Give each agent of a host a number of its own.",
  },
  agent_inactive: {
    cause: "Runs are to be scheduled on an agent that is not active or was deleted.",
    cure: "Activate it or create it again, then repeat the request.",
  },
  host_guid_taken: {
    cause: "The `host_guid` is another host's, or the token may not change that host.",
    cure: "Use the guid that this host was registered with. After a machine was cloned, give the copy a new one.",
  },
  host_guid_mismatch: {
    cause: "A ping names another guid than the one that the host in the path has.",
    cure: "Register the host: the answer has its id.",
  },
  project_id_taken: {
    cause: "A project is created with an id that another one has or had.",
    cure: "Leave `id` out or take another one. The id of a deleted project is never given again.",
  },
  project_in_use: {
    cause: "A project is to be deleted that still has agents, schedules or open jobs.",
    cure: "Delete or end what the message names, then delete the project.",
  },
  host_known: {
    cause: "A token that only registers new hosts met a guid that is registered.",
    cure: "An admin issues a token limited to that host, or the host registers with a guid of its own.",
  },
  token_ended: {
    cause: "A token is to get a new secret that was revoked or has expired.",
    cure: "Issue a new token.",
  },
  key_reused: {
    cause:
      "An `Idempotency-Key` (or `x-qtest-nonce`) came before with another body, or what it made is gone.",
    cure: "Use a new key for each new request, and the same one only to send the same request again.",
  },
  installation_in_use: {
    cause:
      "An export is to be restored into an installation that is not empty, or that another one is restored into.",
    cure: "Deploy a new Worker with a D1 database and a bucket of its own, and restore into that before anything else.",
  },
  export_newer: {
    cause:
      "An export was made by a version of the service that has tables or columns which this one does not know.",
    cure: "Deploy that version or a newer one with its migrations, then restore.",
  },
  too_large: {
    cause: "The body is over the limit of its kind, compressed or decompressed.",
    cure: "Send it in smaller parts. The message has the limit.",
  },
  unsupported_coding: {
    cause: "The body has a `Content-Encoding` other than one gzip.",
    cure: "Send it packed by gzip once, or plain. A file of a run is sent plain.",
  },
  range_not_satisfiable: {
    cause: "The `Range` begins behind the last byte of a log.",
    cure: "Ask for a part that begins before the end, which `Content-Range` gives, or again once the log is longer.",
  },
  upgrade_required: {
    cause: "The address is a WebSocket, and the request asked for none or for another subprotocol.",
    cure: "Send `Upgrade: websocket` and `Sec-WebSocket-Protocol: muster.v1`.",
  },
  too_many_blackouts: {
    cause: "The project has as many blackouts as one may have.",
    cure: "Delete those that are over, or put their days into one.",
  },
  too_many_webhooks: {
    cause: "The project has as many webhooks as one may have.",
    cure: "Delete those that are not needed, or choose more events for one of them.",
  },
  webhook_disabled: {
    cause: "The webhook is disabled, so nothing can be sent again by it.",
    cure: 'Enable it first, by `"enabled": true`.',
  },
  webhook_unsigned: {
    cause: "The webhook's form does not sign, so there is no secret to replace.",
    cure: "Change its address, which is the secret of such a webhook.",
  },
  not_dead: {
    cause: "Only a delivery that was given up can be sent again; this one waits, or was taken.",
    cure: "Read the delivery. If it waits, it is tried by itself.",
  },
  too_many: {
    cause: "More requests a minute than this token, host or address may send, or too many sockets at once.",
    cure: "Wait for as long as `Retry-After` says. A token for each host spreads the load.",
  },
  unavailable: {
    cause: "The storage did not answer after several tries. Nothing was done by halves.",
    cure: "Send the same request again after `Retry-After`, with the same `Idempotency-Key` if it makes something.",
  },
};
