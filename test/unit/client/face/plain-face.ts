// A plain face whose lines are kept, and events to show it.
import { PlainFace } from "../../../../src/client/face/lines/plain.ts";
import type { ClientEvent } from "../../../../src/client/port/views.ts";

export const ALICE = { user: "alice", device: "a", name: "Alice", verified: true };
export const BOB = { user: "bob", device: "d", name: "Bob", verified: true };
/** When it is, for commands that say how long. */
export const NOW = Date.UTC(2026, 10, 21, 8);

interface Plain {
  readonly face: PlainFace;
  readonly printed: string[];
  readonly complaints: string[];
  /** Both, as a terminal shows them. */
  readonly both: string[];
  /** Where the prompt went. */
  readonly places: string[];
}

export function plain(interactive = false, known: readonly Pick<typeof ALICE, "user" | "name">[] = []): Plain {
  const printed: string[] = [];
  const complaints: string[] = [];
  const places: string[] = [];
  const both: string[] = [];
  const face = new PlainFace({
    print: (line) => [both, printed].forEach((kept) => kept.push(line)),
    complain: (line) => [both, complaints].forEach((kept) => kept.push(line)),
    full: () => false,
    drained: async () => {},
    written: async () => {},
    clockTime: (ms) => (ms === 0 ? "12:34" : new Date(ms).toISOString().slice(11, 16)),
    now: () => NOW,
    known,
    self: ALICE,
    onPlace: (place) => places.push(place),
    homeFolder: "/home/alice",
    interactive,
  });
  return { face, printed, complaints, both, places };
}

/** 32 digits that end with these. */
export function id(digits: string): string {
  return digits.padStart(32, "0");
}

/** An event as it may come, its fields as wrong as a test wants them. */
export function event(name: ClientEvent["event"], fields: object): ClientEvent {
  return { event: name, at: 0, conversation: "#lobby", ...fields } as unknown as ClientEvent;
}

export function message(text: string, more: object = {}): ClientEvent {
  return event("message", { message: id("1"), seq: 1, text, mine: false, from: BOB, ...more });
}
