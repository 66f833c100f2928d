import { slackForm, teamsForm } from "./chat-form.ts";
import { emailForm } from "./email-form.ts";
import type { Forms } from "./form.ts";
import { githubForm } from "./github.ts";
import { gitlabForm } from "./gitlab.ts";
import { standardForm } from "./standard-form.ts";

/** The code of each form. */
export const FORMS: Forms = {
  ...{ standard: standardForm, slack: slackForm, teams: teamsForm },
  ...{ email: emailForm, github: githubForm, gitlab: gitlabForm },
};
