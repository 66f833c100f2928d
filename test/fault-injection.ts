import { z } from "zod";

/** One call out of the Worker: a D1 round trip with its statements, a call of an object, or one of R2. */
export type Trip =
  | { to: "d1"; statements: readonly string[] }
  | { to: "object"; hostId: string; method: string }
  | { to: "pages"; method: string }
  | { to: "tokens"; method: string }
  | { to: "r2"; method: string };

/** Wraps one call: `go` makes it. The Worker gets what this returns or throws. */
export type Around = (trip: Trip, go: () => Promise<unknown>) => Promise<unknown>;

/** Wraps the bindings, as a World takes it. */
export type Seam = (env: Env) => Env;

const RUNNERS = ["run", "all", "first", "raw"];

const callable = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === "function";

/** A proxy of `target` on which `replace` may replace a method; every other method is the target's own. */
const standIn = <Target extends object>(
  target: Target,
  replace: (name: string, method: (...args: unknown[]) => unknown) => unknown,
): Target =>
  new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (!callable(value)) return value;
      const method = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      return typeof name === "string" ? (replace(name, method) ?? method) : method;
    },
  });

const asObject = (value: unknown): object => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    throw new Error("a binding gave no object");
  return value;
};

/** D1, or a session of it, with `around` wrapped about each round trip. */
const aroundD1 = <D1 extends object>(d1: D1, around: Around): D1 => {
  /** The statements that were handed out, with the statements of D1 that they wrap. */
  const handedOut = new WeakMap<object, { plain: object; text: string }>();
  const statement = (plain: object, text: string): object => {
    const wrapped = standIn(plain, (name, method) => {
      if (name === "bind") return (...args: unknown[]) => statement(asObject(method(...args)), text);
      if (!RUNNERS.includes(name)) return undefined;
      return (...args: unknown[]) =>
        around({ to: "d1", statements: [text] }, async () => await method(...args));
    });
    handedOut.set(wrapped, { plain, text });
    return wrapped;
  };
  const known = (wrapped: unknown) => {
    const found = handedOut.get(asObject(wrapped));
    if (!found) throw new Error("a batch holds a statement that this database did not prepare");
    return found;
  };
  return standIn(d1, (name, method) => {
    if (name === "prepare") return (text: string) => statement(asObject(method(text)), text);
    if (name === "withSession") return (...args: unknown[]) => aroundD1(asObject(method(...args)), around);
    if (name === "exec")
      return (text: string) => around({ to: "d1", statements: [text] }, async () => await method(text));
    if (name !== "batch") return undefined;
    return (wrapped: unknown[]) => {
      const found = wrapped.map(known);
      const statements = found.map(({ text }) => text);
      return around({ to: "d1", statements }, async () => await method(found.map(({ plain }) => plain)));
    };
  });
};

/** The objects' namespace, with `around` wrapped about each call of its stubs. */
const aroundObjects = <Objects extends object>(objects: Objects, around: Around): Objects =>
  standIn(objects, (name, method) => {
    if (name !== "get") return undefined;
    return (id: DurableObjectId, ...options: unknown[]) =>
      standIn(asObject(method(id, ...options)), (called, call) => {
        return (...args: unknown[]) =>
          around({ to: "object", hostId: id.name ?? "", method: called }, async () => await call(...args));
      });
  });

/** Objects that are no host's or project's, with `around` wrapped about each call of them. */
const aroundOthers = <Objects extends object>(
  objects: Objects,
  to: "pages" | "tokens",
  around: Around,
): Objects =>
  standIn(objects, (name, method) => {
    if (name !== "get") return undefined;
    return (id: DurableObjectId) =>
      standIn(asObject(method(id)), (called, call) => {
        return (...args: unknown[]) => around({ to, method: called }, async () => await call(...args));
      });
  });

const aroundR2 = (bucket: R2Bucket, around: Around): R2Bucket =>
  standIn(bucket, (method, call) => {
    // It makes no call by itself: the upload that it gives does.
    if (method === "resumeMultipartUpload")
      return (...args: unknown[]) =>
        standIn(asObject(call(...args)), (part, send) => {
          return (...sent: unknown[]) => around({ to: "r2", method: part }, async () => await send(...sent));
        });
    return (...args: unknown[]) => around({ to: "r2", method }, async () => await call(...args));
  });

