// Application messages on their way: out of order, late by an epoch or two, twice, never.
import type { ClientState } from "ts-mls/clientState.js";
import { createApplicationMessage } from "ts-mls/createMessage.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { MLSMessage } from "ts-mls/message.js";
import { CONFIG, received } from "../../kit/members.ts";
import type { Member } from "./member.ts";
import type { Random } from "./random.ts";

interface Letter {
  readonly message: MLSMessage;
  readonly epoch: bigint;
  readonly from: string;
  readonly text: string;
  /** Names of those who can open it and have not yet. */
  readonly waiting: Set<string>;
}

/** As many epochs as keys are kept for. */
const LATEST = BigInt(CONFIG.keyRetentionConfig.retainKeysForEpochs);

export class Post {
  readonly #cs: CiphersuiteImpl;
  readonly #random: Random;
  #letters: Letter[] = [];
  #count = 0;
  read = 0;
  late = 0;
  refused = 0;

  constructor(cs: CiphersuiteImpl, random: Random) {
    this.#cs = cs;
    this.#random = random;
  }

  async write(from: Member, members: readonly Member[]): Promise<void> {
    this.#count += 1;
    const text = `${this.#count} of ${from.name}`;
    const [content, aad] = [Buffer.from(text), Buffer.from(`id ${this.#count}`)];
    const made = await createApplicationMessage(from.state, content, this.#cs, new Uint8Array(aad));
    from.state = made.newState;
    const message = {
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage: made.privateMessage,
    } as const;
    // Some never reach anybody: the next one skips a generation.
    if (this.#random.once(10)) return;
    const waiting = new Set(members.filter((member) => member !== from).map(({ name }) => name));
    this.#letters.push({ message, epoch: from.state.groupContext.epoch, from: from.name, text, waiting });
  }

  /** Whoever is in the group no longer, or anew, opens nothing of before. */
  forget(name: string): void {
    for (const { waiting } of this.#letters) waiting.delete(name);
  }

  async deliver(members: readonly Member[]): Promise<void> {
    for (const member of members) {
      const { epoch } = member.state.groupContext;
      for (const letter of this.#random.some(this.#letters, this.#letters.length)) {
        const isLast = epoch - letter.epoch >= LATEST;
        if (letter.waiting.has(member.name) && (isLast || !this.#random.once(3))) await this.#open(letter, member);
      }
    }
    this.#letters = this.#letters.filter(({ waiting }) => waiting.size > 0);
  }

  async #open(letter: Letter, member: Member): Promise<void> {
    const result = await received(member.state, letter.message);
    if (result.kind !== "applicationMessage") throw new Error("no message came");
    const text = Buffer.from(result.message).toString();
    const id = `id ${letter.text.split(" ")[0] ?? ""}`;
    const sender = nameAt(member.state, result.epoch, result.senderLeafIndex);
    if (text !== letter.text || Buffer.from(result.aad).toString() !== id || result.epoch !== letter.epoch) {
      throw new Error(`${member.name} read ${text} for ${letter.text}`);
    }
    if (sender !== letter.from) throw new Error(`${member.name} takes ${sender} for the author of ${letter.text}`);
    if (letter.epoch < member.state.groupContext.epoch) this.late += 1;
    this.read += 1;
    member.state = result.newState;
    letter.waiting.delete(member.name);
    if (this.#random.once(5)) await this.#refuseAgain(letter, member);
  }

  async #refuseAgain({ message, text }: Letter, { state, name }: Member): Promise<void> {
    const again = await received(state, message).catch(() => undefined);
    if (again !== undefined) throw new Error(`${name} opened ${text} twice`);
    this.refused += 1;
  }
}

/** The identity of the sender is its name, and after a `/` which credential it is. */
function nameAt(state: ClientState, epoch: bigint, leafIndex: number): string {
  const isPast = epoch !== state.groupContext.epoch;
  const tree = isPast ? state.historicalReceiverData.get(epoch)?.ratchetTree : state.ratchetTree;
  const node = tree?.[2 * leafIndex];
  if (node?.nodeType !== "leaf" || node.leaf.credential.credentialType !== "basic") return "nobody";
  return Buffer.from(node.leaf.credential.identity).toString().split("/")[0] ?? "";
}
