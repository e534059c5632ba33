// A new passphrase, and how good it is while it is typed.
import type { VNode } from "preact";
import { strengthOf } from "../../strength.ts";
import { useTools } from "./tools.ts";

const PASSPHRASE_CHARS = 1_024;

export interface PassphraseProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function NewPassphrase({ label, value, onChange }: PassphraseProps): VNode {
  const { say } = useTools();
  return (
    <label class="stacked">
      {label}
      <input
        type="password"
        autocomplete="new-password"
        maxLength={PASSPHRASE_CHARS}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <span class="hint" aria-live="polite">
        {say(value === "" ? "passphrase-none" : `passphrase-${strengthOf(value).verdict}`)}
      </span>
    </label>
  );
}
