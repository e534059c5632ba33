// Archive keys for this device: asked for, and taken from whoever gives them.
import { Fault } from "../../../model/fault.ts";
import { type DeviceId, hexOf, type LogId, type MessageId } from "../../../model/ids.ts";
import type { Groups } from "../../../mls/groups.ts";
import type { Note } from "../../port/note.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Payload } from "../payload/payload.ts";
import { droppedHanded, type Handed, handedIn } from "./handed.ts";
import type { PastStates } from "./past-states.ts";
import { asked, deceived, inPhase, NOTHING_MET, SECRET_ROW } from "./state.ts";

export interface KeysWorld {
  readonly vault: Pick<Vault, "pending" | "find" | "chainAt">;
  readonly groups: Pick<Groups, "askArchive" | "takeArchive">;
  readonly states: PastStates;
  readonly self: { readonly device: DeviceId };
  readonly now: () => number;
  readonly newMid: () => MessageId;
  readonly say: (log: LogId, payload: Payload, mid?: MessageId) => Promise<unknown>;
  readonly nameOf: (log: LogId) => string;
  readonly note: Note;
  readonly alarm: (log: LogId, code: string, message: string) => void;
}

export class Keys {
  readonly #world: KeysWorld;

  constructor(world: KeysWorld) {
    this.#world = world;
  }

  async ask(log: LogId): Promise<void> {
    const { groups, newMid, say, states } = this.#world;
    const { publicKey, secret } = await groups.askArchive();
    const mid = newMid();
    const said = { kind: "archive-ask", publicKey: Buffer.from(publicKey).toString("base64url") } as const;
    // It waits in the queue; if it cannot be said at all, the time to wait for an answer goes by.
    say(log, said, mid).catch(() => undefined);
    // Without the secret the answer would be worth nothing: both are in the vault before anything leaves.
    states.keep(log, asked(states.of(log), mid), [{ put: "pending", log, name: SECRET_ROW, value: secret }]);
  }

  /** False: nobody has given all of it yet. */
  async take(log: LogId, ask: MessageId): Promise<boolean> {
    const { vault, states, now } = this.#world;
    const pending = vault.pending(log);
    const [parts, secret] = [handedIn(pending), pending.get(SECRET_ROW)];
    const [first] = parts ?? [];
    if (parts === undefined || first === undefined || secret === undefined) return false;
    const taken = this.#isSameLog(log, ask, first) ? await this.#taken(log, parts, secret) : undefined;
    const spent: Change[] = [...droppedHanded(pending, log), { drop: "pending", log, name: SECRET_ROW }];
    const past = states.of(log);
    const next = taken === undefined ? deceived(past, now()) : inPhase(past, { at: "walking", ...NOTHING_MET });
    states.keep(log, next, [...(taken ?? []), ...spent]);
    return true;
  }

  /** Whoever was there before must have the same log: until now this device had the server's word alone. */
  #isSameLog(log: LogId, ask: MessageId, { by, chain }: Handed): boolean {
    const { vault, self, nameOf, alarm } = this.#world;
    const seq = vault.find(log, ask, self.device)?.seq;
    const ours = seq === undefined ? undefined : vault.chainAt(log, seq);
    if (ours !== undefined && hexOf(ours) === chain) return true;
    alarm(
      log,
      "history-mismatch",
      `@${by} holds another history of ${nameOf(log)} than the one that the server gives here`,
    );
    return false;
  }

  /** Undefined: what was handed over cannot be used. */
  async #taken(log: LogId, parts: readonly Handed[], secret: Uint8Array): Promise<readonly Change[] | undefined> {
    const { groups, note, nameOf } = this.#world;
    const changes: Change[] = [];
    try {
      for (const { sealed } of parts) {
        const given = { sealed: new Uint8Array(Buffer.from(sealed, "base64url")), secret };
        const { rows } = await groups.takeArchive(log, given);
        changes.push({ put: "group", log, rows });
      }
      return changes;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "grant-malformed") throw error;
      note("warn", `archive keys of ${nameOf(log)} from @${parts[0]?.by ?? ""} cannot be used: ${error.message}`);
      return undefined;
    }
  }
}
