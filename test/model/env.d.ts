declare namespace Cloudflare {
  interface Env {
    /** MODEL_RUNS, MODEL_COMMANDS, MODEL_SEED and MODEL_SOCKETS, separated by commas; each may be empty. */
    MODEL?: string;
  }
}
