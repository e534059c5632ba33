// In a stream what comes is taken in handfuls: twenty messages at once cost little more than one. To everything behind it that is a server
// which sends them so: nothing overtakes anything, and an answer takes what came before it along.
import type { LogId } from "../../model/ids.ts";
import type { Frame } from "../../wire/codec.ts";
import type { Entry, ServerMessage } from "../../wire/messages.ts";
import type { Clock } from "../port/clock.ts";

type Frames = readonly Frame<ServerMessage>[];

/** So many handfuls at once, and then one in so many milliseconds, which nobody sees. */
const FREE = 16;
const REST_MS = 100;
/** Nothing more is waited for: frames. */
const ENOUGH = 64;

/** What `incoming` gives, in its order. Ends and throws as it does, after everything that came before. */
export async function* gathered(incoming: AsyncIterable<Frames>, clock: Clock): AsyncGenerator<Frames, void, void> {
  const source = new Source(incoming);
  const pace = new Pace(clock);
  try {
    for (let frames = await source.take(); frames !== undefined; frames = await source.take()) {
      if (frames.every(isOfStream)) {
        const { rest } = pace;
        yield joined(rest > 0 ? await handful(frames, source, (done) => clock.after(rest, done)) : frames);
        pace.took();
      } else yield joined(frames);
    }
  } finally {
    source.end();
  }
}

/** What comes behind `first` until the rest is over or somebody waits for it. */
async function handful(first: Frames, source: Source, rest: (done: () => void) => () => void): Promise<Frames> {
  const { promise: rested, resolve } = Promise.withResolvers<undefined>();
  const cancel = rest(() => resolve(undefined));
  const frames = [...first];
  let isStream = true;
  while (isStream && frames.length < ENOUGH && (await Promise.race([source.next(), rested])) === true) {
    const more = (await source.take()) ?? [];
    isStream = more.every(isOfStream);
    frames.push(...more);
  }
  cancel();
  return frames;
}

/** Said by somebody. Who is in a conversation, and what was asked for, is not waited with. */
function isOfStream({ request, message }: Frame<ServerMessage>): boolean {
  if (request !== 0) return false;
  return message.type === "deliver"
    ? message.entries.every(({ kind }) => kind === "app")
    : message.type === "signalled";
}

/** What was said in one conversation, one behind the other, is one delivery. */
function joined(frames: Frames): Frames {
  const all: Frame<ServerMessage>[] = [];
  let last: { readonly log: LogId; readonly entries: Entry[] } | undefined;
  for (const frame of frames) {
    const said = isOfStream(frame) && frame.message.type === "deliver" ? frame.message : undefined;
    if (said === undefined) {
      last = undefined;
      all.push(frame);
    } else if (last?.log === said.log && last.entries.at(-1)?.seq === (said.entries[0]?.seq ?? 0) - 1)
      last.entries.push(...said.entries);
    else {
      last = { log: said.log, entries: [...said.entries] };
      all.push({ request: 0, message: { ...said, entries: last.entries } });
    }
  }
  return all;
}

/** One that can be looked at before it is taken. */
class Source {
  readonly #incoming: AsyncIterator<Frames>;
  #coming: Promise<IteratorResult<Frames>> | undefined;

  constructor(incoming: AsyncIterable<Frames>) {
    this.#incoming = incoming[Symbol.asyncIterator]();
  }

  /** The next is there; undefined: there is none, and `take` says why. */
  async next(): Promise<true | undefined> {
    this.#coming ??= this.#incoming.next();
    const result = await this.#coming.catch(() => undefined);
    return result === undefined || result.done === true ? undefined : true;
  }

  /** Undefined: it has ended. */
  async take(): Promise<Frames | undefined> {
    const result = await (this.#coming ?? this.#incoming.next());
    if (result.done === true) return undefined;
    this.#coming = undefined;
    return result.value;
  }

  end(): void {
    // Who waits for the next is not waited for.
    const over = this.#incoming.return?.();
    over?.catch(() => undefined);
  }
}

/** How many handfuls are taken without a rest. */
class Pace {
  readonly #clock: Clock;
  #left = FREE;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** Milliseconds until the next may be taken. */
  get rest(): number {
    return (1 - this.#now()) * REST_MS;
  }

  took(): void {
    this.#left = Math.max(0, this.#now() - 1);
    this.#at = this.#clock.now();
  }

  /** A clock that was put back gives none. */
  #now(): number {
    return Math.min(FREE, this.#left + Math.max(0, this.#clock.now() - this.#at) / REST_MS);
  }
}
