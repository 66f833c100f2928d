import { type Context, Hono } from "hono";
import * as z from "zod";
import { openDatabase } from "../database/database.ts";
import type { App } from "../http/app.ts";
import { endpoint, open } from "../http/endpoint.ts";
import { addressOf } from "../http/make-call.ts";
import { limitBadge, limitUnknownBadges } from "../http/rate-limits.ts";
import { getSchedule } from "../schedules/schedules.ts";
import { settingsOf } from "../settings.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { sha256 } from "../wire/sha256.ts";
import { formatOptionalTime } from "../wire/times.ts";
import {
  badgeIdIn,
  badgeInput,
  badgePath,
  getBadge,
  LABEL,
  removeBadge,
  seeBadge,
  setBadge,
} from "./badges.ts";
import { markdownOf, pictureOf } from "./picture.ts";
import type { Badge } from "./store.ts";

const BADGE = "/projects/:project/automation/schedules/:schedule/badge";
const PATH = ["project", "schedule"] as const;

const badgeShape = shape(() =>
  described(
    z.object({
      address: z.string().nullable(),
      label: z.string().nullable(),
      made_at: z.string().nullable(),
      markdown: z.string().nullable(),
    }),
    {
      name: "Badge",
      fields: {
        address: "The address of the picture, which anyone may read who has it; null: it has no badge.",
        label: "What stands on its left.",
        made_at: "When it got its address: a UTC time.",
        markdown: "The line that shows it in a README.",
      },
      example: {
        address: "https://muster.example/badges/5f0c4f3e2d1b0a99887766554433221100ffeedd.svg",
        label: "nightly",
        made_at: "2015-04-08T03:01:48+00:00",
        markdown: "![nightly](https://muster.example/badges/5f0c4f3e2d1b0a99887766554433221100ffeedd.svg)",
      },
    },
  ),
);

const wireBadge = (
  c: Context<App>,
  { badgeId, badgeLabel, badgeMadeAt }: Badge,
): Shaped<typeof badgeShape> => {
  const address = badgeId === null ? null : new URL(badgePath(badgeId), c.req.url).href;
  return {
    address,
    label: badgeLabel,
    made_at: formatOptionalTime(badgeMadeAt),
    markdown: address === null ? null : markdownOf(badgeLabel ?? LABEL, address),
  };
};

const answers = { 200: { description: "The badge as it now is", schema: badgeShape } };

export const badgeRoutes = new Hono<App>()
  .get(
    BADGE,
    endpoint({
      operation: "getBadge",
      summary: "Read where a schedule's badge is, if it has one",
      ids: PATH,
      exists: getSchedule,
      answers,
    }),
    async (c) => c.json(wireBadge(c, await getBadge(c.get("call"), c.req.valid("param")))),
  )
  .put(
    BADGE,
    endpoint({
      operation: "setBadge",
      summary: "Give a schedule a badge: a picture of its last outcome, for anyone who has its address",
      ids: PATH,
      body: badgeInput,
      exists: getSchedule,
      answers,
    }),
    async (c) =>
      c.json(wireBadge(c, await setBadge(c.get("call"), c.req.valid("param"), c.req.valid("json")))),
  )
  .delete(
    BADGE,
    endpoint({
      operation: "removeBadge",
      summary: "Take a schedule's badge away",
      ids: PATH,
      exists: getSchedule,
      answers,
    }),
    async (c) => c.json(wireBadge(c, await removeBadge(c.get("call"), c.req.valid("param")))),
  );

const SVG = "image/svg+xml";
const SECONDS = 60;

const isAmong = (etag: string, given = ""): boolean =>
  given.split(",").some((each) => ["*", etag].includes(each.trim().replace(/^W\//, "")));

/** The pictures, which take no token. `clock` returns epoch milliseconds. */
export const badgePictures = (clock: () => number) =>
  new Hono<App>().get(
    "/badges/:picture",
    open({
      operationId: "seeBadge",
      summary: `See a badge: a picture that may be kept for ${SECONDS} s, and has an ETag`,
      answers: {
        200: { description: "The last outcome of the schedule's runs", text: SVG },
        404: { description: "A grey badge: there is none of this id, or no more", text: SVG },
      },
    }),
    async (c) => {
      const settings = settingsOf(c.env);
      const id = badgeIdIn(c.req.param("picture"));
      if (id !== undefined) await limitBadge(c.env, settings, id);
      const badge = id && (await seeBadge({ db: openDatabase(c.env.DB), now: clock() }, id));
      if (!badge) await limitUnknownBadges(c.env, settings, addressOf(c) ?? "unknown");
      const { label, state } = badge || { label: LABEL, state: "unknown" as const };
      const picture = pictureOf(label, state);
      const etag = `"${(await sha256(picture)).slice(0, 32)}"`;
      c.header("Cache-Control", `public, max-age=${SECONDS}`);
      c.header("ETag", etag);
      if (badge && isAmong(etag, c.req.header("If-None-Match"))) return c.body(null, 304);
      return c.body(picture, badge ? 200 : 404, { "Content-Type": SVG });
    },
  );
