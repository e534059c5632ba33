// Somebody has an account with a password, and this machine is empty. The password goes to the program on this machine, and nowhere else.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { lineIn, userIn } from "../../line-in.ts";
import { handleIn, LineField, PasswordField, type TextProps, useTrying, Wrong } from "./coming-in.tsx";
import { NewPassphrase } from "./new-passphrase.tsx";
import { useTools } from "./tools.ts";

export function ByPassword(): VNode {
  const { line, say } = useTools();
  const [text, setText] = useState("");
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const { wrong, isBusy, run } = useTrying();
  const paste = (pasted: string): void => {
    setText(pasted);
    // What register has shown says it, too.
    setUser((before) => (before === "" ? (userIn(pasted) ?? "") : before));
  };
  const come = run(async () => {
    const guard = passphrase === "" ? {} : { passphrase };
    await line.come({ say: "login", line: lineIn(text), user: handleIn(user), password, ...guard });
  });
  return (
    <form class="way" onSubmit={come}>
      <h2>{say("by-password")}</h2>
      <p>{say("by-password-about")}</p>
      <LineField label={say("realm-line")} value={text} onChange={paste} />
      <UserField value={user} onChange={setUser} />
      <PasswordField label={say("password")} autocomplete="current-password" value={password} onChange={setPassword} />
      <NewPassphrase label={say("new-passphrase")} value={passphrase} onChange={setPassphrase} />
      <Wrong wrong={wrong} />
      <p class="hint" role="status">
        {isBusy && say("logging-in")}
      </p>
      <button type="submit" class="button primary" disabled={isBusy}>
        {say("log-in")}
      </button>
    </form>
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
