// The lock screen: nothing of what was said, not even who has.
import { useEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import { Refused } from "./line.ts";
import { Icon } from "./parts.tsx";
import { useTools } from "./tools.ts";

export function LockScreen(): VNode {
  const { line, say } = useTools();
  const [passphrase, setPassphrase] = useState("");
  const [wrong, setWrong] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const unlock = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await line.do({ want: "unlock", passphrase });
    } catch (error) {
      setWrong(error instanceof Refused ? sanitizeLine(error.reason.message, 200) : say("unlock-failed"));
      setPassphrase("");
      field.current?.focus();
    }
  };
  return (
    <main class="lonely" aria-label={say("locked")}>
      <form class="lonely-card" onSubmit={(event) => void unlock(event)}>
        <span class="lonely-icon">
          <Icon name="lock" />
        </span>
        <h1>{say("locked")}</h1>
        <label class="stacked">
          {say("passphrase")}
          <input
            ref={field}
            type="password"
            autocomplete="off"
            value={passphrase}
            onInput={({ currentTarget }) => setPassphrase(currentTarget.value)}
          />
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
    </main>
  );
}
