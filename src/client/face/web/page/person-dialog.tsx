// What is known of a person: the safety number to compare, their devices, one's own name for them.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { PersonCard, ScreenView } from "../../../port/screens.ts";
import { DeviceList } from "./device-list.tsx";
import { Membership } from "./membership.tsx";
import { Avatar, Dialog } from "./parts.tsx";
import { shownName } from "./people.ts";
import { QrCode } from "./qr.tsx";
import { useTools } from "./tools.ts";

export interface PersonProps {
  readonly user: string;
  readonly view: ScreenView;
  readonly onOpen: (conversation: string) => void;
}

export function PersonDialog({ user, view, onOpen }: PersonProps): VNode {
  const { line, say, show, go } = useTools();
  const [card, setCard] = useState<PersonCard>();
  const load = (): Promise<void> => line.person(user).then(setCard);
  useEffect(() => go(load()), [user]);
  if (card === undefined)
    return (
      <Dialog title={shownName(user)}>
        <p class="empty">{say("loading")}</p>
      </Dialog>
    );
  const talk = (): void => {
    show(undefined);
    onOpen(`@${user}`);
  };
  return (
    <Dialog title={say("person-card")}>
      <div class="person-head">
        <Avatar user={user} name={card.name} online={card.online} size="large" />
        <div>
          <h3 dir="auto">{shownName(card.nickname ?? card.name)}</h3>
          <p>
            @{shownName(user)} · {say(card.online ? "online" : "not-online")}
          </p>
        </div>
        {user !== view.self.user && (
          <button type="button" class="button primary" onClick={talk}>
            {say("write")}
          </button>
        )}
      </div>
      {user !== view.self.user && <Nickname card={card} onDone={load} />}
      {card.verify !== undefined && user !== view.self.user && (
        <SafetyNumber card={card} verify={card.verify} onDone={load} />
      )}
      <Membership user={user} view={view} />
      <Devices card={card} />
    </Dialog>
  );
}

function Devices({ card: { user, devices } }: { readonly card: PersonCard }): VNode {
  const { say, show } = useTools();
  return (
    <>
      <h3>{say.count("devices", devices.length)}</h3>
      <DeviceList devices={devices} />
      <p class="button-row">
        <button type="button" class="button" onClick={() => show({ panel: "audit", user })}>
          {say("audit")}
        </button>
      </p>
    </>
  );
}

interface SafetyProps {
  readonly card: PersonCard;
  readonly verify: NonNullable<PersonCard["verify"]>;
  readonly onDone: () => Promise<void>;
}

function SafetyNumber({ card, verify, onDone }: SafetyProps): VNode {
  const { line, say, go } = useTools();
  const { user, name, safetyNumber, verified, qr, openpgp, email } = verify;
  const trust = (): void => go(line.ask({ do: "trust", user, verified: !verified }).then(onDone));
  return (
    <section class="safety" aria-label={say("safety-number")}>
      <h3>{say("safety-number")}</h3>
      <p>{say("safety-about", { name: shownName(card.nickname ?? name) })}</p>
      <div class="safety-both">
        {qr !== undefined && <QrCode lines={qr} label={say("safety-number")} />}
        <p class="digits">{safetyNumber}</p>
      </div>
      {email !== undefined && <p class="proof">{shownName(email)}</p>}
      {openpgp !== undefined && <p class="proof">OpenPGP {shownName(openpgp)}</p>}
      <button type="button" class={verified ? "button" : "button primary"} onClick={trust}>
        {say(verified ? "untrust" : "trust")}
      </button>
      {verified && <p class="good-line">{say("trusted")}</p>}
    </section>
  );
}

function Nickname({ card, onDone }: { readonly card: PersonCard; readonly onDone: () => Promise<void> }): VNode {
  const { line, say, go } = useTools();
  const [name, setName] = useState(card.nickname ?? "");
  const keep = (event: SubmitEvent): void => {
    event.preventDefault();
    go(line.do({ want: "nickname", user: card.user, name: name.trim() }).then(onDone));
  };
  return (
    <form class="inline-form" onSubmit={keep}>
      <label>
        {say("nickname")}
        <input value={name} maxLength={64} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        {say("keep")}
      </button>
    </form>
  );
}
