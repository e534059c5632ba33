// The lock screen: nothing of what was said, not even who has.
import { useEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import { faultWords } from "./fault-words.ts";
import { Icon } from "./parts.tsx";
import { useTools } from "./tools.ts";

export function LockScreen(): VNode {
  const { line, say } = useTools();
  return <Locked title={say("locked")} open={(passphrase) => line.do({ want: "unlock", passphrase })} />;
}

/** Before the client has begun: what is kept is not open yet. */
export function VaultScreen({ name }: { readonly name: string }): VNode {
  const { line } = useTools();
  return <Locked title={sanitizeLine(name)} open={(passphrase) => line.come({ say: "open", passphrase })} />;
}

interface LockedProps {
  readonly title: string;
  readonly open: (passphrase: string) => Promise<unknown>;
}

function Locked({ title, open }: LockedProps): VNode {
  const { say } = useTools();
  const [wrong, setWrong] = useState<string>();
  const unlock = async (passphrase: string): Promise<void> => {
    try {
      await open(passphrase);
    } catch (error) {
      setWrong(faultWords(error, say));
    }
  };
  return (
    <main class="lonely" aria-label={title}>
      <Unlocking title={title} wrong={wrong} onTry={(passphrase) => void unlock(passphrase)} />
    </main>
  );
}

interface UnlockingProps {
  readonly title: string;
  readonly wrong: string | undefined;
  readonly onTry: (passphrase: string) => void;
}

function Unlocking({ title, wrong, onTry }: UnlockingProps): VNode {
  const { say } = useTools();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { current: input } = field;
    if (input === null) return;
    onTry(input.value);
    // A passphrase stays nowhere longer than it is needed.
    input.value = "";
  };
  return (
    <form class="lonely-card" onSubmit={submit}>
      <span class="lonely-icon">
        <Icon name="lock" />
      </span>
      <h1>{title}</h1>
      <label class="stacked">
        {say("passphrase")}
        <input ref={field} type="password" autocomplete="off" maxLength={1_024} />
      </label>
      {wrong !== undefined && (
        <p class="bad-line" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" class="button primary">
        {say("unlock")}
      </button>
    </form>
  );
}
