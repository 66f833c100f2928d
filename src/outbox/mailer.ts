/** The platform's binding for e-mail, as far as it is used here. */
export interface Mailer {
  send: (message: {
    from: string;
    to: string;
    subject: string;
    text: string;
    headers: Record<string, string>;
  }) => Promise<unknown>;
}

/** The binding EMAIL of a deployment, which wrangler.toml leaves out unless somebody sets it. */
export const mailerIn = (env: object): Mailer | undefined => {
  const found: unknown = Reflect.get(env, "EMAIL");
  return typeof found === "object" && found !== null ? (found as Mailer) : undefined;
};
