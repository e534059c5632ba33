// Somebody has an account with a password, and this machine is empty. The password goes to the program on this machine, and nowhere else.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { type Account, AccountFields, accountOf, type AccountProps, Asking } from "./account-fields.tsx";
import { ByPhrase } from "./by-phrase.tsx";
import { GoOn, PasswordField, Title, useTrying, Wrong } from "./coming-in.tsx";
import { NewPassphrase } from "./new-passphrase.tsx";
import { useTools } from "./tools.ts";

export function ByPassword(): VNode {
  const [account, setAccount] = useState<Account>({ text: "", user: "" });
  /** What they have: the password, or not; or they have looked at the other, and come back. */
  const [way, setWay] = useState<"password" | "phrase" | "back">("password");
  const props = { account, onAccount: setAccount };
  return way === "phrase" ? (
    <ByPhrase {...props} onBack={() => setWay("back")} />
  ) : (
    <LoggingIn {...props} isBack={way === "back"} onLost={() => setWay("phrase")} />
  );
}

interface LoggingInProps extends AccountProps {
  readonly isBack: boolean;
  /** Their password. */
  readonly onLost: () => void;
}

function LoggingIn({ account, onAccount, isBack, onLost }: LoggingInProps): VNode {
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
      {isBack ? <Title text={say("by-password")} /> : <h2>{say("by-password")}</h2>}
      <p>{say("by-password-about")}</p>
      <AccountFields account={account} onAccount={onAccount} />
      <PasswordField label={say("password")} autocomplete="current-password" value={password} onChange={setPassword} />
      <NewPassphrase label={say("new-passphrase")} value={passphrase} onChange={setPassphrase} />
      <Wrong wrong={wrong} />
      <Asking isBusy={isBusy} />
      <GoOn word="log-in" isBusy={isBusy} beside="password-lost" onBeside={onLost} />
    </form>
  );
}
