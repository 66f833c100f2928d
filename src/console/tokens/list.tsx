import { projectIdsOf } from "../../access/authenticate.ts";
import type { TokenRow } from "../../access/token-store.ts";
import { usePageContext } from "../page-context.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, Time } from "../parts/time.tsx";

/** A token's limits, in words. */
export const limitText = (token: TokenRow): string => {
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

/** Whether a token is revoked or expired. */
export const isOver = ({ revokedAt, expiresAt }: TokenRow, now: number): boolean =>
  revokedAt !== null || (expiresAt !== null && expiresAt <= now);

export const TokenState = ({ token }: { token: TokenRow }) => {
  const { now } = usePageContext();
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
  const { now } = usePageContext();
  return (
    <tr>
      <th scope="row">
        <a href={`/console/tokens/${token.id}`}>{token.name}</a> <span class="quiet">#{token.id}</span>
        <code class="quiet block">{token.prefix}…</code>
      </th>
      <td data-label="Scope">{token.scope}</td>
      <td data-label="Limits">{limitText(token)}</td>
      <td data-label="State">
        <TokenState token={token} />
        {token.expiresAt === null || isOver(token, now) ? null : (
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
    </tr>
  );
};

/** A page of tokens, without their secrets. */
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
      <Table caption="Tokens" heads={["Token", "Scope", "Limits", "State", "Last used", "Made"]}>
        {tokens.map((token) => (
          <Row token={token} />
        ))}
      </Table>
    )}
    <nav class="pager" aria-label="Pages">
      {next === undefined ? null : <a href={`/console/tokens?after=${next}`}>Next page</a>}
    </nav>
  </>
);
