import * as z from "zod";
import { type AuthContext, type Authenticated, authenticate } from "../access/authenticate.ts";
import { equalSecrets } from "../access/token-secret.ts";
import { described } from "../wire/described.ts";
import { DomainError } from "../wire/refusals.ts";

const GRANT_TYPES = ["password", "client_credentials", "refresh_token"] as const;
const required = (what: string) =>
  z.string(`is required: it must be ${what}`).min(1, { error: `must be ${what}` });
const NAME = "the name of a token";
const SECRET = "the token itself";

const GRANT = { grant_type: "Which of the forms of OAuth 2.0 it is." };

/** A token request of OAuth 2.0, from a form or a query. */
export const grantInput = z.discriminatedUnion(
  "grant_type",
  [
    described(
      z.object({ grant_type: z.literal("password"), username: required(NAME), password: required(SECRET) }),
      {
        fields: { ...GRANT, username: "The name of a token.", password: "The token itself." },
        example: { grant_type: "password", username: "lab 7", password: "muster_host_1f2e3d4c..." },
      },
    ),
    described(
      z.object({
        grant_type: z.literal("client_credentials"),
        client_id: required(NAME),
        client_secret: required(SECRET),
      }),
      { fields: { ...GRANT, client_id: "The name of a token.", client_secret: "The token itself." } },
    ),
    described(z.object({ grant_type: z.literal("refresh_token"), refresh_token: required(SECRET) }), {
      fields: { ...GRANT, refresh_token: "The token itself." },
    }),
  ],
  { error: `must be one of ${GRANT_TYPES.join(", ")}` },
);

/** The vendor's sign-in form. */
export const signInInput = described(z.object({ j_username: required(NAME), j_password: required(SECRET) }), {
  fields: { j_username: "The name of a token.", j_password: "The token itself." },
  example: { j_username: "lab 7", j_password: "muster_host_1f2e3d4c..." },
});

/** A token that the client may use. */
export interface Grant extends Authenticated {
  token: string;
}

/** The maximum of `expires_in`. A client that refreshes gets the same token again. */
export const GRANT_SECONDS = 30 * 24 * 3600;

/**
 * Grants an OAuth client the token whose secret it presents. There is no second kind of secret: revoking the token ends
 * every grant. Throws `unauthorized`.
 */
export const grantToken = (auth: AuthContext, input: z.output<typeof grantInput>): Promise<Grant> => {
  switch (input.grant_type) {
    case "password":
      return signIn(auth, { j_username: input.username, j_password: input.password });
    case "client_credentials":
      return signIn(auth, { j_username: input.client_id, j_password: input.client_secret });
    case "refresh_token":
      return granted(auth, input.refresh_token);
  }
};

const granted = async (auth: AuthContext, token: string): Promise<Grant> => ({
  token,
  ...(await authenticate(auth, token)),
});

/** Grants a token to a client that presents it with its name. Throws `unauthorized`. */
export const signIn = async (auth: AuthContext, input: z.output<typeof signInInput>): Promise<Grant> => {
  const grant = await granted(auth, input.j_password.trim());
  if (await equalSecrets(input.j_username.trim(), grant.actor.name.trim())) return grant;
  throw new DomainError(
    "unauthorized",
    "the name is not that of this token; send the token's own name with it",
  );
};
