// What a user writes: messages, and what is done to messages.
import type { LogId } from "../../model/ids.ts";
import type { Command, Reply } from "../port/client.ts";
import type { Abouts } from "./abouts.ts";
import type { Answers } from "./answers.ts";
import type { Core } from "./core.ts";
import type { Directs } from "./directs.ts";
import type { ChangePayload } from "./payload/payload.ts";

export interface WritingWorld {
  readonly core: Core;
  readonly abouts: Abouts;
  readonly answers: Answers;
  readonly directs: Directs;
}

type Of<K extends Command["do"]> = Extract<Command, { do: K }>;

export class Writing {
  readonly #world: WritingWorld;

  constructor(world: WritingWorld) {
    this.#world = world;
  }

  /** @throws Fault */
  async run(command: Of<"send" | "edit" | "delete" | "react">): Promise<Reply> {
    const log = await this.logTo(command.to);
    if (command.do === "send") return this.#send(log, command);
    const { answers, core } = this.#world;
    answers.checkChange(log, command);
    const { seq } = await core.sending.say(log, changeOf(command));
    return { seq };
  }

  /** A conversation that is not known yet may come with the first greeting; one with a user is made with the first message. */
  async logTo(to: string): Promise<LogId> {
    let log = this.#world.abouts.find(to);
    if (log === undefined) {
      await this.#world.core.readiness.settled;
      log = this.#world.abouts.logOf(to);
    }
    if (to.startsWith("@")) await this.#world.directs.open(log, to);
    return log;
  }

  async #send(log: LogId, { text, replyTo, expire, bot, message }: Of<"send">): Promise<Reply> {
    const { core, abouts } = this.#world;
    const seconds = expire ?? abouts.of(log).expire;
    const said = {
      kind: "text",
      text,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(seconds === undefined || seconds === 0 ? {} : { expire: seconds }),
      ...(bot === undefined ? {} : { bot }),
    } as const;
    return { ...(await core.sending.say(log, said, message)) };
  }
}

function changeOf(command: Of<"edit" | "delete" | "react">): ChangePayload {
  const target = command.message;
  switch (command.do) {
    case "edit":
      return { kind: "edit", target, text: command.text };
    case "delete":
      return { kind: "delete", target };
    case "react":
      return { kind: "react", target, emoji: command.emoji, on: command.on };
  }
}
