// The lines face for people, in words: one event a line, roles spelt out, nothing that a screen reader would stumble over.
// Everything of others passes sanitize(). Knows no terminal: where lines go, and when, is handed in.
import { Fault, reason } from "../../../model/fault.ts";
import { readCommand } from "../../app/commands.ts";
import type { Client, Command } from "../../port/client.ts";
import type { Face } from "../../port/face.ts";
import type { Replies } from "../../port/replies.ts";
import type { ClientEvent } from "../../port/views.ts";
import { sanitizeLine } from "../sanitize.ts";
import { answerLines } from "./answer-lines.ts";
import { LINE_BYTES, type Line } from "./input.ts";
import { LateLines } from "./late-lines.ts";
import { News } from "./news.ts";
import { commandOf, helpAbout, type PlainCommand, usageOf } from "./plain-commands.ts";
import type { LineFace } from "./run.ts";
import { LOBBY, said, Scene, type SceneWorld } from "./scene.ts";
import { typedFault } from "./typed-fault.ts";
import type { Meant, Wish } from "./verbs.ts";
import { whereTo } from "./where-to.ts";

export interface PlainWorld extends SceneWorld {
  /** `error: …`, `hint: …`: to the terminal or to stderr. */
  readonly complain: (line: string) => void;
  readonly full: () => boolean;
  readonly drained: () => Promise<void>;
  readonly written: () => Promise<void>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** See Ground. */
  readonly homeFolder?: string | undefined;
}

const LONG = 1_000;
/** Messages of one answer, to find the one that is meant. */
const LOOK_BACK = 500;
/** After these, what is typed may be meant for somewhere else. */
const MOVES = new Set(["to", "create", "join", "leave"]);

type Asking = Extract<PlainCommand, { do: "ask" }>;

export class PlainFace implements LineFace, Face {
  readonly #world: PlainWorld;
  readonly #scene: Scene;
  readonly #late: LateLines;
  readonly #news: News;
  /** Answers come in the order of the questions: each waits for the one before. */
  #turn: Promise<void> = Promise.resolve();
  /** Typed, and not stored yet: which message `^` means is open until then. By conversation. */
  readonly #saying = new Map<Promise<unknown>, string>();
  /** While it is open where the next line goes. */
  #moving: Promise<void> | undefined;

  constructor(world: PlainWorld) {
    this.#world = world;
    this.#scene = new Scene(world);
    this.#late = new LateLines((sentence) => this.system(sentence));
    this.#news = new News(this.#scene, this.#late);
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
    this.#news.show(event);
  }

  /** A sentence of the program itself. */
  system(sentence: string): void {
    this.#scene.tell(sentence);
  }

  /** True: the line asks to leave. */
  async onLine(line: Line, client: Client): Promise<boolean> {
    const early = this.#read(line);
    if (!(early instanceof Fault) && early.do === "quit") return true;
    while (this.#moving !== undefined) await this.#moving;
    const command = this.#read(line);
    if (command instanceof Fault) await this.#inTurn(Promise.reject(command));
    else await this.#obey(command, client);
    return false;
  }

  #read(line: Line): PlainCommand | Fault {
    if (line.kind === "too-long") return new Fault("line-too-long", `a line of more than ${LINE_BYTES} bytes`);
    if (line.kind === "not-utf8") return new Fault("bad-text", "the line is not UTF-8");
    try {
      const { interactive, now, homeFolder } = this.#world;
      return commandOf(line.text, interactive, { here: this.#scene.here, now: now(), homeFolder });
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  async #obey(command: PlainCommand, client: Client): Promise<void> {
    if (command.do === "nothing" || command.do === "quit") return;
    if (command.do === "ask" && command.wishes[0]?.fields["do"] === "send") return this.#say(command, client);
    if (command.do === "ask" && isChange(command) && !client.isConnected) return this.#change(command, client);
    const done = this.#inTurn(this.#answer(command, client));
    return command.verb !== undefined && MOVES.has(command.verb) ? this.#move(done) : done;
  }

  /** What waits for the server keeps nobody from asking. */
  async #change(command: Asking, client: Client): Promise<void> {
    try {
      const answer = this.#answer(command, client);
      this.system("not connected: this will be done when the server is there");
      (await answer)();
    } catch (error) {
      this.#complain(error);
    }
  }

  async #move(done: Promise<void>): Promise<void> {
    this.#moving = done;
    this.#scene.isMoving = true;
    await done;
    this.#moving = undefined;
    this.#scene.isMoving = false;
  }

  /** Gives what is to be shown. */
  async #answer(command: Exclude<PlainCommand, { do: "nothing" | "quit" }>, client: Client): Promise<() => void> {
    switch (command.do) {
      case "help": {
        const lines = helpAbout(command.about);
        return () => this.#scene.print(...lines);
      }
      case "go": {
        const { place, topic } = await whereTo(command.to, client);
        return () => this.#scene.go(place, topic);
      }
      case "ask": {
        const shows: (() => void)[] = [];
        for (const wish of command.wishes) shows.push(await this.#ask(wish, command.verb, client));
        return () => {
          for (const show of shows) show();
        };
      }
    }
  }

  async #ask(wish: Wish, verb: string | undefined, client: Client): Promise<() => void> {
    const command = complete(wish, verb, await this.#meant(wish.meant, client));
    const reply = await client.ask(command);
    return () => {
      this.#scene.print(...answerLines(command, reply, this.#scene));
      this.#follow(command, reply);
    };
  }

  /** Asked at once, shown when everything before it was. */
  #inTurn(answer: Promise<() => void>): Promise<void> {
    const shown = answer.catch((error: unknown) => () => this.#complain(error));
    // A defect in one answer is not to be the end of all others.
    const isShown = this.#turn.then(async () => (await shown)());
    this.#turn = isShown.catch((error: unknown) => this.#complain(error));
    return this.#turn;
  }

  #complain(error: unknown): void {
    // Why it ended is told at the end, and what waits too.
    if (error instanceof Fault && error.code === "stopped") return;
    this.#world.complain(`error: ${sanitizeLine(reason(error), LONG)}`);
    if (error instanceof Fault && error.hint !== undefined)
      this.#world.complain(`hint: ${sanitizeLine(error.hint, LONG)}`);
  }

