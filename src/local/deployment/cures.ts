/** What a token for deploying may do, in the words of the platform's token page. */
const PERMISSIONS =
  "Workers Scripts: Edit, D1: Edit, Workers R2 Storage: Edit, Queues: Edit and Account Settings: Read";

/** What is done about being logged in nowhere. */
export const LOG_IN = `log in with: npx wrangler login. Where no browser is, set CLOUDFLARE_API_TOKEN to a token with ${PERMISSIONS}`;

/** What wrangler says of what stands in its way, and what an operator does about it. The first that fits is given. */
const CURES: { said: RegExp; cure: string }[] = [
  { said: /not authenticated|"loggedIn": ?false|necessary to set a CLOUDFLARE_API_TOKEN/i, cure: LOG_IN },
  {
    said: /enable R2|code: 10042\b/i,
    cure: "R2 is not yet on in this account: open R2 in the Cloudflare dashboard once and take it up (it has a free allowance)",
  },
  {
    said: /workers\.dev subdomain/i,
    cure: "The account has no workers.dev subdomain yet: open Workers in the Cloudflare dashboard once and choose it, or give the Worker a domain of yours (routes in wrangler.toml)",
  },
  {
    said: /authentication error|code: (10000|9109|10023)\b|not authorized|permission/i,
    cure: `The login or token may not do this. A token needs ${PERMISSIONS}; npx wrangler whoami shows what yours has`,
  },
  {
    said: /maximum number of D1 databases|code: 7406\b/i,
    cure: "The account has as many databases as its plan allows: remove one, or take a larger plan",
  },
  {
    said: /free plan|paid plan|upgrade/i,
    cure: "The account's plan does not have this: Muster is made for Workers Paid",
  },
  {
    said: /latest version of your Worker isn't currently deployed/i,
    cure: "A version of this Worker was uploaded and not deployed: deploy or roll back in the Cloudflare dashboard first",
  },
  {
    said: /fetch failed|ENOTFOUND|EAI_AGAIN|ECONNRE|ETIMEDOUT|network/i,
    cure: "Cloudflare's API can't be reached from here: see to the network or its proxy (HTTPS_PROXY)",
  },
];

/** What to do about a failed command, by what it said; where nothing is known, what always helps. */
export const cureOf = (output: string): string =>
  CURES.find(({ said }) => said.test(output))?.cure ?? "See to what it says";
