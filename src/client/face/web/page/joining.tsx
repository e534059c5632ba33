// Somebody comes in by an invitation: who they want to be, what guards this device, and whether they have a password from then on.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import type { InvitationLook, PhraseShown } from "../protocol/first-run.ts";
import { GoOn, handleIn, type TextProps, type Trying, useTrying, Wrong } from "./coming-in.tsx";
import { NewPassphrase } from "./new-passphrase.tsx";
import { NewPassword, sameTwice, type Twice } from "./new-password.tsx";
import { RecoveryPhrase } from "./recovery-phrase.tsx";
import { useTools } from "./tools.ts";

interface JoiningProps {
  readonly invitation: string;
  readonly look: InvitationLook;
  readonly onBack: () => void;
}

interface Coming {
  readonly user: string;
  readonly passphrase: string;
  /** Undefined: they want none. */
  readonly password: Twice | undefined;
}

const NOTHING: Coming = { user: "", passphrase: "", password: undefined };

interface Way extends Pick<Trying, "wrong" | "isBusy"> {
  readonly coming: Coming;
  readonly change: (part: Partial<Coming>) => void;
  readonly come: (event: SubmitEvent) => void;
  /** To be written down first. */
  readonly phrase: PhraseShown | undefined;
  readonly again: () => void;
}

function useJoining(invitation: string): Way {
  const { line } = useTools();
  const [coming, setComing] = useState(NOTHING);
  const [phrase, setPhrase] = useState<PhraseShown>();
  const { wrong, isBusy, run } = useTrying();
  const change = (part: Partial<Coming>): void => setComing((now) => ({ ...now, ...part }));
  const come = run(async () => {
    const { passphrase, password } = coming;
    const handle = handleIn(coming.user);
    const given = {
      line: invitation,
      ...(handle !== "" && { user: handle }),
      ...(passphrase !== "" && { passphrase }),
    };
    if (password === undefined) await line.come({ say: "join", ...given });
    else setPhrase(await line.come<PhraseShown>({ say: "register", ...given, password: sameTwice(password) }));
  });
  return { coming, change, come, phrase, again: () => setPhrase(undefined), wrong, isBusy };
}

export function Joining({ invitation, look, onBack }: JoiningProps): VNode {
  const { say } = useTools();
  const { coming, change, come, phrase, again, wrong, isBusy } = useJoining(invitation);
  const { user, passphrase, password } = coming;
  if (phrase !== undefined) return <RecoveryPhrase phrase={phrase} onBack={again} />;
  return (
    <form class="way" onSubmit={come}>
      <h2>{say("by-invitation")}</h2>
      <p>
        {say("realm-at", { server: sanitizeLine(look.server, 200) })} <code>{look.realm.slice(0, 16)}…</code>
      </p>
      {look.asks === "name" && <HandleField value={user} onChange={(text) => change({ user: text })} />}
      {look.asks === "name" && <NewPassword value={password} onChange={(next) => change({ password: next })} />}
      <NewPassphrase
        label={say("new-passphrase")}
        value={passphrase}
        onChange={(text) => change({ passphrase: text })}
      />
      <Wrong wrong={wrong} />
      <GoOn word={password === undefined ? "come-in" : "go-on"} isBusy={isBusy} onBeside={onBack} />
    </form>
  );
}

function HandleField({ value, onChange }: TextProps): VNode {
  const { say } = useTools();
  return (
    <label class="stacked">
      {say("handle-wanted")}
      <input
        value={value}
        placeholder="ada"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <span class="hint">{say("handle-about")}</span>
    </label>
  );
}
