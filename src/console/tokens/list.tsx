import { projectIdsOf } from "../../tokens/authentication.ts";
import type { TokenRow } from "../../tokens/store.ts";
import { ActAfterAsking } from "../parts/form.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty } from "../parts/job.tsx";
import { Ago, Time } from "../parts/time.tsx";
import { useVisit } from "../visit.ts";

/** What a token is limited to, in words. */
const limitText = (token: TokenRow): string => {
  const projects = projectIdsOf(token);
  const limits = [
    ...(token.registerOnly ? ["only registers hosts"] : []),
    ...(token.hostId === null ? [] : [`host ${token.hostId}`]),
    ...(projects === null
      ? []
      : [`${projects.length === 1 ? "project" : "projects"} ${projects.join(", ")}`]),
  ];
  return limits.length === 0 ? "no limit" : limits.join("; ");
};

const State = ({ token }: { token: TokenRow }) => {
  const { now } = useVisit();
  if (token.revokedAt !== null)
    return (
      <span class="mark">
        <Icon name="cancelled" />
        Revoked
      </span>
    );
  if (token.expiresAt !== null && token.expiresAt <= now)
    return (
      <span class="mark">
        <Icon name="offline" />
        Expired
      </span>
    );
  return (
    <span class="mark online">
      <Icon name="completed" />
      Good
    </span>
  );
};

const Row = ({ token }: { token: TokenRow }) => {
  const { now } = useVisit();
  const isOver = token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now);
  return (
    <tr>
      <th scope="row">
        {token.name} <span class="quiet">#{token.id}</span>
        <code class="quiet block">{token.prefix}…</code>
      </th>
      <td data-label="Scope">{token.scope}</td>
      <td data-label="Limits">{limitText(token)}</td>
      <td data-label="State">
        <State token={token} />
        {token.expiresAt === null || isOver ? null : (
          <span class="quiet block">
            until <Time at={token.expiresAt} />
          </span>
        )}
      </td>
      <td data-label="Last used">{token.lastUsedAt === null ? "never" : <Ago at={token.lastUsedAt} />}</td>
      <td data-label="Made">
        <Time at={token.createdAt} />
        <span class="quiet block">{token.createdBy}</span>
      </td>
      <td data-label="Actions">
        {isOver ? null : (
          <div class="row">
            <ActAfterAsking
              to={`/console/tokens/${token.id}/rotate`}
              label="Rotate…"
              what={token.name}
              consequence="It gets a new secret, shown once. The present one stays good for a while, so that nobody is locked out."
              sure="Give it a new secret"
              keepsPlace={false}
            >
              <div class="field">
                <label for={`overlap-${token.id}`}>Present secret stays good, minutes</label>
                <input
                  id={`overlap-${token.id}`}
                  name="overlap_minutes"
                  type="number"
                  min={0}
                  max={10080}
                  value="60"
                />
              </div>
            </ActAfterAsking>
            <ActAfterAsking
              to={`/console/tokens/${token.id}/revoke`}
              label="Revoke…"
              what={token.name}
              consequence="Whoever uses it is refused within 30 s, and its sessions end. It can't be taken back."
              sure="Revoke it"
            />
          </div>
        )}
      </td>
    </tr>
  );
};

/** The tokens, without their secrets. */
export const TokenList = ({ tokens, next }: { tokens: readonly TokenRow[]; next: number | undefined }) => (
  <>
    {tokens.length === 0 ? (
      <Empty title="No token yet, but the one of the installation">
        <p>
          Give each host, person and script a token of its own, with no more than it needs.{" "}
          <a href="/console/tokens/new">Make the first one</a>
        </p>
      </Empty>
    ) : (
      <table class="stacks">
        <caption class="unseen">Tokens</caption>
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">Scope</th>
            <th scope="col">Limits</th>
            <th scope="col">State</th>
            <th scope="col">Last used</th>
            <th scope="col">Made</th>
            <th scope="col">Actions</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <Row token={token} />
          ))}
        </tbody>
      </table>
    )}
    <nav class="pager" aria-label="Pages">
      {next === undefined ? null : <a href={`/console/tokens?after=${next}`}>Next page</a>}
    </nav>
  </>
);