/** A seam that wraps every call of D1, of objects and of R2; the other seams are made with it. */
export const standingAround =
  (around: Around): Seam =>
  (env) => {
    // The platform's own calls reject; they do not throw.
    const standing: Around = async (trip, go) => await around(trip, go);
    return {
      ...env,
      DB: aroundD1(env.DB, standing),
      HOST: aroundObjects(env.HOST, standing),
      PROJECT_RESULTS: aroundObjects(env.PROJECT_RESULTS, standing),
      LIVE_UPDATES: aroundOthers(env.LIVE_UPDATES, "pages", standing),
      TOKEN_HOSTS: aroundOthers(env.TOKEN_HOSTS, "tokens", standing),
      RESULTS: aroundR2(env.RESULTS, standing),
    };
  };

const measured = z.object({ meta: z.object({ rows_read: z.number(), rows_written: z.number() }) });

/** What went out of the Worker since the last reset. */
export class Counts {
  d1RoundTrips = 0;
  /** The SQL text of each statement, in order. */
  statements: string[] = [];
  /** By D1's own account; `first` and `raw` give none. */
  rowsRead = 0;
  rowsWritten = 0;
  /** By method. */
  objectCalls: Record<string, number> = {};
  /** Calls that tell pages of a change, after the answer. */
  pageCalls = 0;
  /** Calls that tell of a change of a token, or of a host of one. */
  tokenCalls = 0;
  r2Calls = 0;

  get objectCallsInAll(): number {
    return Object.values(this.objectCalls).reduce((sum, calls) => sum + calls, 0);
  }

  reset(): void {
    this.d1RoundTrips = 0;
    this.statements = [];
    this.rowsRead = 0;
    this.rowsWritten = 0;
    this.objectCalls = {};
    this.pageCalls = 0;
    this.tokenCalls = 0;
    this.r2Calls = 0;
  }

  note(trip: Trip): void {
    if (trip.to === "r2") {
      this.r2Calls += 1;
      return;
    }
    if (trip.to === "pages") {
      this.pageCalls += 1;
      return;
    }
    if (trip.to === "tokens") {
      this.tokenCalls += 1;
      return;
    }
    if (trip.to === "object") {
      this.objectCalls[trip.method] = (this.objectCalls[trip.method] ?? 0) + 1;
      return;
    }
    this.d1RoundTrips += 1;
    this.statements.push(...trip.statements);
  }

  measure(reply: unknown): void {
    for (const result of Array.isArray(reply) ? reply : [reply]) {
      const { data } = measured.safeParse(result);
      this.rowsRead += data?.meta.rows_read ?? 0;
      this.rowsWritten += data?.meta.rows_written ?? 0;
    }
  }
}

/** Counts what goes out: `const { seam, counts } = counting(); new World({ seam })`. */
export const counting = (): { seam: Seam; counts: Counts } => {
  const counts = new Counts();
  const seam = standingAround(async (trip, go) => {
    counts.note(trip);
    const reply = await go();
    if (trip.to === "d1") counts.measure(reply);
    return reply;
  });
  return { seam, counts };
};

/** A planned fault: the `nth` matching call (1: the next) fails, and `times` - 1 more after it. */
export interface Fault {
  to: Trip["to"];
  /** Only calls of this method of the object, or round trips with this text in one of their statements. */
  only?: string;
  nth?: number;
  /** Whether the call takes effect before it fails. */
  when: "before" | "after";
  times?: number;
  /** What is thrown instead of the platform's own failure. */
  error?: () => Error;
}

const matches = (trip: Trip, { to, only }: Fault): boolean =>
  trip.to === to &&
  (only === undefined ||
    (trip.to === "d1" ? trip.statements.some((text) => text.includes(only)) : trip.method === only));

const failureOf = (to: Trip["to"]): Error => {
  if (to === "r2") return new Error("put: We encountered an internal error. Please try again. (10001)");
  return to === "d1"
    ? new Error("D1_ERROR: Network connection lost.")
    : Object.assign(new Error("the object was moved"), { retryable: true });
};

/**
 * Makes calls fail as the platform does: D1 by its text, an object by `retryable`. `fail` counts from the moment
 * it is called, so that a test first makes what it needs; `fired` says how many calls have failed.
 */
export const faulty = () => {
  let armed: { fault: Fault; seen: number }[] = [];
  let fired = 0;
  const seam = standingAround(async (trip, go) => {
    const failing = armed.filter((each) => {
      if (!matches(trip, each.fault)) return false;
      each.seen += 1;
      const { nth = 1, times = 1 } = each.fault;
      return each.seen >= nth && each.seen < nth + times;
    });
    const [first] = failing;
    if (!first) return go();
    fired += 1;
    if (first.fault.when === "after") await go();
    throw first.fault.error?.() ?? failureOf(trip.to);
  });
  return {
    seam,
    fail: (...faults: Fault[]): void => {
      armed = faults.map((fault) => ({ fault, seen: 0 }));
    },
    fired: (): number => fired,
  };
};
