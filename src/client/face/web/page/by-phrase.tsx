// The password of an account is lost: its recovery phrase lets this machine in, and sets another password.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { AccountFields, accountOf, type AccountProps, Asking } from "./account-fields.tsx";
import { GoOn, type TextProps, Title, useTrying, Wrong } from "./coming-in.tsx";
import { NewPassphrase } from "./new-passphrase.tsx";
import { PasswordTwice, sameTwice } from "./new-password.tsx";
import { PHRASE_CHARS } from "../protocol/messages.ts";
import { useTools } from "./tools.ts";

export interface ByPhraseProps extends AccountProps {
  readonly onBack: () => void;
}

export function ByPhrase({ account, onAccount, onBack }: ByPhraseProps): VNode {
  const { line, say } = useTools();
  const [words, setWords] = useState("");
  const [password, setPassword] = useState({ next: "", again: "" });
  const [passphrase, setPassphrase] = useState("");
  const { wrong, isBusy, run } = useTrying();
  const come = run(async () => {
    const guard = passphrase === "" ? {} : { passphrase };
    await line.come({ say: "recover", ...accountOf(account), words, password: sameTwice(password), ...guard });
  });
  return (
    <form class="way" onSubmit={come}>
      <Title text={say("password-lost")} />
      <p>{say("password-lost-about")}</p>
      <AccountFields account={account} onAccount={onAccount} />
      <PhraseField value={words} onChange={setWords} />
      <PasswordTwice label={say("password-next")} value={password} onChange={setPassword} />
      <NewPassphrase label={say("new-passphrase")} value={passphrase} onChange={setPassphrase} />
      <Wrong wrong={wrong} />
      <Asking isBusy={isBusy} />
      <GoOn word="come-in" isBusy={isBusy} onBeside={onBack} />
    </form>
  );
}

/** Of an account, from paper: with numbers before the words, or without. */
function PhraseField({ value, onChange }: TextProps): VNode {
  const { say } = useTools();
  return (
    <label class="stacked">
      {say("phrase-typed")}
      <textarea
        rows={4}
        required
        maxLength={PHRASE_CHARS}
        value={value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  );
}
