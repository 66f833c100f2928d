import type { HostProtocol, HostStub } from "./protocol.ts";

type Method = (...input: unknown[]) => unknown;
const isMethod = (value: unknown): value is Method => typeof value === "function";

/** The object's stub for code that runs inside the object: its calls are no round trips. */
export const localStub = (object: HostProtocol): HostStub =>
  new Proxy(object, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      return isMethod(value) ? async (...input: unknown[]) => Reflect.apply(value, target, input) : value;
    },
  }) as unknown as HostStub;
