import { expect, test } from "vitest";
import { World } from "../world.ts";

const asForm = (text: string) => new URLSearchParams({ text }).toString().slice("text=".length);

test.each(["CI + nightly: 50%", "a name with spaces", "50%25 of it", "plain"])(
  "client credentials in Basic are read form-encoded, and raw where the name has no colon: %s",
  async (start) => {
    const world = new World();
    const name = `${start} ${crypto.randomUUID()}`;
    const token = await world.token("host", { name });
    const forms = [`${asForm(name)}:${asForm(token)}`, ...(name.includes(":") ? [] : [`${name}:${token}`])];
    for (const credentials of forms) {
      const answer = await world.post("/oauth/token", "grant_type=client_credentials", {
        token: null,
        headers: {
          Authorization: `Basic ${btoa(credentials)}`,
          "Content-Type": "application/x-www-form-urlencoded",
        },
      });
      expect(answer, credentials).toMatchObject({ status: 200, body: { access_token: token } });
    }
  },
);
