import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { Copyable } from "../parts/copy.tsx";
import { FormKeys } from "../parts/form.tsx";
import { hostCommands, registerCommand, type Target } from "./commands.ts";
import { Step } from "./step.tsx";
import type { Progress } from "./view.ts";

const Commands = ({ progress, target }: { progress: Progress; target: Target }) => (
  <>
    <p>
      Run these two lines in the folder of your tests. They make that machine a host with an agent; Node 20 or
      later is all that it needs. The token in them is shown in this page alone, and once.
    </p>
    <Copyable id="host-commands" label="the lines" text={hostCommands(target, progress.project?.id)} />
    <details class="commands">
      <summary>Or register a host by hand</summary>
      <p class="quiet">For a host with a program of its own, which then does what this one would.</p>
      <Copyable id="register" label="the command" text={registerCommand(target)} />
    </details>
  </>
);

/** Issues a host's token and shows the two commands that start a host. */
export const TokenStep = ({ progress, target }: { progress: Progress; target: Target }) => {
  const { actor } = usePageContext();
  const isFirst = progress.host === undefined || progress.isComplete;
  return (
    <Step
      place={2}
      title="Give a host a token"
      done={target.secret !== undefined || (progress.host !== undefined && !progress.isComplete)}
    >
      {target.secret !== undefined ? (
        <Commands progress={progress} target={target} />
      ) : !mayDo(actor, "createToken") ? (
        <p class="quiet">Only an admin makes tokens. Ask for one of scope host.</p>
      ) : progress.project === undefined ? (
        <p class="quiet">Comes after the project.</p>
      ) : (
        <form method="post" action="/console/start/token" class="stack">
          <FormKeys />
          <p>
            {progress.host
              ? "Another host may get a token of its own, and the two lines that start it:"
              : "You get a token and the two lines that start a host with it."}
          </p>
          <div class="row">
            <button type="submit" class={isFirst ? "primary" : ""}>
              Make a host token
            </button>
          </div>
        </form>
      )}
    </Step>
  );
};
