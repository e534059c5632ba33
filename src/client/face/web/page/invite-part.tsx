// An invitation for somebody: whose it shall be, and then the line to give on. Who may not make one is told so by the server.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import { CopyButton } from "./copy-button.tsx";
import { faultWords } from "./fault-words.ts";
import { Field } from "./settings-dialog.tsx";
import { useTools } from "./tools.ts";

interface Invited {
  readonly line: string;
  readonly until: number;
}

interface Inviting {
  readonly user: string;
  readonly fill: (user: string) => void;
  readonly made: Invited | undefined;
  readonly wrong: string | undefined;
  readonly isBusy: boolean;
  readonly invite: () => Promise<void>;
}

const LINE_CHARS = 4_096;
const HANDLE_CHARS = 64;

function useInviting(): Inviting {
  const { line, say } = useTools();
  const [user, setUser] = useState("");
  const [made, setMade] = useState<Invited>();
  const [wrong, setWrong] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const fill = (next: string): void => {
    setUser(next);
    setMade(undefined);
    setWrong(undefined);
  };
  const invite = async (): Promise<void> => {
    const handle = user.trim().replace(/^@/, "");
    const request = { do: "invite", ...(handle !== "" && { user: handle }) };
    setBusy(true);
    setWrong(undefined);
    try {
      const answer = await line.ask<{ readonly line: string; readonly expiresAt: number }>({ do: "admin", request });
      setMade({ line: sanitizeLine(answer.line, LINE_CHARS), until: answer.expiresAt });
    } catch (error) {
      setWrong(faultWords(error, say));
    } finally {
      setBusy(false);
    }
  };
  return { user, fill, made, wrong, isBusy, invite };
}

export function InvitePart({ isFirst = false }: { readonly isFirst?: boolean }): VNode {
  const { say } = useTools();
  const { user, fill, made, wrong, isBusy, invite } = useInviting();
  return (
    <form
      class="settings"
      onSubmit={(event) => {
        event.preventDefault();
        void invite();
      }}
    >
      <h3>{say("invite")}</h3>
      <Field label={say("invite-name")} hint={say("invite-name-about")}>
        <input
          value={user}
          autofocus={isFirst}
          maxLength={HANDLE_CHARS}
          placeholder="bob"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => fill(currentTarget.value)}
        />
      </Field>
      {/* Another one for the same person is made when the name was touched again. */}
      <button type="submit" class="button" disabled={isBusy || made !== undefined}>
        {say("invite-make")}
      </button>
      {wrong !== undefined && (
        <p class="bad-line" role="alert">
          {wrong}
        </p>
      )}
      {made !== undefined && <Made {...made} />}
    </form>
  );
}

function Made({ line, until }: Invited): VNode {
  const { say, dates } = useTools();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div ref={box} class="settings" role="status">
      <p>{say("invite-made", { time: dates.until(until) })}</p>
      <p class="secret-line">{line}</p>
      <CopyButton text={line} label={say("invite-copy")} />
    </div>
  );
}
