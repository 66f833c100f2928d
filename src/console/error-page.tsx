import type { ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { App } from "../http/app.ts";
import { logFailure } from "../http/error-answers.ts";
import { DomainError, STATUS_OF } from "../wire/refusals.ts";
import { Document } from "./parts/frame.tsx";
import { Problem } from "./parts/notice.tsx";
import { type Status, show } from "./show-page.tsx";

const TITLES: Partial<Record<number, string>> = {
  403: "Not for this token",
  404: "Not here",
  409: "That can't be done now",
  429: "Too many requests",
  503: "Try again",
};

const ErrorCard = ({ message, back }: { message: string; back: string }) => (
  <section class="card narrow">
    <Problem>{message}</Problem>
    <p>
      <a class="button" href={back}>
        Back
      </a>
    </p>
  </section>
);

/** The page that sent the request, if it is part of the console. */
const cameFrom = (referer: string | undefined, here: string): string => {
  const from = referer !== undefined && URL.canParse(referer) ? new URL(referer) : undefined;
  return from?.origin === new URL(here).origin && from.pathname.startsWith("/console")
    ? from.pathname + from.search
    : "/console";
};

const sentence = (message: string): string => `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;

/** Shows a thrown error as a page: a refusal with its message, anything else as a bug without details. */
export const showProblem: ErrorHandler<App> = (error, c) => {
  const back = cameFrom(c.req.header("HX-Current-URL") ?? c.req.header("Referer"), c.req.url);
  const answer = (status: Status, message: string) => {
    const title = TITLES[status] ?? "That did not work";
    const body = <ErrorCard message={message} back={back} />;
    if (c.get("pageContext")) return show(c, { title, status }, body);
    const gate = (
      <main id="main" class="gate">
        {body}
      </main>
    );
    return c.html(
      <Document title={title} now={0}>
        {gate}
      </Document>,
      status,
    );
  };
  if (error instanceof HTTPException && error.status === 403) {
    return answer(403, "This form was sent from another site, and was not done.");
  }
  logFailure(error, c.get("requestId"));
  if (error instanceof DomainError) return answer(STATUS_OF[error.code], sentence(error.message));
  return answer(
    500,
    `Something went wrong here. Quote request ${c.get("requestId")} to who runs this service.`,
  );
};

export const showNotFound: NotFoundHandler<App> = (c) =>
  showProblem(new DomainError("not_found", "there is no such page"), c);
