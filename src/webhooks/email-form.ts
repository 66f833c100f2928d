import { EVENT_TYPES } from "../database/enums.ts";
import type { Form } from "./form.ts";
import { judgeAll } from "./judge.ts";
import { messageOf } from "./message.ts";
import { oneLine } from "./one-line.ts";

const MAX_ADDRESS = 254;
/** One plain address: no name, no list, no quotes, no comments, and nothing that could begin another header. */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

const isEmailAddress = (text: string): boolean => text.length <= MAX_ADDRESS && ADDRESS.test(text);

const MAX_SUBJECT = 200;

/** Tells of events by an e-mail of plain text to one address. */
export const emailForm: Form = {
  events: EVENT_TYPES,
  signs: false,
  takesCredential: false,
  wrongTarget: (target, { email }) => {
    if (!email)
      return "can't be an e-mail address here: this installation sends none; its operator can set EMAIL_FROM and a send_email binding";
    return isEmailAddress(target) ? undefined : "must be one e-mail address, like team@example.com";
  },
  shownTarget: (target) => target,
  tell: async ({ id, event, target }, { siteUrl, mail }) => {
    const message = messageOf(event);
    if (!message) return judgeAll([]);
    if (!mail)
      return { is: "failed", status: null, note: "this installation sends no e-mail", notBefore: null };
    const { title, lines, path } = message;
    const link = siteUrl === "" || path === null ? [] : ["", siteUrl + path];
    return mail({
      to: target,
      subject: `[Muster] ${oneLine(title, MAX_SUBJECT)}`,
      text: `${[title, ...lines, ...link].join("\n")}\n`,
      id,
    });
  },
};
