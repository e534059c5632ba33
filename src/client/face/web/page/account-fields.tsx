// Whose account it is, and where: what is asked for whether somebody has the password or only the recovery phrase.
import type { VNode } from "preact";
import { lineIn, userIn } from "../../line-in.ts";
import { handleIn, LineField, type TextProps } from "./coming-in.tsx";
import { useTools } from "./tools.ts";

export interface Account {
  readonly text: string;
  readonly user: string;
}

export interface AccountProps {
  readonly account: Account;
  readonly onAccount: (account: Account) => void;
}

/** @throws Refused `handle-invalid` */
export function accountOf({ text, user }: Account): { readonly line: string; readonly user: string } {
  return { line: lineIn(text), user: handleIn(user) };
}

export function AccountFields({ account, onAccount }: AccountProps): VNode {
  const { say } = useTools();
  // What register has shown says who it is for, too.
  const paste = (text: string): void =>
    onAccount({ text, user: account.user === "" ? (userIn(text) ?? "") : account.user });
  return (
    <>
      <LineField label={say("realm-line")} value={account.text} onChange={paste} />
      <UserField value={account.user} onChange={(user) => onAccount({ ...account, user })} />
    </>
  );
}

export function Asking({ isBusy }: { readonly isBusy: boolean }): VNode {
  const { say } = useTools();
  return (
    <p class="hint" role="status">
      {isBusy && say("logging-in")}
    </p>
  );
}

function UserField({ value, onChange }: TextProps): VNode {
  const { say } = useTools();
  return (
    <label class="stacked">
      {say("account-name")}
      <input
        required
        maxLength={64}
        value={value}
        placeholder="ada"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  );
}
