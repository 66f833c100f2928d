declare namespace Cloudflare {
  interface Env {
    /** MODEL_RUNS, MODEL_COMMANDS and MODEL_SEED, separated by commas; each may be empty. */
    MODEL?: string;
  }
}
