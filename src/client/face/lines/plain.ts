// The lines face for people, in words: one event a line, roles spelt out, nothing that a screen reader would stumble over.
// Everything of others passes sanitize(). Knows no terminal: where lines go, and when, is handed in.
import { Fault, reason } from "../../../model/fault.ts";
import type { Client } from "../../port/client.ts";
import type { Face } from "../../port/face.ts";
import type { ClientEvent, LinkReason, MessageView, Sender, WaitingView } from "../../port/views.ts";
import { sanitize, sanitizeLine, type SafeText } from "../sanitize.ts";
import { LINE_BYTES, type Line } from "./input.ts";
import { LateLines } from "./late-lines.ts";
import { commandOf, HELP, type PlainCommand } from "./plain-commands.ts";
import type { LineFace } from "./run.ts";

export interface PlainWorld {
  readonly print: (line: string) => void;
  /** `error: …`, `hint: …`: to the terminal or to stderr. */
  readonly complain: (line: string) => void;
  readonly full: () => boolean;
  readonly drained: () => Promise<void>;
  readonly written: () => Promise<void>;
  /** Hours and minutes where the user is: `14:05`. */
  readonly clockTime: (ms: number) => string;
  /** A person types: a leading `/` is a command, and what was typed is on the screen already. */
  readonly interactive: boolean;
}

/** The gutter of a second line: as wide as the time, so that no text can look like a new message. */
const GUTTER = "      | ";
/** In the place of the time: the server has not said when. */
const NO_TIME = "--:--";
const LOBBY = "#lobby";

export class PlainFace implements LineFace, Face {
  readonly #world: PlainWorld;
  /** Users by what their names look like: equal ones are told apart by their handles. */
  readonly #namesakes = new Map<string, Set<string>>();
  /** Texts that were typed here and did not come back yet, to show each of them once. */
  readonly #typed = new Set<string>();
  readonly #late: LateLines;
  /** Answers come in the order of the questions: each waits for the one before. */
  #turn: Promise<void> = Promise.resolve();
  #toldLink = "";
  #self = "";

  constructor(world: PlainWorld) {
    this.#world = world;
    this.#late = new LateLines((sentence) => this.system(sentence));
  }

  get full(): boolean {
    return this.#world.full();
  }

  drained(): Promise<void> {
    return this.#world.drained();
  }

  written(): Promise<void> {
    return this.#world.written();
  }

  show(event: ClientEvent): void {
    switch (event.event) {
      case "message":
        // What this person typed stands on the screen already.
        if (!(this.#world.interactive && event.mine && this.#typed.delete(event.text))) this.#message(event);
        return;
      case "ready":
        this.#self = event.user;
        this.#know(event.user, event.name);
        return this.system(
          `you are ${sanitizeLine(event.name)} (@${event.user}) in ${LOBBY}${this.#world.interactive ? "; /help shows what you can do" : ""}`,
        );
      case "link":
        return this.#link(event);
      case "state":
        if (event.state === "failed") this.system(`a message was not sent: ${lineOf(event.reason)}`);
        return;
      case "member":
        return this.#member(event);
      case "presence":
        // That we are here ourselves is no news.
        if (event.user === this.#self) return;
        return this.system(`@${sanitizeLine(event.user)} is ${event.on ? "online" : "offline"}`);
      case "conversation":
        if (event.change === "trimmed")
          this.system(`older messages of ${event.conversation} are no longer on the server`);
        return;
      case "alarm":
        return this.#world.print(`! alarm (${event.code}): ${sanitizeLine(event.message, 1000)}`);
    }
  }

  /** True: the line asks to leave. */
  async onLine(line: Line, client: Client): Promise<boolean> {
    const command = this.#read(line);
    if (command instanceof Fault) await this.#inTurn(Promise.reject(command));
    else if (command.do === "say") await this.#say(command.text, client);
    else if (command.do !== "quit") await this.#inTurn(this.#answer(command, client));
    return !(command instanceof Fault) && command.do === "quit";
  }

  /** A sentence of the program itself. */
  system(sentence: string): void {
    this.#world.print(`* ${sentence}`);
  }

  #read(line: Line): PlainCommand | Fault {
    if (line.kind === "too-long") return new Fault("line-too-long", `a line of more than ${LINE_BYTES} bytes`);
    if (line.kind === "not-utf8") return new Fault("bad-text", "the line is not UTF-8");
    try {
      return commandOf(line.text, this.#world.interactive);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  /** Asked at once, shown when everything before it was. */
  #inTurn(answer: Promise<() => void>): Promise<void> {
    const shown = answer.catch((error: unknown) => () => this.#complain(error));
    this.#turn = this.#turn.then(async () => (await shown)());
    return this.#turn;
  }

  #complain(error: unknown): void {
    // Why it ended is told at the end, and what waits too.
    if (error instanceof Fault && error.code === "stopped") return;
    this.#world.complain(`error: ${sanitizeLine(reason(error), 1000)}`);
    if (error instanceof Fault && error.hint !== undefined)
      this.#world.complain(`hint: ${sanitizeLine(error.hint, 1000)}`);
  }

  async #say(text: string, client: Client): Promise<void> {
    const { interactive } = this.#world;
    if (!client.isConnected && interactive) this.system("not connected: this will be sent when the server is there");
    const isOver = interactive ? this.#late.add(text, !client.isConnected) : () => {};
    if (interactive) this.#typed.add(text);
    try {
      await client.ask({ do: "send", to: LOBBY, text });
      isOver(true);
    } catch (error) {
      isOver(false);
      this.#typed.delete(text);
      this.#complain(error);
    }
  }

  /** Gives what is to be shown. */
  async #answer(command: Exclude<PlainCommand, { do: "say" | "quit" }>, client: Client): Promise<() => void> {
    switch (command.do) {
      case "nothing":
        return () => {};
      case "help":
        return () => this.#lines(HELP);
      case "who": {
        const { members } = (await client.ask({ do: "members", to: LOBBY })) as { members: readonly Person[] };
        return () => this.#people(members);
      }
      case "users": {
        const { users } = (await client.ask({ do: "users", query: command.query })) as { users: readonly Person[] };
        return () => this.#people(users);
      }
      case "history": {
        const asked = { do: "history", to: LOBBY, before: undefined, limit: command.limit } as const;
        const history = (await client.ask(asked)) as unknown as History;
        return () => this.#history(history, command.limit);
      }
      case "conversations": {
        const { conversations } = (await client.ask({ do: "conversations" })) as {
          conversations: readonly Conversation[];
        };
        return () => this.#lines(conversations.map(conversationLine));
      }
    }
  }

  #lines(lines: readonly string[]): void {
    for (const line of lines) this.#world.print(line);
  }

  /** The newest `limit` of both: what waits comes last. */
  #history({ messages, waiting = [] }: History, limit: number): void {
    const room = Math.max(0, limit - waiting.length);
    for (const message of messages.slice(Math.max(0, messages.length - room))) this.#message(message);
    for (const { from, text, state } of waiting)
      this.#print(NO_TIME, from, { text, note: state === "queued" ? " [waiting]" : "" });
  }

