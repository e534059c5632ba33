// Making another machine a device of this user: this device shows a line, and vouches for the machine that has seen it. The server hands
// over which key it is; that it is the right one is known by what the server never heard.
import { createPrivateKey } from "node:crypto";
import { reason } from "../../../model/fault.ts";
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import { vouchFor } from "../../../transparency/cosign.ts";
import { CODE_BYTES, writePairingLine } from "../../../wire/invitation-line.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";
import { isPairingMac, pairingCode, pairingHash } from "../../../wire/pairing-secret.ts";
import type { OwnIdentity } from "../../port/identity.ts";
import type { Note } from "../../port/note.ts";
import type { RealmReplies } from "../../port/realm-views.ts";
import { qrOfLine } from "../trust/qr-lines.ts";

export interface PairingWorld {
  readonly realm: Sha256;
  readonly self: { readonly user: Handle; readonly device: DeviceId };
  readonly identity: Pick<OwnIdentity, "kept">;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  readonly now: () => number;
  readonly ask: <K extends ServerMessage["type"]>(message: ClientMessage, wanted: K) => Promise<ServerMessageOf<K>>;
  readonly alarm: (code: string, message: string) => void;
  readonly note: Note;
}

interface Shown {
  readonly secret: string;
  readonly until: number;
  /** What this device has vouched for: it is for one machine, which may ask again. */
  readonly key?: Sha256;
}

const NONE = new Uint8Array(0);

export class Pairing {
  readonly #world: PairingWorld;
  /** What was shown last. */
  #shown: Shown | undefined;

  constructor(world: PairingWorld) {
    this.#world = world;
  }

  /** Faults `offline`, `no-door`. */
  async open(): Promise<RealmReplies["pair"]> {
    const { random, ask, realm } = this.#world;
    const secret = Buffer.from(random(CODE_BYTES)).toString("base64url");
    const code = pairingHash(pairingCode(secret));
    const { until, host, port } = await ask({ type: "openPairing", code }, "pairingOpened");
    this.#shown = { secret, until };
    const line = writePairingLine({ host, port, realm }, secret);
    return { line, until, qr: qrOfLine(line) };
  }

  /** A server that was started anew has forgotten the line: it is told of it again. One that was not has it as it was. */
  greeted(): void {
    const { ask, now, note } = this.#world;
    const shown = this.#shown;
    if (shown === undefined || shown.until <= now()) return;
    ask({ type: "openPairing", code: pairingHash(pairingCode(shown.secret)) }, "pairingOpened").catch(
      (error: unknown) => note("warn", `the line for another machine may be no longer good: ${reason(error)}`),
    );
  }

  asked({ key, mac }: ServerMessageOf<"pairingAsked">): void {
    void this.#answer(key, mac).catch((error: unknown) =>
      this.#world.note("warn", `another machine could not be vouched for: ${reason(error)}`),
    );
  }

  async #answer(key: Sha256, mac: Uint8Array): Promise<void> {
    const { ask, alarm, note, now, realm, self, identity } = this.#world;
    const shown = this.#shown;
    const isGood = shown !== undefined && shown.until > now();
    const isSeen = isGood && (shown.key ?? key) === key && isPairingMac(shown.secret, key, mac);
    this.#shown = isSeen ? { ...shown, key } : undefined;
    if (!isSeen) {
      const what = "a machine that has not seen this device's line wanted to become a device of yours";
      // One that was shown by a run that is over may well have been seen: nobody can tell any more.
      if (isGood) alarm("pairing-false", `${what}: this device did not vouch for it, and the line is no longer good`);
      else note("warn", "a machine came with a line that is no longer good; it needs another one");
      return void (await ask({ type: "confirmPairing", key, signature: NONE }, "done"));
    }
    const { user, device: by } = self;
    const word = vouchFor({ realm, user, by, key }, createPrivateKey(identity.kept().keyPem));
    await ask({ type: "confirmPairing", key, signature: Buffer.from(word, "base64url") }, "done");
  }
}
