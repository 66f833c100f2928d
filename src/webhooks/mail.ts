import type { Mail, Verdict } from "./form.ts";

/** What the platform's binding for e-mail takes and throws, as far as it is used here. */
export interface Mailer {
  send: (message: {
    from: string;
    to: string;
    subject: string;
    text: string;
    headers: Record<string, string>;
  }) => Promise<unknown>;
}

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

/** The binding for e-mail of this deployment, which wrangler.toml leaves out unless somebody sets it. */
export const mailerIn = (env: object): Mailer | undefined => {
  const found: unknown = Reflect.get(env, "EMAIL");
  return typeof found === "object" && found !== null ? (found as Mailer) : undefined;
};
