// `chat-client devices add`: shows the line for another machine and stays until that machine is a device of this user, or nobody comes.
// Then it stays a little longer: what the other one is to be brought into, and is given of before, it gets from here.
import { JsonFace } from "../client/face/lines/json.ts";
import { pairLines } from "../client/face/lines/realm-lines.ts";
import type { Clock } from "../client/port/clock.ts";
import type { Replies } from "../client/port/replies.ts";
import type { ClientEvent } from "../client/port/views.ts";
import { Fault } from "../model/fault.ts";
import type { OnceValues } from "./client-once-flags.ts";
import { type Asker, askOnce, type OnceProcess, runOnce } from "./client-once.ts";
import { clockTime } from "./clock-time.ts";

export interface Adding extends OnceProcess {
  readonly values: OnceValues;
}

type Of<Name extends ClientEvent["event"]> = Extract<ClientEvent, { event: Name }>;

/** The other machine has its certificate: so long it may take to connect. */
const CONNECT_MS = 30_000;
/** Nothing is asked of this device for so long: then the other one has what there is. */
const QUIET_MS = 3_000;
/** A long history goes on when both are there again. */
const HANDING_MS = 60_000;
const LOOK_MS = 250;
const AGAIN = "chat-client devices add shows another one";

/** Resolves with the exit code. @throws Fault of what is wrong on this machine */
export function addDevice(world: Adding): Promise<number> {
  const newcomer = new Newcomer();
  return runOnce(world, {
    run: (asker) => added(world, asker, newcomer),
    onEvent: (event) => newcomer.take(event),
    says: (event) => newcomer.isToldOf(event),
    stopped: () => (newcomer.isCertified ? undefined : nobody("stopped before another machine came in")),
  });
}

/**
 * Resolves when the other machine is in, or has its certificate and does not come. @throws Fault `pairing-over`, `pairing-false`, and of the client
 * @internal
 */
export async function added(
  { values, clock }: Pick<Adding, "values" | "clock">,
  asker: Asker,
  newcomer: Newcomer,
): Promise<void> {
  const { client, output } = asker;
  const json = new JsonFace(output);
  const tell = (event: ClientEvent, line: string): void => (values.json ? json.show(event) : output.line(`* ${line}`));
  const before: object = await client.ask({ do: "audit" });
  const { certificates } = before as Replies["audit"];
  newcomer.expect(new Set(certificates.map(({ device }) => device)));
  const time = (ms: number): string => clockTime(ms, clock.now());
  const words = (reply: object): readonly string[] => pairLines(reply as Replies["pair"], time, "Ctrl+C gives up");
  const shown: object = await askOnce(asker, { do: "pair" }, { json: values.json, words });
  const { until } = shown as Replies["pair"];
  const over = later(clock, until - clock.now()).then(() => {
    throw nobody("no other machine came in by then");
  });
  const first = await Promise.race([newcomer.certified, over]);
  const which = first.device.slice(0, 8);
  if (first.event === "certificate")
    tell(first, `the other machine is your device ${which} now, and this one vouches for it`);
  const seen = await Promise.race([newcomer.seen, later(clock, CONNECT_MS)]);
  if (seen === undefined) return values.json ? undefined : output.line(`* ${which} has not connected yet`);
  tell(seen, `${which} is here, and gets what was said before`);
  await handed(clock, asker);
}

/** Resolves when the other one waits for nothing that is here. */
async function handed(clock: Clock, { client }: Asker): Promise<void> {
  let quietMs = 0;
  for (let ms = 0; ms < HANDING_MS && quietMs < QUIET_MS; ms += LOOK_MS) {
    await later(clock, LOOK_MS);
    quietMs = client.isHanding ? 0 : quietMs + LOOK_MS;
  }
}

/**
 * The machine that has seen the line, as this device hears of it.
 * @internal
 */
export class Newcomer {
  readonly #certified = Promise.withResolvers<Of<"certificate"> | Of<"device">>();
  readonly #seen = Promise.withResolvers<Of<"device">>();
  readonly certified = this.#certified.promise;
  /** In a conversation. */
  readonly seen = this.#seen.promise;
  #self: Of<"ready"> | undefined;
  /** Those that there were. */
  #before: ReadonlySet<string> | undefined;
  isCertified = false;

  /** From now on. */
  expect(before: ReadonlySet<string>): void {
    this.#before = before;
  }

  take(event: ClientEvent): void {
    if (event.event === "ready") this.#self = event;
    if (!this.isToldOf(event)) return;
    switch (event.event) {
      case "certificate":
        this.isCertified = true;
        return this.#certified.resolve(event);
      case "device":
        this.isCertified = true;
        // The log may not have been read so far.
        this.#certified.resolve(event);
        return this.#seen.resolve(event);
      case "alarm":
        return this.#certified.reject(new Fault(event.code, event.message, { hint: AGAIN }));
      default:
    }
  }

  isToldOf(event: ClientEvent): boolean {
    const { device: self, user } = this.#self ?? {};
    const isNew = (device: string): boolean => this.#before?.has(device) === false;
    switch (event.event) {
      case "certificate":
        return event.change === "issued" && event.how === "device" && isNew(event.device);
      case "device":
        return event.change === "added" && event.user === user && event.cosigned === self && isNew(event.device);
      case "alarm":
        return event.code === "pairing-false" && this.#before !== undefined && !this.isCertified;
      default:
        return false;
    }
  }
}

function nobody(why: string): Fault {
  return new Fault("pairing-over", `${why}: the line is good for nothing now`, { hint: AGAIN });
}

function later(clock: Clock, ms: number): Promise<undefined> {
  return new Promise((resolve) => void clock.after(Math.max(0, ms), () => resolve(undefined)));
}
