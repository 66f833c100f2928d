import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { Copyable } from "../parts/copy.tsx";
import { FormKey, FormToken } from "../parts/form.tsx";
import { hostCommands, registerCommand } from "./commands.ts";
import { Step } from "./step.tsx";
import type { Progress } from "./view.ts";

/** Issues a host's token and shows the two commands that start a host. */
export const TokenStep = ({
  progress,
  origin,
  secret,
}: {
  progress: Progress;
  origin: string;
  secret: string | undefined;
}) => {
  const { actor } = usePageContext();
  return (
    <Step place={2} title="Give a host a token" done={secret !== undefined || progress.host !== undefined}>
      {secret !== undefined ? (
        <>
          <p>
            Run these two lines in the folder of your tests. They make that machine a host with an agent; Node
            20 or later is all that it needs. The token in them is shown this once.
          </p>
          <Copyable
            id="host-commands"
            label="the lines"
            text={hostCommands(origin, secret, progress.project?.id)}
          />
          <details class="commands">
            <summary>Register a host by hand</summary>
            <p class="quiet">For a host with a program of its own, which then does what this one would.</p>
            <Copyable id="register" label="the command" text={registerCommand(origin, secret)} />
          </details>
        </>
      ) : !mayDo(actor, "createToken") ? (
        <p class="quiet">Only an admin makes tokens. Ask for one of scope host.</p>
      ) : progress.project === undefined ? (
        <p class="quiet">Comes after the project.</p>
      ) : (
        <form method="post" action="/console/start/token" class="stack">
          <FormToken />
          <FormKey />
          <p>
            {progress.host
              ? "A host is there already. Another one may get a token of its own:"
              : "You get a token and the two lines that start a host with it."}
          </p>
          <div class="row">
            <button type="submit" class={progress.host ? "" : "primary"}>
              Make a host token
            </button>
          </div>
        </form>
      )}
    </Step>
  );
};
