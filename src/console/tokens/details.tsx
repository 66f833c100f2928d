import type { TokenRow } from "../../access/token-store.ts";
import { usePageContext } from "../page-context.ts";
import { ConfirmedAction } from "../parts/form.tsx";
import { Ago, Time } from "../parts/time.tsx";
import { isOver, limitText, TokenState } from "./list.tsx";

/** The page of a token, without its secret: its permissions, its rotation and its revocation. */
export const TokenDetails = ({ token }: { token: TokenRow }) => {
  const { now } = usePageContext();
  const path = `/console/tokens/${token.id}`;
  return (
    <div class="stack narrow">
      {isOver(token, now) ? null : (
        <div class="row">
          <ConfirmedAction
            to={`${path}/rotate`}
            label="Rotate…"
            what={token.name}
            consequence="It gets a new secret, shown once. The present one stays good for a while, so that nobody is locked out."
            sure="Give it a new secret"
            keepsPlace={false}
          >
            <div class="field">
              <label for="overlap">Present secret stays good, minutes</label>
              <input id="overlap" name="overlap_minutes" type="number" min={0} max={10080} value="60" />
            </div>
          </ConfirmedAction>
          <ConfirmedAction
            to={`${path}/revoke`}
            label="Revoke…"
            what={token.name}
            consequence="Whoever uses it is refused within 30 s, and its sessions end. It can't be taken back."
            sure="Revoke it"
          />
        </div>
      )}
      <section class="card">
        <h2>Details</h2>
        <dl class="facts">
          <dt>State</dt>
          <dd>
            <TokenState token={token} />
          </dd>
          <dt>Scope</dt>
          <dd>{token.scope}</dd>
          <dt>Limits</dt>
          <dd>{limitText(token)}</dd>
          <dt>Begins with</dt>
          <dd class="code">{token.prefix}</dd>
          <dt>Last used</dt>
          <dd>{token.lastUsedAt === null ? "never" : <Ago at={token.lastUsedAt} />}</dd>
          <dt>Made</dt>
          <dd>
            <Time at={token.createdAt} /> <span class="quiet">by {token.createdBy}</span>
          </dd>
          {token.expiresAt === null ? null : (
            <>
              <dt>Good until</dt>
              <dd>
                <Time at={token.expiresAt} />
              </dd>
            </>
          )}
          {token.revokedAt === null ? null : (
            <>
              <dt>Revoked</dt>
              <dd>
                <Time at={token.revokedAt} />
              </dd>
            </>
          )}
        </dl>
        <p>
          <a href={`/console/audit?object_kind=token&object_id=${token.id}`}>What was done with it</a>,{" "}
          <a href={`/console/audit?token_id=${token.id}`}>what it did</a>
        </p>
      </section>
    </div>
  );
};
