declare namespace Cloudflare {
  interface Env {
    /** FUZZ_RUNS and FUZZ_SEED, separated by commas; each may be empty. */
    FUZZ?: string;
  }
}
