// What this user calls their own devices. It is said in the conversation with oneself and believed from nowhere else: so all of these
// devices know it, and nobody but them. Kept in the vault as a setting.
import { Fault } from "../../model/fault.ts";
import type { DeviceId, Handle, LogId, Seq } from "../../model/ids.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { Replies } from "../port/replies.ts";
import type { Change, Vault } from "../port/vault.ts";
import type { Aside } from "./asides.ts";
import type { Payload } from "./payload/payload.ts";

export interface LabelsWorld {
  readonly vault: Pick<Vault, "setting">;
  /** The conversation with oneself. */
  readonly notes: () => LogId;
  readonly self: { readonly user: Handle; readonly device: DeviceId };
  /** Devices of this user that are there now. */
  readonly present: () => readonly DeviceId[];
  /** Whose certificate it is, as far as this device has seen it. */
  readonly userOf: (device: DeviceId) => Handle | undefined;
  /** In the conversation with oneself, which is made where there is none. */
  readonly say: (label: SaidLabel) => Promise<unknown>;
}

type SaidLabel = Extract<Payload, { readonly kind: "label" }>;

/** As it is kept. An empty one was taken back. */
interface Label {
  readonly label: string;
  /** Where it was said first. */
  readonly since: Seq;
}

const SETTING = "device-labels";
/** More than a user has devices at a time: of those that are gone, the names given first go first. */
const MOST = 200;
const PREFIX = /^[0-9a-f]{8,32}$/;

export class Labels {
  readonly #world: LabelsWorld;
  readonly #labels: Map<DeviceId, Label>;

  constructor(world: LabelsWorld) {
    this.#world = world;
    this.#labels = new Map(JSON.parse(world.vault.setting(SETTING) ?? "[]") as [DeviceId, Label][]);
  }

  of(device: DeviceId): string | undefined {
    const { label = "" } = this.#labels.get(device) ?? {};
    return label === "" ? undefined : label;
  }

  /** Resolves once the server has it. @throws Fault `no-such-device`, and of what is said */
  async run({ device: text, label }: { readonly device: string; readonly label: string }): Promise<Replies["label"]> {
    const device = this.find(text);
    await this.#world.say({ kind: "label", device, label });
    return { device, label };
  }

  /** Nothing where it is not this user's word about a device of theirs, or where it says nothing new. */
  take({ log, by, said, seq }: Pick<Aside, "log" | "by" | "said" | "seq">): readonly Change[] {
    const { self, notes, userOf } = this.#world;
    if (said.kind !== "label" || by !== self.user || log !== notes()) return [];
    const { device, label, since } = said;
    // A device that this one has not met yet may be called by a name already.
    if ((userOf(device) ?? self.user) !== self.user) return [];
    const known = this.#labels.get(device);
    // Said for who came later, and perhaps crossed by a word that is newer.
    const isOlder = since !== undefined && (since > seq || (known !== undefined && since <= known.since));
    if (isOlder || (known?.label ?? "") === label) return [];
    this.#labels.delete(device);
    this.#labels.set(device, { label, since: since ?? seq });
    this.#forget();
    return [{ put: "setting", name: SETTING, value: JSON.stringify([...this.#labels]) }];
  }

  /** What was said before another device of this user came in, it has not heard. Said at once: it may be the last thing that is done here. */
  commit(log: LogId, { added, by, isExternal }: Extract<Outcome, { kind: "commit" }>): void {
    const { self, notes, say } = this.#world;
    const isNew = added.some(({ user, device }) => user === self.user && device !== self.device);
    // Who brings it in says it; where it came in by itself, everybody does.
    if (log !== notes() || !isNew || (!isExternal && by.device !== self.device)) return;
    for (const [device, kept] of this.#labels) say({ kind: "label", device, ...kept }).catch(() => undefined);
  }

  /**
   * The device of this user that is meant: by the name that was given to it, or by the beginning of its id. `gone`: others of theirs,
   * which are meant by their id alone. @throws Fault `no-such-device`
   */
  find(text: string, gone: readonly DeviceId[] = []): DeviceId {
    const present = this.#world.present();
    const id = text.toLowerCase();
    const byId = [...present, ...gone].filter((device) => PREFIX.test(id) && device.startsWith(id));
    const found = new Set([...byId, ...this.#called(text, present)]);
    const [device] = found;
    if (device !== undefined && found.size === 1) return device;
    const what = found.size === 0 ? "no device of yours" : "more than one device of yours";
    throw new Fault("no-such-device", `${what} has the name ${JSON.stringify(text)}, or an id that begins so`, {
      hint: "chat-client devices, or /devices in the chat, lists yours; eight digits of the id are enough as a rule",
    });
  }

  /** As it was typed; where none is called exactly so, upper and lower case are alike. */
  #called(text: string, present: readonly DeviceId[]): readonly DeviceId[] {
    const exactly = present.filter((device) => this.of(device) === text);
    return exactly.length > 0 ? exactly : present.filter((device) => folded(this.of(device)) === folded(text));
  }

  #forget(): void {
    const present = new Set(this.#world.present());
    for (const device of this.#labels.keys()) {
      if (this.#labels.size <= MOST) return;
      if (!present.has(device)) this.#labels.delete(device);
    }
  }
}

function folded(text: string | undefined): string | undefined {
  return text?.normalize("NFKC").toLowerCase();
}
