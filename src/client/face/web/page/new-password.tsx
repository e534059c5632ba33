// A password that is new for an account: typed twice, and how good it is while it is typed. A first one only where somebody wants it.
import type { VNode } from "preact";
import { strengthOf } from "../../strength.ts";
import { PasswordField } from "./coming-in.tsx";
import { Refused } from "./line.ts";
import { useTools } from "./tools.ts";

export interface Twice {
  readonly next: string;
  readonly again: string;
}

export interface NewPasswordProps {
  /** Undefined: none is wanted. */
  readonly value: Twice | undefined;
  readonly onChange: (value: Twice | undefined) => void;
}

export function NewPassword({ value, onChange }: NewPasswordProps): VNode {
  const { say } = useTools();
  return (
    <>
      <label class="switch">
        {say("password-wanted")}
        <input
          type="checkbox"
          checked={value !== undefined}
          onChange={({ currentTarget }) => onChange(currentTarget.checked ? { next: "", again: "" } : undefined)}
        />
      </label>
      <p class="hint">{say("password-wanted-about")}</p>
      {value !== undefined && <PasswordTwice label={say("password-new")} value={value} onChange={onChange} />}
    </>
  );
}

interface TwiceProps {
  readonly label: string;
  readonly value: Twice;
  readonly onChange: (value: Twice) => void;
}

export function PasswordTwice({ label, value, onChange }: TwiceProps): VNode {
  const { say } = useTools();
  return (
    <>
      <PasswordField
        autocomplete="new-password"
        label={label}
        value={value.next}
        onChange={(next) => onChange({ ...value, next })}
      />
      <p class="hint" aria-live="polite">
        {value.next !== "" && say(`passphrase-${strengthOf(value.next).verdict}`)}
      </p>
      <PasswordField
        autocomplete="new-password"
        label={say("password-again")}
        value={value.again}
        onChange={(again) => onChange({ ...value, again })}
      />
    </>
  );
}

/** @throws Refused `password-differs` */
export function sameTwice({ next, again }: Twice): string {
  if (next === again) return next;
  throw new Refused({ code: "password-differs", message: "that was not the same twice" });
}
