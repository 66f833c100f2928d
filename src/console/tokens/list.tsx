import { projectIdsOf } from "../../access/authenticate.ts";
import type { TokenRow } from "../../access/token-store.ts";
import { Chips } from "../lists/chips.tsx";
import { usePageContext } from "../page-context.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, Time } from "../parts/time.tsx";
import type { TokenListing, TokensAddress } from "./view.ts";

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

type Filter = Partial<Record<keyof TokensAddress, string | number | undefined>>;

const tokensPath = ({ q, order, after }: Filter): string => {
  const query = new URLSearchParams({
    ...(q === undefined || q === "" ? {} : { q: String(q) }),
    ...(order === undefined || order === "oldest" ? {} : { order: String(order) }),
    ...(after === undefined ? {} : { after: String(after) }),
  });
  return query.size === 0 ? "/console/tokens" : `/console/tokens?${query}`;
};

const Filters = ({ filter }: { filter: TokensAddress }) => {
  const { q, order } = filter;
  const chips = q === "" ? [] : [{ label: `Search: ${q}`, without: tokensPath({ order }) }];
  return (
    <search>
      <form class="filters" method="get" aria-label="Tokens">
        <label for="q">Search</label>
        <input type="search" id="q" name="q" value={q} placeholder="Name or #id" />
        {order === "newest" && <input type="hidden" name="order" value="newest" />}
        <button type="submit">Show</button>
        <Chips chips={chips} clear="/console/tokens" />
        <script src="/assets/lists.js" type="module"></script>
      </form>
    </search>
  );
};

const Nothing = ({ filter }: { filter: TokensAddress }) =>
  filter.q === "" && filter.after === undefined ? (
    <Empty title="No token yet, but the one of the installation">
      <p>
        Give each host, person and script a token of its own, with no more than it needs.{" "}
        <a href="/console/tokens/new">Make the first one</a>
      </p>
    </Empty>
  ) : (
    <Empty title="No token here matches">
      <p>Try another part of its name, or its id.</p>
    </Empty>
  );

/** A page of tokens, without their secrets. */
export const TokenList = ({
  list: { rows, next },
  filter,
}: {
  list: TokenListing;
  filter: TokensAddress;
}) => {
  const isOldest = filter.order === "oldest";
  return (
    <>
      <Filters filter={filter} />
      {rows.length === 0 ? (
        <Nothing filter={filter} />
      ) : (
        <Table
          caption="Tokens"
          heads={["Token", "Scope", "Limits", "State", "Last used", "Made"]}
          dense
          sorts={{
            Made: {
              now: isOldest ? "ascending" : "descending",
              href: tokensPath({ ...filter, order: isOldest ? "newest" : "oldest", after: undefined }),
            },
          }}
        >
          {rows.map((token) => (
            <Row token={token} />
          ))}
        </Table>
      )}
      <nav class="pager" aria-label="Pages">
        {filter.after === undefined ? null : (
          <a href={tokensPath({ ...filter, after: undefined })}>First page</a>
        )}
        {next === undefined ? null : <a href={tokensPath({ ...filter, after: next })}>Next page</a>}
      </nav>
    </>
  );
};
