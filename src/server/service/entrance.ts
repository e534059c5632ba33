// The way in: a device with a checked certificate says hello, is entered in the directory, and is told what there is.
import { timingSafeEqual } from "node:crypto";
import { Fault } from "../../model/fault.ts";
import type { DeviceId, LogId } from "../../model/ids.ts";
import { BLOB_BYTES, BLOB_CHUNK_BYTES, BODY_BYTES, FRAME_BYTES, PAGE_BYTES, PAGE_COUNT } from "../../model/limits.ts";
import type { ClientMessageOf, LogState, ServerMessageOf } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { DeviceRecord } from "../port/records.ts";
import type { DeviceLog } from "../port/store.ts";
import { hear } from "./hearing.ts";
import { fitting, stateOf } from "./log-state.ts";
import type { ServiceWorld } from "./world.ts";

export interface Newcomer {
  readonly record: DeviceRecord;
  readonly outlet: Outlet;
  readonly hello: ClientMessageOf<"hello">;
  /** Features that both sides know. */
  readonly features: readonly string[];
}

type Greeting = Omit<ServerMessageOf<"greeting">, "keyPackages" | "logHead" | "logKey">;

export class Entrance {
  readonly #world: ServiceWorld;
  /** Serial of each device seen since the start: a reconnect needs no write. Bounded by the directory itself. */
  readonly #seen = new Map<DeviceId, string>();

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** Throws Fault `device-taken`, `account-disabled`, `maintenance`. After it returns the outlet hears everything newer than the greeting's heads. */
  async open({ record, outlet, hello, features }: Newcomer): Promise<ServerMessageOf<"greeting">> {
    this.#world.registry.admit(record.serial);
    await this.#world.reception.admit(record.user);
    const { isClosed } = this.#world.reception;
    await this.#enrol(record);
    await this.#world.registry.noted(record, hello.logHead);
    const chains = await this.#world.store.chains(
      hello.positions.filter(({ seq, chain }) => seq > 0 && chain !== undefined),
    );
    const keyPackages = await this.#world.store.keyPackageStocks(outlet.device, this.#world.clock.now());
    const logs = await this.#world.logsOf(outlet);
    if (outlet.closed) throw new Fault("gone", "the device left before it was greeted");
    // Closed meanwhile: then it is asked again whether it comes in.
    if (this.#world.reception.isClosed && !isClosed) throw new Fault("maintenance", "the realm is being looked after");
    // No await from here on: what is stored after these heads must reach the outlet.
    for (const feature of features) outlet.features.add(feature);
    const older = this.#world.audience.enter(outlet);
    for (const log of logs) hear(this.#world.audience, outlet, log);
    this.#world.presence.came(outlet.user);
    if (older !== undefined) {
      this.#world.presence.went(older.user);
      older.end({ code: "superseded", message: "this device connected again from elsewhere", retryMs: 0 });
    }
    const positions = new Map(hello.positions.map((position) => [position.log, position]));
    const states = logs.map((log) => stateOf(log, standing(log, positions.get(log.log), chains.get(log.log))));
    return { ...this.#greeting(outlet, features, fitting(states)), ...this.#world.registry.greeting(), keyPackages };
  }

  close(outlet: Outlet): void {
    if (this.#world.audience.leave(outlet)) this.#world.presence.went(outlet.user);
  }

  async #enrol(record: DeviceRecord): Promise<void> {
    if (this.#seen.get(record.device) === record.serial) return;
    const enrolled = await this.#world.store.enrol(record);
    if (enrolled === "taken")
      throw new Fault("device-taken", "this device id belongs to another user", {
        hint: "issue a certificate with a new device id",
      });
    this.#seen.set(record.device, record.serial);
  }

  #greeting(outlet: Outlet, features: readonly string[], logs: readonly LogState[]): Greeting {
    const { storeId, generation, durability } = this.#world.store.info();
    return {
      type: "greeting",
      version: 1,
      features,
      storeId,
      generation,
      durability,
      at: this.#world.clock.now(),
      device: outlet.device,
      user: outlet.user,
      logs,
      limits: {
        frameBytes: FRAME_BYTES,
        bodyBytes: BODY_BYTES,
        pageCount: PAGE_COUNT,
        pageBytes: PAGE_BYTES,
        blobChunkBytes: BLOB_CHUNK_BYTES,
        blobBytes: BLOB_BYTES,
        idleMs: this.#world.idleMs,
      },
      agent: this.#world.agent,
    };
  }
}

type Position = { readonly log: LogId; readonly seq: number; readonly chain: Uint8Array | undefined };

function standing(log: DeviceLog, position: Position | undefined, chain: Uint8Array | undefined): LogState["standing"] {
  if (position === undefined || position.seq === 0) return "ok";
  // Beyond the end of a membership it has been in again since, or the server has lost its cursor.
  if (position.seq > log.head) return log.until > 0 ? "ok" : "ahead";
  if (position.chain === undefined || chain === undefined) return "ok";
  return timingSafeEqual(position.chain, chain) ? "ok" : "forked";
}
