// What a person has before them: the conversation that the prompt names, and who and what was shown.
import type { LinesWorld } from "./message-lines.ts";
import { safe } from "./safe.ts";
import { KnownNames } from "./known-names.ts";
import { ShownMessages } from "./shown-messages.ts";
import { TransferLines } from "./transfer-lines.ts";

/** Where everybody starts. */
export const LOBBY = "#lobby";

export interface SceneWorld {
  readonly print: (line: string) => void;
  /** Hours and minutes where the user is, `14:05`; with the day before it where that is not today. */
  readonly clockTime: (ms: number) => string;
  /** What is typed goes to another conversation from now on. */
  readonly onPlace: (conversation: string) => void;
  /** Whose names were proved to this device before: whoever is called like one of them is told apart from the first line on. */
  readonly known: readonly { readonly user: string; readonly name: string }[];
  /** Whoever sits here. */
  readonly self: { readonly user: string; readonly name: string };
  /** A person types: a leading `/` is a command, and what was typed is on the screen already. */
  readonly interactive: boolean;
}

export class Scene implements LinesWorld {
  readonly #world: SceneWorld;
  readonly clockTime: SceneWorld["clockTime"];
  readonly names = new KnownNames();
  readonly shown = new ShownMessages();
  readonly transfers = new TransferLines();
  /** What was typed here and did not come back yet, to show it once. See `said`. */
  readonly typed = new Set<string>();
  /** While something was asked that may end with `go`. */
  isMoving = false;
  #here = LOBBY;

  constructor(world: SceneWorld) {
    this.#world = world;
    this.clockTime = world.clockTime;
    for (const { user, name } of world.known) this.names.know(user, name);
    this.names.ready(world.self.user, world.self.name);
  }

  /** Where a line without a command goes. */
  get here(): string {
    return this.#here;
  }

  get interactive(): boolean {
    return this.#world.interactive;
  }

  print(...lines: readonly string[]): void {
    for (const line of lines) this.#world.print(line);
  }

  /** A sentence of the program itself. */
  tell(sentence: string): void {
    this.print(`* ${sentence}`);
  }

  go(place: string, topic: string = ""): void {
    this.#here = place;
    this.#world.onPlace(place);
    this.tell(safe`what you type goes to ${place} now${topic === "" ? "" : `: ${topic}`}`);
  }
}

/** A text in its conversation. */
export function said(conversation: string, text: string): string {
  return `${conversation}\n${text}`;
}
