// The first words on a connection: what we hold, and whether the server is the one that we know.
import type { LogId, Seq } from "../../model/ids.ts";
import type { ClientMessageOf, ServerMessageOf } from "../../wire/messages.ts";
import type { ServerStore } from "../port/vault.ts";

const VERSION = 1;
const NONE = new Uint8Array(0);

/** What the vault holds of a log. */
export interface Position {
  readonly log: LogId;
  readonly seq: Seq;
  readonly chain: Uint8Array | undefined;
}

/** `logHead`: of the realm's log. */
export interface Held {
  readonly server: ServerStore | undefined;
  readonly positions: readonly Position[];
  readonly logHead: Uint8Array | undefined;
}

export function hello(agent: string, { server, positions, logHead = NONE }: Held): ClientMessageOf<"hello"> {
  const known = { storeId: server?.storeId, generation: server?.generation ?? 0 };
  return { type: "hello", versions: [VERSION], features: ["presence"], agent, ...known, positions, logHead };
}

/** `restored`: another database than the one we know, or an older state of it. `changed`: what to remember from now on. */
export function compared(
  before: ServerStore | undefined,
  { storeId, generation }: ServerMessageOf<"greeting">,
): { readonly restored: boolean; readonly changed: ServerStore | undefined } {
  const isSame = before?.storeId === storeId && before.generation === generation;
  const restored = before !== undefined && (before.storeId !== storeId || generation > before.generation);
  return { restored, changed: isSame ? undefined : { storeId, generation } };
}
