// What the ways in have in common: trying, what was wrong, a line that is pasted, a name as people write it.
import { useEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import { isHandle } from "../../../../model/ids.ts";
import { faultWords } from "./fault-words.ts";
import { Refused } from "./line.ts";
import { useTools } from "./tools.ts";
import type { Key } from "./words/en.ts";

export interface TextProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export interface Trying {
  readonly wrong: string | undefined;
  readonly isBusy: boolean;
  readonly run: (work: () => Promise<unknown>) => (event: SubmitEvent) => void;
}

export function useTrying(): Trying {
  const { say } = useTools();
  const [wrong, setWrong] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const run = (work: () => Promise<unknown>) => (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setWrong(undefined);
    void work()
      .catch((error: unknown) => setWrong(faultWords(error, say)))
      .finally(() => setBusy(false));
  };
  return { wrong, isBusy, run };
}

/** What was pressed is gone: whoever listens hears what came in its place. */
export function Title({ text }: { readonly text: string }): VNode {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <h2 ref={title} tabIndex={-1}>
      {text}
    </h2>
  );
}

export function Wrong({ wrong }: { readonly wrong: string | undefined }): VNode | null {
  return wrong === undefined ? null : (
    <p class="bad-line" role="alert">
      {wrong}
    </p>
  );
}

interface GoOnProps {
  readonly word: Key;
  readonly isBusy: boolean;
  readonly beside?: Key;
  readonly onBeside: () => void;
}

/** At the end of a form, and beside it the way elsewhere. */
export function GoOn({ word, isBusy, beside = "back", onBeside }: GoOnProps): VNode {
  const { say } = useTools();
  return (
    <p class="button-row">
      <button type="submit" class="button primary" disabled={isBusy}>
        {say(word)}
      </button>
      <button type="button" class="button" onClick={onBeside}>
        {say(beside)}
      </button>
    </p>
  );
}

/** Enter goes on: a line has one row. */
export function LineField({ label, value, onChange }: TextProps & { readonly label: string }): VNode {
  return (
    <textarea
      rows={3}
      required
      maxLength={2_048}
      value={value}
      aria-label={label}
      placeholder="chat://…"
      spellcheck={false}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        event.currentTarget.form?.requestSubmit();
      }}
    />
  );
}

const PASSWORD_CHARS = 1_024;

interface PasswordProps extends TextProps {
  readonly label: string;
  readonly autocomplete: "current-password" | "new-password";
}

/** Of an account. */
export function PasswordField({ label, autocomplete, value, onChange }: PasswordProps): VNode {
  return (
    <label class="stacked">
      {label}
      <input
        type="password"
        required
        maxLength={PASSWORD_CHARS}
        autocomplete={autocomplete}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  );
}

/** As people write it. @throws Refused `handle-invalid` */
export function handleIn(typed: string): string {
  const handle = typed.trim().replace(/^@/, "");
  if (handle === "" || isHandle(handle)) return handle;
  throw new Refused({ code: "handle-invalid", message: "this is not a valid name" });
}
