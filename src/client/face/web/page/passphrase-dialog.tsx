// Another passphrase for what is kept on this device, or the first one, or none any more. The present one is asked for first.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { sure } from "./asking.ts";
import { faultWords } from "./fault-words.ts";
import { NewPassphrase } from "./new-passphrase.tsx";
import { Dialog } from "./parts.tsx";
import { useTools } from "./tools.ts";

const PASSPHRASE_CHARS = 1_024;

interface Typed {
  readonly before: string;
  readonly next: string;
  readonly again: string;
}

interface Keeping {
  readonly typed: Typed;
  readonly type: (change: Partial<Typed>) => void;
  readonly wrong: string | undefined;
  readonly isBusy: boolean;
  readonly submit: (event: SubmitEvent) => void;
  readonly remove: () => Promise<void>;
}

const NOTHING: Typed = { before: "", next: "", again: "" };

export function PassphraseDialog({ hasOne }: { readonly hasOne: boolean }): VNode {
  const { say } = useTools();
  const { typed, type, wrong, isBusy, submit, remove } = useKeeping();
  const { before, next, again } = typed;
  return (
    <Dialog title={say(hasOne ? "passphrase-change" : "passphrase-set")}>
      <form class="settings" onSubmit={submit}>
        <p>{say("passphrase-about")}</p>
        {hasOne && (
          <Secret label={say("passphrase-before")} value={before} onChange={(text) => type({ before: text })} />
        )}
        <NewPassphrase label={say("passphrase-next")} value={next} onChange={(text) => type({ next: text })} />
        <Secret label={say("passphrase-again")} value={again} onChange={(text) => type({ again: text })} />
        {wrong !== undefined && (
          <p class="bad-line" role="alert">
            {wrong}
          </p>
        )}
        <p class="button-row">
          <button type="submit" class="button primary" disabled={isBusy || next === ""}>
            {say("keep")}
          </button>
          {hasOne && (
            <button type="button" class="button danger" disabled={isBusy} onClick={() => void remove()}>
              {say("passphrase-remove")}
            </button>
          )}
        </p>
      </form>
    </Dialog>
  );
}

function useKeeping(): Keeping {
  const { line, say, show, askFirst } = useTools();
  const [typed, setTyped] = useState(NOTHING);
  const [wrong, setWrong] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const keep = async (next: string): Promise<void> => {
    setBusy(true);
    try {
      await line.do({ want: "passphrase", before: typed.before, next });
      show(undefined);
    } catch (error) {
      setWrong(faultWords(error, say));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (typed.next === typed.again) void keep(typed.next);
    else setWrong(say("passphrase-differs"));
  };
  const remove = async (): Promise<void> => {
    const question = { title: say("passphrase-remove"), about: say("passphrase-none") };
    if (await sure(askFirst, question, say("passphrase-remove"))) await keep("");
  };
  const type = (change: Partial<Typed>): void => setTyped((now) => ({ ...now, ...change }));
  return { typed, type, wrong, isBusy, submit, remove };
}

interface SecretProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Secret({ label, value, onChange }: SecretProps): VNode {
  return (
    <label class="stacked">
      {label}
      <input
        type="password"
        autocomplete="off"
        maxLength={PASSPHRASE_CHARS}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  );
}
