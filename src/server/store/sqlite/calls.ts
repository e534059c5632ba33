// What the two threads say to each other: requests by number, replies by the same number. Types only.
import type { FaultParts } from "../../../model/fault.ts";
import type { StoreId } from "../../../model/ids.ts";
import type { OpenReport } from "./database.ts";
import type { Engine } from "./engine.ts";
import type { LaneMemory } from "./lane.ts";

/** The calls of the engine that the main thread may ask for. */
export type EngineCall =
  | "append"
  | "readFrom"
  | "heads"
  | "chains"
  | "groupInfo"
  | "welcomes"
  | "logsOf"
  | "saveCursors"
  | "createLog"
  | "standing"
  | "leave"
  | "comeBack"
  | "ask"
  | "dropAsk"
  | "asks"
  | "putTreeParts"
  | "treeParts"
  | "keyPackageStocks"
  | "tidy"
  | "addMember"
  | "removeMember"
  | "membersOf"
  | "enrol"
  | "devices"
  | "owners"
  | "users"
  | "revoke"
  | "revocations"
  | "putKeyPackages"
  | "claimKeyPackages"
  | "realm"
  | "backup"
  | "check"
  | "sizes"
  | "conversations"
  | "close";

export type CallArguments<K extends EngineCall> = Parameters<Engine[K]>;
export type CallResult<K extends EngineCall> = Awaited<ReturnType<Engine[K]>>;

export type Request =
  | {
      readonly id: number;
      readonly call: "open";
      readonly args: readonly [file: string, lane: LaneMemory, now: number];
    }
  | { readonly id: number; readonly call: EngineCall; readonly args: readonly unknown[] };

/** Posted to a storage thread in its event loop: look into the lane. */
export const NUDGE = "nudge";
/** Posted by the storage thread: the results are in the lane. */
export const IN_LANE = "in-lane";
/** The number of the request that went through the lane, when its answer does not. */
export const LANE_ID = 0;

export interface OpenedInfo {
  readonly storeId: StoreId;
  readonly generation: number;
  readonly report: OpenReport;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly fault: FaultParts; readonly fatal: boolean };
