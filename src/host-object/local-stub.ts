import type { HostProtocol, HostStub } from "./protocol.ts";

type Method = (...input: unknown[]) => unknown;
const isMethod = (value: unknown): value is Method => typeof value === "function";

/** An object as its callers see it, for what runs in the object itself: a call is no round trip. */
export const localStub = (object: HostProtocol): HostStub =>
  new Proxy(object, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      return isMethod(value) ? async (...input: unknown[]) => Reflect.apply(value, target, input) : value;
    },
  }) as unknown as HostStub;
