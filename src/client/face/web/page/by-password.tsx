// Somebody has an account with a password, and this machine is empty. The password goes to the program on this machine, and nowhere else.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { type Account, AccountFields, accountOf, type AccountProps, Asking } from "./account-fields.tsx";
import { ByPhrase } from "./by-phrase.tsx";
import { PasswordField, useTrying, Wrong } from "./coming-in.tsx";
import { NewPassphrase } from "./new-passphrase.tsx";
import { useTools } from "./tools.ts";

export function ByPassword(): VNode {
  const [account, setAccount] = useState<Account>({ text: "", user: "" });
  const [isLost, setLost] = useState(false);
  const props = { account, onAccount: setAccount };
  return isLost ? (
    <ByPhrase {...props} onBack={() => setLost(false)} />
  ) : (
    <LoggingIn {...props} onLost={() => setLost(true)} />
  );
}

interface LoggingInProps extends AccountProps {
  /** Their password. */
  readonly onLost: () => void;
}

function LoggingIn({ account, onAccount, onLost }: LoggingInProps): VNode {
  const { line, say } = useTools();
  const [password, setPassword] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const { wrong, isBusy, run } = useTrying();
  const come = run(async () => {
    const guard = passphrase === "" ? {} : { passphrase };
    await line.come({ say: "login", ...accountOf(account), password, ...guard });
  });
  return (
    <form class="way" onSubmit={come}>
      <h2>{say("by-password")}</h2>
      <p>{say("by-password-about")}</p>
      <AccountFields account={account} onAccount={onAccount} />
      <PasswordField label={say("password")} autocomplete="current-password" value={password} onChange={setPassword} />
      <NewPassphrase label={say("new-passphrase")} value={passphrase} onChange={setPassphrase} />
      <Wrong wrong={wrong} />
      <Asking isBusy={isBusy} />
      <p class="button-row">
        <button type="submit" class="button primary" disabled={isBusy}>
          {say("log-in")}
        </button>
        <button type="button" class="button" onClick={onLost}>
          {say("password-lost")}
        </button>
      </p>
    </form>
  );
}
