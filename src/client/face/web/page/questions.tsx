// A question in a dialog of the page, above everything else: sure or not, which way, what name.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { Asked, Question } from "./asking.ts";
import { Dialog } from "./parts.tsx";
import { Field } from "./settings-dialog.tsx";
import { useTools } from "./tools.ts";

export function QuestionDialog({ question, answer }: Asked): VNode {
  const { say } = useTools();
  const { title, about, sample, field, choices } = question;
  const [text, setText] = useState(field?.value ?? "");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const by = event.submitter instanceof HTMLButtonElement ? event.submitter.value : undefined;
    answer({ choice: by ?? choices[0]?.id ?? "", text });
  };
  return (
    <Dialog title={title} class="question" onClose={() => answer(undefined)}>
      <form class="settings" onSubmit={submit}>
        {about !== undefined && <p>{about}</p>}
        {sample !== undefined && (
          <pre class="sample" dir="auto" tabIndex={0} aria-label={say("sample")}>
            {sample}
          </pre>
        )}
        {field !== undefined && (
          <Field label={field.label}>
            <input
              autofocus
              value={text}
              maxLength={field.most}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </Field>
        )}
        <p class="button-row">
          <Choices choices={choices} hasField={field !== undefined} />
          <button type="button" class="button" onClick={() => answer(undefined)}>
            {say("cancel")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function Choices({ choices, hasField }: Pick<Question, "choices"> & { readonly hasField: boolean }): VNode {
  return (
    <>
      {choices.map(({ id, label, isDangerous = false }, at) => (
        <button
          key={id}
          type="submit"
          value={id}
          class={isDangerous ? "button danger" : at === 0 ? "button primary" : "button"}
          // Enter on what cannot be undone is a second thought, not the first.
          autofocus={at === 0 && !hasField && !isDangerous}
        >
          {label}
        </button>
      ))}
    </>
  );
}