  async #say({ wishes: [wish], verb }: Asking, client: Client): Promise<void> {
    try {
      if (wish === undefined) return;
      // Without a message that is meant it is on its way at once.
      const more = wish.meant === undefined ? {} : await this.#meant(wish.meant, client);
      const command = complete(wish, verb, more);
      if (command.do === "send") await this.#send(command, client);
    } catch (error) {
      this.#complain(error);
    }
  }

  async #send(command: Extract<Command, { do: "send" }>, client: Client): Promise<void> {
    const { to, text } = command;
    if (!this.#world.interactive) return void (await client.ask(command));
    if (!client.isConnected) this.system("not connected: this will be sent when the server is there");
    const isOver = this.#late.add(text, !client.isConnected);
    this.#scene.typed.add(said(to, text));
    const stored = client.ask(command);
    this.#saying.set(stored, to);
    try {
      this.#said(command, await stored);
      isOver(true);
    } catch (error) {
      isOver(false);
      this.#scene.typed.delete(said(to, text));
      throw error;
    } finally {
      this.#saying.delete(stored);
    }
    // Whoever answers has read. That it could not be kept is no trouble of theirs.
    client.ask({ do: "read", to, seq: undefined }).catch(() => {});
  }

  /** It can be meant from now on, whenever it comes back. */
  #said({ to, text }: Extract<Command, { do: "send" }>, reply: Readonly<Record<string, unknown>>): void {
    const { message, seq, at } = reply as unknown as Replies["send"];
    const { shown } = this.#scene;
    if (shown.get(message) === undefined)
      shown.add({ message, conversation: to, seq, at: Date.parse(at), mine: true, text });
  }

  /** Everything typed there before is stored. @throws Fault `not-sent-yet` */
  async #settled(place: string, client: Client): Promise<void> {
    const waiting = [...this.#saying].flatMap(([stored, to]) => (to === place ? [stored] : []));
    if (waiting.length === 0) return;
    if (!client.isConnected)
      throw new Fault("not-sent-yet", "what you typed last is not sent yet, so ^ is not certain", {
        hint: "name the message by its digits (/history shows them), or wait until it is sent",
      });
    await Promise.allSettled(waiting);
  }

  /** The message that was meant, as a field; what was not shown yet is looked up once. @throws Fault `no-such-message`, … */
  async #meant(meant: Meant | undefined, client: Client): Promise<Wish["fields"]> {
    if (meant === undefined) return {};
    const { shown, transfers, here } = this.#scene;
    const { field, typed, among } = meant;
    if (among === "transfers") return { [field]: transfers.find(typed) };
    if (typed.startsWith("^")) await this.#settled(here, client);
    const reference = { conversation: here, typed, among };
    const found = shown.find(reference);
    if (found !== undefined) return { [field]: found };
    const asked = { do: "history", to: here, before: undefined, limit: LOOK_BACK } as const;
    const { messages } = (await client.ask(asked)) as unknown as Replies["history"];
    for (const message of messages) shown.add(message);
    const now = shown.find(reference);
    if (now !== undefined) return { [field]: now };
    throw new Fault("no-such-message", `no message like this in ${here}`, { hint: "/history shows digits for each" });
  }

  /** Where the next line goes after it. */
  #follow(command: Command, { conversation, state }: Readonly<Record<string, unknown>>): void {
    const called = typeof conversation === "string" ? conversation : undefined;
    if (command.do === "create" && called !== undefined) this.#scene.go(called);
    if (command.do === "join" && state === "member") this.#scene.go(called ?? command.to);
    if (command.do === "leave" && command.to === this.#scene.here) this.#scene.go(LOBBY);
  }
}

const CHANGES = new Set<unknown>(["edit", "delete", "react"]);

function isChange({ wishes }: Asking): boolean {
  return wishes.every(({ fields }) => CHANGES.has(fields["do"]));
}

/** A wish as a command. @throws Fault */
function complete({ fields }: Wish, verb: string | undefined, more: Wish["fields"]): Command {
  try {
    return readCommand({ ...fields, ...more });
  } catch (error) {
    throw typedFault(error, { fields, verb, usage: usageOf });
  }
}