  #people(people: readonly Person[]): void {
    for (const { user, name, online, devices, verified } of people) {
      const proof = verified ? "" : ", name not verified";
      if (verified) this.#know(user, name);
      this.#world.print(
        `  ${sanitizeLine(name)} (@${sanitizeLine(user)})  ${online ? "online" : "offline"}, ${count(devices, "device")}${proof}`,
      );
    }
  }

  #message({ at, from, text, lost, placeholder }: MessageView): void {
    const shown = placeholder === undefined ? text : `[${text}]`;
    this.#print(this.#world.clockTime(at), from, {
      text: shown,
      note: lost === true ? " [no longer on the server]" : "",
    });
  }

  #print(
    time: string,
    from: MessageView["from"],
    { text, note }: { readonly text: string; readonly note: string },
  ): void {
    const [first = "", ...rest] = sanitize(text).split("\n");
    this.#world.print(`${time} ${this.#nameOf(from)}: ${first}${rest.length === 0 ? note : ""}`);
    rest.forEach((line, index) => this.#world.print(`${GUTTER}${line}${index === rest.length - 1 ? note : ""}`));
  }

  /** `name`, or `name (@handle)` once two people are known whose names look the same. Who has no proof is put in brackets. */
  #nameOf({ user, name, verified }: Pick<Sender, "user" | "name" | "verified">): string {
    const shown: SafeText = sanitizeLine(name);
    if (!verified) return `[${shown}]`;
    return this.#know(user, name) > 1 ? `${shown} (@${user})` : shown;
  }

  /** How many users with a name that looks like this are known now, this one included. */
  #know(user: string, name: string): number {
    const key = sanitizeLine(name).normalize("NFKC").toLowerCase();
    const users = this.#namesakes.get(key) ?? new Set();
    this.#namesakes.set(key, users.add(user));
    return users.size;
  }

  #member({ conversation, user, name, change }: Extract<ClientEvent, { event: "member" }>): void {
    if (user !== "") this.#know(user, name);
    const who = user === "" ? sanitizeLine(name) : `${sanitizeLine(name)} (@${user})`;
    this.system(
      change === "added"
        ? `${who} came to ${conversation} with a new device`
        : `a device of ${who} left ${conversation}`,
    );
  }

  #disconnected(why: LinkReason | undefined, triesAgain: boolean): void {
    this.system(`not connected: ${lineOf(why)}${triesAgain ? "; trying again" : ""}`);
    if (why?.hint !== undefined) this.system(`hint: ${sanitizeLine(why.hint, 1000)}`);
  }

  #link({ state, reason: why, retryMs }: Extract<ClientEvent, { event: "link" }>): void {
    const key = `${state} ${why?.code ?? ""}`;
    const again = this.#toldLink === key;
    this.#toldLink = key;
    if (state === "connected") return this.system("connected");
    if (state === "refused") return;
    // The same failure over and over is told once.
    if (!again) this.#disconnected(why, retryMs !== undefined);
    this.#late.disconnected();
  }
}

type Person = {
  readonly user: string;
  readonly name: string;
  readonly online: boolean;
  readonly devices: number;
  readonly verified: boolean;
};
type History = { readonly messages: readonly MessageView[]; readonly waiting?: readonly WaitingView[] };
type Conversation = { readonly conversation: string; readonly members: number; readonly unread: number };

function conversationLine({ conversation, members, unread }: Conversation): string {
  return `  ${conversation}  ${count(members, "device")}, ${unread} unread`;
}

function lineOf(why: LinkReason | undefined): string {
  return sanitizeLine(why?.message ?? "no reason given", 1000);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
