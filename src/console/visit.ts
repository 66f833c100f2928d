import { createContext, useContext } from "hono/jsx";
import type { Actor } from "../env.ts";

/** What every page is drawn with: who looks, when, and in which zone. */
export interface Visit {
  actor: Actor;
  /** Epoch milliseconds. */
  now: number;
  /** The time between two checks of who is Online. */
  windowMs: number;
  /** An IANA zone: the reader's, as their browser told; UTC until it did. */
  zone: string;
  /** What the forms of this session carry. */
  formToken: string;
  /** The path and query of this page. */
  address: string;
  /** Only what is inside the frame is asked for, by a script. */
  partial: boolean;
  /** What was just done here, by its name in `parts/notice.tsx`. */
  done: string | undefined;
}

/** What a form brought: each field's values, and its files. */
export class Typed {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, File>;
  /** Whether it brought files, which are kept nowhere. */
  readonly hadFiles: boolean;

  constructor(
    fields: Iterable<readonly [string, readonly string[]]>,
    files: Iterable<[string, File]> = [],
    hadFiles = false,
  ) {
    this.fields = new Map(fields);
    this.files = new Map(files);
    this.hadFiles = hadFiles || this.files.size > 0;
  }

  /** The first value of a field, without space around it; "" where there is none. */
  get(name: string): string {
    return this.fields.get(name)?.[0]?.trim() ?? "";
  }

  all(name: string): readonly string[] {
    return this.fields.get(name) ?? [];
  }
}

const VisitContext = createContext<Visit | null>(null);
export const VisitProvider = VisitContext.Provider;

export const useVisit = (): Visit => {
  const visit = useContext(VisitContext);
  if (!visit) throw new Error("a part of a page was drawn outside of a page");
  return visit;
};
