import type { TokenRow } from "../../access/token-store.ts";
import { usePageContext } from "../page-context.ts";
import { ConfirmedAction } from "../parts/buttons.tsx";
import { Fact } from "../parts/fact.tsx";
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
          <Fact label="State">
            <TokenState token={token} />
          </Fact>
          <Fact label="Scope">{token.scope}</Fact>
          <Fact label="Limits">{limitText(token)}</Fact>
          <dt>Begins with</dt>
          <dd class="code">{token.prefix}</dd>
          <Fact label="Last used">{token.lastUsedAt === null ? "never" : <Ago at={token.lastUsedAt} />}</Fact>
          <Fact label="Made">
            <Time at={token.createdAt} /> <span class="quiet">by {token.createdBy}</span>
          </Fact>
          {token.expiresAt !== null && (
            <Fact label="Good until">
              <Time at={token.expiresAt} />
            </Fact>
          )}
          {token.revokedAt !== null && (
            <Fact label="Revoked">
              <Time at={token.revokedAt} />
            </Fact>
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
