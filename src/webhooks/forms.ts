import { slackForm, teamsForm } from "./chat-form.ts";
import type { Forms } from "./form.ts";
import { standardForm } from "./standard-form.ts";

/** The code of each form. */
export const FORMS: Forms = { standard: standardForm, slack: slackForm, teams: teamsForm };
