// Events for people: each is a line or none.
import { isLogId } from "../../../model/ids.ts";
import type { ClientEvent, LinkReason } from "../../port/views.ts";
import * as sentences from "./event-lines.ts";
import type { LateLines } from "./late-lines.ts";
import { editedLines, messageLines } from "./message-lines.ts";
import { realmSentence } from "./realm-lines.ts";
import { safe } from "./safe.ts";
import { LOBBY, said, type Scene } from "./scene.ts";

type Of<K extends ClientEvent["event"]> = sentences.Of<K>;
type Told = Exclude<ClientEvent, Of<"message" | "edited" | "link" | "read" | "alarm">>;

export class News {
  readonly #scene: Scene;
  readonly #late: LateLines;
  /** Who is known to be typing, and where, until they have said it. */
  readonly #typing = new Set<string>();
  #toldLink = "";
  #toldMember = "";

  constructor(scene: Scene, late: LateLines) {
    this.#scene = scene;
    this.#late = late;
  }

  show(event: ClientEvent): void {
    const scene = this.#scene;
    switch (event.event) {
      case "message":
        return this.#message(event);
      case "edited":
        scene.shown.edited(event.message, event.text);
        return scene.print(...editedLines(scene, event, scene.here));
      case "link":
        return this.#link(event);
      case "read":
        // Whoever has read it knows.
        return;
      case "alarm":
        return scene.print(safe`! alarm (${event.code}): ${event.message}`);
      default: {
        const sentence = this.#sentence(event);
        if (sentence !== undefined) scene.tell(sentence);
        return this.#after(event);
      }
    }
  }

  #message(event: Of<"message">): void {
    const scene = this.#scene;
    const { conversation, text, mine, from, muted, mentioned } = event;
    scene.shown.add(event);
    this.#typing.delete(said(conversation, from.user));
    // What this person typed stands on the screen already.
    if (scene.interactive && mine && scene.typed.delete(said(conversation, text))) return;
    const isQuiet = muted === true && mentioned !== true && conversation !== scene.here;
    if (isQuiet && scene.interactive) return;
    scene.print(...messageLines(scene, event, { here: scene.here, digits: false }));
  }

  /** Undefined: no news for a person. */
  #sentence(event: Told): string | undefined {
    const scene = this.#scene;
    switch (event.event) {
      case "ready":
        return sentences.readySentence(event, scene);
      case "deleted":
        return sentences.deletedSentence(event, scene);
      case "reaction":
        return sentences.reactionSentence(event, scene);
      case "state":
        return this.#stateSentence(event);
      case "conversation":
        // Its name comes a moment later.
        if (event.change === "added" && isLogId(event.conversation)) return undefined;
        return sentences.conversationSentence(event, scene);
      case "member":
        return this.#memberSentence(event);
      case "asked":
        return sentences.askedSentence(event, scene);
      case "denied":
        return sentences.deniedSentence(event, scene);
      case "device":
        return sentences.deviceSentence(event, scene);
      case "label":
        return sentences.labelSentence(event);
      case "certificate":
      case "act":
      case "motd":
        return realmSentence(event, scene.interactive);
      case "typing":
        return this.#typingSentence(event);
      case "presence":
        // That we are here ourselves is no news.
        return scene.names.isSelf(event.user) ? undefined : safe`@${event.user} is ${event.on ? "online" : "offline"}`;
      case "progress":
        return scene.transfers.sentence(event);
      case "notice":
        return safe`${event.message}`;
    }
  }

  /** What it means for the next lines. */
  #after(event: ClientEvent): void {
    const scene = this.#scene;
    if (event.event === "deleted") scene.shown.deleted(event.message);
    if (event.event !== "conversation") return;
    if (event.change === "renamed" && event.was === scene.here) scene.go(event.conversation);
    if (event.change === "removed" && event.conversation === scene.here) scene.go(LOBBY);
  }

  /** Several devices of one user in one commit are one line. */
  #stateSentence(event: Of<"state">): string | undefined {
    if (event.state === "failed") return safe`a message was not sent: ${whyOf(event.reason)}`;
    return sentences.readSentence(event, this.#scene);
  }

  #memberSentence(event: Of<"member">): string | undefined {
    // Who is in it says its name.
    if (event.conversation.startsWith("@") && event.change !== "left") return undefined;
    const sentence = sentences.memberSentence(event, this.#scene);
    if (sentence === undefined) return undefined;
    const key = said(String(event.at), sentence);
    if (key === this.#toldMember) return undefined;
    this.#toldMember = key;
    return sentence;
  }

  /** Once, and where the person looks. */
  #typingSentence({ conversation, user, on }: Of<"typing">): string | undefined {
    const { interactive, here, names } = this.#scene;
    const key = said(conversation, user);
    if (!on) this.#typing.delete(key);
    if (!on || !interactive || conversation !== here || this.#typing.has(key)) return undefined;
    this.#typing.add(key);
    return safe`${names.who(user)} is typing`;
  }

  #link({ state, reason: why, retryMs }: Of<"link">): void {
    const key = `${state} ${why?.code ?? ""}`;
    const again = this.#toldLink === key;
    const wasRenewed = this.#toldLink === RENEWED;
    this.#toldLink = key;
    if (state === "connected") return wasRenewed ? undefined : this.#scene.tell("connected");
    if (state === "refused") return;
    // The same failure over and over is told once.
    if (!again && key !== RENEWED) this.#disconnected(why, retryMs !== undefined);
    this.#late.disconnected();
  }

  #disconnected(why: LinkReason | undefined, triesAgain: boolean): void {
    this.#scene.tell(safe`not connected: ${whyOf(why)}${triesAgain ? "; trying again" : ""}`);
    if (why?.hint !== undefined) this.#scene.tell(safe`hint: ${why.hint}`);
  }
}

/** For a moment, and nothing that a person would miss. */
const RENEWED = "reconnecting renewed";

function whyOf(why: LinkReason | undefined): string {
  return why?.message ?? "no reason given";
}
