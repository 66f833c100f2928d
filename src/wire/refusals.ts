/** The wire contract's "Errors": every error code and its status. */
export const STATUS_OF = {
  invalid: 400,
  malformed_json: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  move_refused: 409,
  already_running: 409,
  job_not_ended: 409,
  nothing_failed: 409,
  overlap: 409,
  schedule_paused: 409,
  lease_lost: 409,
  lease_required: 409,
  lease_running: 409,
  not_begun: 409,
  log_gap: 409,
  log_ended: 409,
  upload_incomplete: 409,
  upload_ended: 409,
  host_has_running_job: 409,
  agent_has_running_job: 409,
  agent_number_taken: 409,
  agent_inactive: 409,
  host_guid_taken: 409,
  host_guid_mismatch: 409,
  project_id_taken: 409,
  project_in_use: 409,
  too_many_blackouts: 409,
  too_many_webhooks: 409,
  webhook_disabled: 409,
  webhook_unsigned: 409,
  not_dead: 409,
  host_known: 409,
  token_ended: 409,
  key_reused: 409,
  installation_in_use: 409,
  export_newer: 409,
  too_large: 413,
  unsupported_coding: 415,
  range_not_satisfiable: 416,
  upgrade_required: 426,
  too_many: 429,
  unavailable: 503,
} as const;
export type RefusalCode = keyof typeof STATUS_OF;

export interface FieldError {
  field: string;
  message: string;
}

/**
 * A refusal, thrown by verbs and answered by app.ts. `message` is for the client's developer: what is wrong, with which
 * value, and what would be right.
 */
export class DomainError extends Error {
  readonly code: RefusalCode;
  readonly errors: FieldError[] | undefined;

  constructor(code: RefusalCode, message: string, errors?: FieldError[]) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}

const MAX_IN_MESSAGE = 3;
/** Keeps the response to an entirely wrong body smaller than the body. */
export const MAX_ERRORS = 100;

/** A 400 for a body, query or header. The message names the first fields; `errors` lists up to `MAX_ERRORS`. */
export const invalid = (errors: FieldError[]): DomainError => {
  const named = errors.slice(0, MAX_IN_MESSAGE).map(({ field, message }) => `${field} ${message}`);
  const more = errors.length - named.length;
  return new DomainError(
    "invalid",
    named.join("; ") + (more > 0 ? `; and ${more} more` : ""),
    errors.slice(0, MAX_ERRORS),
  );
};

export const notFound = (what: string, id: number | string): DomainError =>
  new DomainError("not_found", `there is no ${what} ${id}`);
