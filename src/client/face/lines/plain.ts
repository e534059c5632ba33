// The lines face for people, in words: one event a line, roles spelt out, nothing that a screen reader would stumble over.
// Everything of others passes sanitize(). Knows no terminal: where lines go, and when, is handed in.
import { Fault, reason } from "../../../model/fault.ts";
import type { Client } from "../../port/client.ts";
import type { Face } from "../../port/face.ts";
import type { ClientEvent, LinkReason, MessageView, Sender } from "../../port/views.ts";
import { sanitize, sanitizeLine, type SafeText } from "../sanitize.ts";
import { LINE_BYTES, type Line } from "./input.ts";
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
const LOBBY = "#lobby";

export class PlainFace implements LineFace, Face {
  readonly #world: PlainWorld;
  /** Users by what their names look like: equal ones are told apart by their handles. */
  readonly #namesakes = new Map<string, Set<string>>();
  #toldLink = "";
  #self = "";

  constructor(world: PlainWorld) {
    this.#world = world;
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
        return this.#system(
          `you are ${sanitizeLine(event.name)} (@${event.user}) in ${LOBBY}${this.#world.interactive ? "; /help shows what you can do" : ""}`,
        );
      case "link":
        return this.#link(event);
      case "state":
        if (event.state === "failed") this.#system(`a message was not sent: ${lineOf(event.reason)}`);
        return;
      case "member":
        return this.#member(event);
      case "presence":
        // That we are here ourselves is no news.
        if (event.user === this.#self) return;
        return this.#system(`@${sanitizeLine(event.user)} is ${event.on ? "online" : "offline"}`);
      case "conversation":
        if (event.change === "trimmed")
          this.#system(`older messages of ${event.conversation} are no longer on the server`);
        return;
      case "alarm":
        return this.#world.print(`! alarm (${event.code}): ${sanitizeLine(event.message, 1000)}`);
    }
  }

  /** True: the line asks to leave. */
  async onLine(line: Line, client: Client): Promise<boolean> {
    try {
      return await this.#obey(this.#read(line), client);
    } catch (error) {
      this.#world.complain(`error: ${sanitizeLine(reason(error), 1000)}`);
      if (error instanceof Fault && error.hint !== undefined)
        this.#world.complain(`hint: ${sanitizeLine(error.hint, 1000)}`);
      return false;
    }
  }

  /** Texts that were typed here and did not come back yet, to show each of them once. */
  readonly #typed = new Set<string>();

  #read(line: Line): PlainCommand {
    if (line.kind === "too-long") throw new Fault("line-too-long", `a line of more than ${LINE_BYTES} bytes`);
    if (line.kind === "not-utf8") throw new Fault("bad-text", "the line is not UTF-8");
    return commandOf(line.text, this.#world.interactive);
  }

  async #obey(command: PlainCommand, client: Client): Promise<boolean> {
    switch (command.do) {
      case "nothing":
        return false;
      case "help":
        for (const line of HELP) this.#world.print(line);
        return false;
      case "quit":
        return true;
      case "say":
        await this.#say(command.text, client);
        return false;
      default:
        await this.#lookUp(command, client);
        return false;
    }
  }

  async #say(text: string, client: Client): Promise<void> {
    if (!client.isConnected && this.#world.interactive)
      this.#system("not connected: this will be sent when the server is there");
    if (this.#world.interactive) this.#typed.add(text);
    await client.ask({ do: "send", to: LOBBY, text }).catch((error: unknown) => {
      this.#typed.delete(text);
      throw error;
    });
  }

  async #lookUp(
    command: Extract<PlainCommand, { do: "who" | "users" | "history" | "conversations" }>,
    client: Client,
  ): Promise<void> {
    switch (command.do) {
      case "who": {
        const { members } = (await client.ask({ do: "members", to: LOBBY })) as { members: readonly Person[] };
        return this.#people(members);
      }
      case "users": {
        const { users } = (await client.ask({ do: "users", query: command.query })) as { users: readonly Person[] };
        return this.#people(users);
      }
      case "history": {
        const asked = { do: "history", to: LOBBY, before: undefined, limit: command.limit } as const;
        const { messages } = (await client.ask(asked)) as { messages: readonly MessageView[] };
        for (const message of messages) this.#message(message);
        return;
      }
      case "conversations": {
        const { conversations } = (await client.ask({ do: "conversations" })) as {
          conversations: readonly Conversation[];
        };
        for (const { conversation, members, unread } of conversations)
          this.#world.print(`  ${conversation}  ${count(members, "device")}, ${unread} unread`);
      }
    }
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
    const [first = "", ...rest] = sanitize(text).split("\n");
    const shown = placeholder === undefined ? first : `[${first}]`;
    const note = lost === true ? " [no longer on the server]" : "";
    this.#world.print(`${this.#world.clockTime(at)} ${this.#nameOf(from)}: ${shown}${rest.length === 0 ? note : ""}`);
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
    this.#system(
      change === "added"
        ? `${who} came to ${conversation} with a new device`
        : `a device of ${who} left ${conversation}`,
    );
  }

  #link({ state, reason: why, retryMs }: Extract<ClientEvent, { event: "link" }>): void {
    const key = `${state} ${why?.code ?? ""}`;
    const again = this.#toldLink === key;
    this.#toldLink = key;
    if (state === "connected") return this.#system("connected");
    if (state === "refused") return;
    // The same failure over and over is told once.
    if (again) return;
    this.#system(`not connected: ${lineOf(why)}${retryMs === undefined ? "" : "; trying again"}`);
    if (why?.hint !== undefined) this.#system(`hint: ${sanitizeLine(why.hint, 1000)}`);
  }

  #system(text: string): void {
    this.#world.print(`* ${text}`);
  }
}

type Person = {
  readonly user: string;
  readonly name: string;
  readonly online: boolean;
  readonly devices: number;
  readonly verified: boolean;
};
type Conversation = { readonly conversation: string; readonly members: number; readonly unread: number };

function lineOf(why: LinkReason | undefined): string {
  return sanitizeLine(why?.message ?? "no reason given", 1000);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
