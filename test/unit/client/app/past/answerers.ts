// Members of a conversation who may have to answer an ask, each with a clock that the test turns and a vault of maps.
import type { Aside } from "../../../../../src/client/app/asides.ts";
import { Answering, type AnsweringWorld } from "../../../../../src/client/app/past/answering.ts";
import { rankOf } from "../../../../../src/client/app/past/rank.ts";
import type { Payload } from "../../../../../src/client/app/payload/payload.ts";
import type { Change, HeldEntry, Outgoing } from "../../../../../src/client/port/vault.ts";
import type { Segment } from "../../../../../src/mls/grant-records.ts";
import type { GroupView } from "../../../../../src/mls/groups.ts";
import { HYBRID } from "../../../../../src/mls/suite.ts";
import type { Fault } from "../../../../../src/model/fault.ts";
import type { DeviceId, Handle, LogId, MessageId } from "../../../../../src/model/ids.ts";
import { BlobTable } from "../../../../kit/blob-table.ts";
import type { HandClock } from "../../../../kit/hand-clock.ts";
import { roomTerms } from "../../../../kit/mls.ts";

export const LOG = `0003${"0".repeat(28)}` as LogId;
export const MID = "5a".repeat(16) as MessageId;
export const NEWCOMER = "ee".repeat(16) as DeviceId;
const KEY = Buffer.alloc(1216, 5).toString("base64url");

type Grant = Extract<Payload, { readonly kind: "archive-grant" }>;

function member(digit: string, user: string): GroupView["members"][number] {
  return {
    device: digit.repeat(32) as DeviceId,
    user: user as Handle,
    name: user,
    certificate: "",
    key: "",
    serial: "01",
    until: Number.MAX_SAFE_INTEGER,
    suspect: undefined,
  };
}

export const MEMBERS = [
  member("1", "alice"),
  member("2", "bob"),
  member("3", "carol"),
  { ...member("e", "dave"), device: NEWCOMER },
];

/** One member with its clock, its vault, and what it says. */
export class Answerer {
  readonly clock: HandClock;
  readonly pending = new Map<string, Uint8Array>();
  readonly said: Grant[] = [];
  readonly queued: Outgoing[] = [];
  isConnected = true;
  members: readonly GroupView["members"][number][] = MEMBERS;
  reach = 0;
  history: "all" | "none" | number = "all";
  fails: Fault | undefined;
  parts = 1;
  askedAfter = 0;
  missingFrom: number | undefined;
  held: readonly HeldEntry[] = [];
  readonly handed: (readonly Segment[])[] = [];
  readonly blobs = new BlobTable();
  /** So many blobs are put, and then there is no connection. */
  breakAfter: number | undefined;
  readonly #afterwards: (() => void)[] = [];
  readonly #self: DeviceId;
  readonly #user: Handle;
  answering: Answering;

  constructor(self: DeviceId, clock: HandClock, user?: string) {
    this.#self = self;
    this.#user = (user ?? MEMBERS.find(({ device }) => device === self)?.user ?? "") as Handle;
    this.clock = clock;
    this.answering = this.#new();
    this.answering.inStep(LOG);
  }

  /** Only what the vault holds is left. */
  restart(): void {
    this.answering.stop();
    this.answering = this.#new();
  }

  hears(mid = MID, device = NEWCOMER, seq = 9): void {
    const said = { kind: "archive-ask", publicKey: KEY, after: this.askedAfter } as const;
    const aside: Aside = {
      log: LOG,
      seq,
      mid,
      at: this.clock.now(),
      device,
      by: "dave" as Handle,
      role: "member",
      said,
    };
    this.#keep(this.answering.asked(aside, said));
  }

  sees(grant: Partial<Grant> = {}, by = "alice", device = "1".repeat(32) as DeviceId): void {
    const whole: Grant = {
      kind: "archive-grant",
      to: NEWCOMER,
      ask: MID,
      chain: "" as Grant["chain"],
      more: false,
      sealed: "",
    };
    const said = { ...whole, ...grant };
    const at = { log: LOG, seq: 10, mid: MID, at: this.clock.now(), device, role: "member", said } as const;
    this.#keep(this.answering.granted({ ...at, by: by as Handle }, said));
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < 99; turn += 1) await Promise.resolve();
  }

  get asks(): number {
    return [...this.pending.keys()].filter((name) => name.startsWith("asked/")).length;
  }

  #keep(changes: readonly Change[]): void {
    for (const one of changes) {
      if ("put" in one && one.put === "pending") this.pending.set(one.name, one.value);
      else if ("drop" in one && one.drop === "pending") this.pending.delete(one.name);
    }
    for (const run of this.#afterwards.splice(0)) run();
  }

  #new(): Answering {
    const view = (): GroupView => {
      return {
        founding: 0,
        suite: HYBRID,
        epoch: 1,
        terms: roomTerms({ alice: "owner" }, { history: this.history }),
        members: this.members,
      };
    };
    const circle = { view: view(), isOpen: true };
    const world: AnsweringWorld = {
      vault: {
        pending: () => this.pending,
        outgoing: () => this.queued,
        chainAt: () => new Uint8Array(32).fill(7),
        history: (_log, before, limit) => this.held.filter(({ seq }) => seq < before).slice(-limit),
      },
      ask: (message, wanted) => {
        this.blobs.isConnected = this.breakAfter === undefined || this.blobs.blobs.size < this.breakAfter;
        return this.blobs.ask(message, wanted);
      },
      circles: { get: () => Object.assign(circle, { view: view() }) } as unknown as AnsweringWorld["circles"],
      groups: {
        grantArchive: () => {
          if (this.fails !== undefined) return Promise.reject(this.fails);
          return Promise.resolve(Array.from({ length: this.parts }, (_, at) => Uint8Array.of(at)));
        },
        grantSegments: (_log, _to, segments) => {
          this.handed.push(segments);
          return Promise.resolve(Uint8Array.of(99));
        },
      },
      self: { device: this.#self, user: this.#user },
      now: () => this.clock.now(),
      after: (ms, run) => this.clock.after(ms, run),
      afterwards: (run) => void this.#afterwards.push(run),
      put: (changes) => this.#keep(changes),
      flush: () => {},
      isConnected: () => this.isConnected,
      say: async (_log, payload) => {
        if (payload.kind === "archive-grant") this.said.push(payload);
      },
      reachOf: () => this.reach,
      missingFrom: () => this.missingFrom,
      onFailed: (error) => {
        throw error;
      },
    };
    return new Answering(world);
  }
}

/** The members in the order in which it is their turn. */
export function inOrder(clock: HandClock): readonly [Answerer, Answerer, Answerer] {
  const rank = (device: DeviceId): number => rankOf(device, MEMBERS, { device: NEWCOMER, mid: MID }) ?? 99;
  const [a, b, c] = MEMBERS.filter(({ device }) => device !== NEWCOMER)
    .toSorted((x, y) => rank(x.device) - rank(y.device))
    .map(({ device }) => new Answerer(device, clock));
  if (a === undefined || b === undefined || c === undefined) throw new Error("three members were made");
  return [a, b, c];
}
