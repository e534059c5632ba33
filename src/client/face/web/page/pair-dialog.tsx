// One more device of one's own: the line that brings it in, and, as soon as it is there, that it is.
import { useEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { Replies } from "../../../port/replies.ts";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./parts.tsx";
import { shownName } from "./people.ts";
import { QrCode } from "./qr.tsx";
import { useTelling } from "./telling.ts";
import { useTools } from "./tools.ts";

/** As notice-words.ts of the model tells it. */
const CAME = "own-device-added";

export function PairDialog(pairing: Replies["pair"]): VNode {
  const { say } = useTools();
  const came = useNewDevice();
  return (
    <Dialog title={say("pair")}>
      {came === undefined && <Waiting {...pairing} />}
      <div role="status">{came !== undefined && <p class="good-line">{say("pair-done", { name: came })}</p>}</div>
      {came !== undefined && <Done />}
    </Dialog>
  );
}

function Waiting({ line, qr, until }: Replies["pair"]): VNode {
  const { say, dates } = useTools();
  return (
    <>
      <p>{say("pair-about", { time: dates.time(until) })}</p>
      <QrCode lines={qr} label={say("pair")} />
      <p class="secret-line">{line}</p>
      <CopyButton text={line} label={say("invite-copy")} />
      <p class="hint">{say("pair-waiting")}</p>
    </>
  );
}

/** The line is worth nothing any more. */
function Done(): VNode {
  const { say, show } = useTools();
  const close = useRef<HTMLButtonElement>(null);
  // What had the focus may be gone.
  useEffect(() => close.current?.focus(), []);
  return (
    <>
      <p>{say("pair-check")}</p>
      <p class="button-row">
        <button ref={close} type="button" class="button primary" onClick={() => show(undefined)}>
          {say("close")}
        </button>
        <button type="button" class="button" onClick={() => show({ panel: "devices" })}>
          {say("devices-title")}
        </button>
      </p>
    </>
  );
}

/** What the first is called that came since this is open; what tells of it goes by itself, and this stays. */
function useNewDevice(): string | undefined {
  const { told } = useTelling();
  const before = useRef<ReadonlySet<string>>(undefined);
  before.current ??= new Set(told.map(({ key }) => key));
  const [came, setCame] = useState<string>();
  const news = told.find(({ key, code }) => code === CAME && before.current?.has(key) !== true);
  const name = news === undefined ? undefined : shownName(String(news.values?.["device"] ?? ""));
  useEffect(() => {
    if (name !== undefined) setCame((first) => first ?? name);
  }, [name]);
  return came;
}
