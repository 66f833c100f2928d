import type { Mailer } from "../outbox/mailer.ts";
import type { Mail, Verdict } from "./form.ts";

/** The platform's word for why it did not send; its message may have addresses. */
const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" && /^[A-Z_]{1,60}$/.test(code) ? ` (${code})` : "";
};

/**
 * Sends an e-mail by the platform, which makes its MIME of these fields and checks its sender. Null without a binding or
 * a sender. Sending never throws: what failed is tried again.
 */
export const mailBy = (
  binding: Mailer | undefined,
  from: string,
): ((mail: Mail) => Promise<Verdict>) | null => {
  if (!binding || from === "") return null;
  return async ({ to, subject, text, id }) => {
    try {
      await binding.send({ from, to, subject, text, headers: { "X-Muster-Event": id } });
      return { is: "taken", status: null, note: "handed to the platform" };
    } catch (error) {
      const note = `the platform did not send it${codeOf(error)}`;
      return { is: "failed", status: null, note, notBefore: null };
    }
  };
};
