import { mayDo } from "../../access/permissions.ts";
import type { Quarantine } from "../../project-results/quarantine-table.ts";
import { type FormInput, usePageContext } from "../page-context.ts";
import { ActionButton } from "../parts/buttons.tsx";
import { Field, FormKeys, fieldsOf, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Ago, Time } from "../parts/time.tsx";
import { testPath } from "./test-parts.tsx";

interface Of {
  projectId: number;
  test: number;
}

const SHOWN = ["reason", "owner", "until", "passes"];

const PutForm = ({ of, formInput, wrong }: { of: Of; formInput: FormInput; wrong: Wrong }) => {
  const { zone } = usePageContext();
  const field = fieldsOf(formInput, wrong);
  return (
    <details class="more" open={wrong.length > 0}>
      <summary>Put it under quarantine…</summary>
      <form class="stack narrow" method="post" action={`${testPath(of.projectId, of.test)}/quarantine`}>
        <FormKeys />
        <p class="quiet">From its next run on its failures are shown, and fail no job.</p>
        <WrongElsewhere wrong={wrong} shown={SHOWN} />
        <Field {...field("reason")} label="Reason" more={{ required: true, maxlength: 1000 }} />
        <Field
          {...field("owner")}
          label="Owner"
          hint="Who mends it."
          more={{ required: true, maxlength: 255 }}
        />
        <Field
          {...field("until")}
          label="Until"
          hint={`At most 30 days ahead. Times in ${zone}.`}
          more={{ type: "datetime-local", required: true }}
        />
        <Field
          {...field("passes")}
          label="Passes in a row that end it"
          more={{ type: "number", min: 1, max: 100, required: true }}
        />
        <div class="row">
          <button type="submit" class="primary">
            Put it under quarantine
          </button>
        </div>
      </form>
    </details>
  );
};

const InForce = ({ of, quarantine }: { of: Of; quarantine: Quarantine }) => {
  const { actor } = usePageContext();
  return (
    <>
      <p>
        Its failures fail no job until <Time at={quarantine.until} />, or until it has passed{" "}
        {quarantine.passes} times in a row.
      </p>
      <p class="note">{quarantine.reason}</p>
      <p class="quiet">
        Owner: {quarantine.owner}. By {quarantine.by}, <Ago at={quarantine.since} />.
      </p>
      {mayDo(actor, "releaseTest") && (
        <div class="row">
          <ActionButton
            to={`${testPath(of.projectId, of.test)}/release`}
            label="End the quarantine"
            what={`of test ${of.test}`}
          />
        </div>
      )}
    </>
  );
};

/** A test's quarantine, or the form that begins one. */
export const QuarantineOfTest = ({
  of,
  quarantine,
  formInput,
  wrong,
}: {
  of: Of;
  quarantine: Quarantine | null;
  formInput: FormInput;
  wrong: Wrong;
}) => {
  const { actor } = usePageContext();
  if (quarantine === null && !mayDo(actor, "quarantineTest")) return null;
  return (
    <section class="card" id="quarantine">
      <h2>Quarantine</h2>
      {quarantine === null ? (
        <PutForm of={of} formInput={formInput} wrong={wrong} />
      ) : (
        <InForce of={of} quarantine={quarantine} />
      )}
    </section>
  );
};
