// What can be made of a home that somebody copied, and of all that the server holds: no program of ours stands in the way. Nothing is
// written back, so that each attempt begins with the keys as they were.
import { incoming } from "../../src/client/app/circle/incoming.ts";
import { unvouched } from "../../src/client/app/log/vouched.ts";
import { decodePayload } from "../../src/client/app/payload/payload.ts";
import { vaultPath } from "../../src/client/vault/home.ts";
import { readProfiles } from "../../src/client/vault/profiles.ts";
import { type LocalVault, openVault } from "../../src/client/vault/sqlite.ts";
import type { LogId } from "../../src/model/ids.ts";
import { Credentials } from "../../src/mls/credentials.ts";
import { GroupHost } from "../../src/mls/group-host.ts";
import type { Archived, Outcome } from "../../src/mls/groups.ts";
import { threadData } from "../../src/mls/thread/thread-data.ts";
import { filesOf, readIdentity } from "../../src/pki/kept-identity.ts";
import { newPathCache } from "../../src/pki/peer.ts";
import type { Entry } from "../../src/server/port/store.ts";

export class StolenVault implements Disposable {
  readonly #vault: LocalVault;
  readonly #host: GroupHost;

  constructor(home: string) {
    const [profile] = readProfiles(home);
    if (profile === undefined) throw new Error(`there is nobody in ${home}`);
    this.#vault = openVault(vaultPath(home, profile.realm, profile.device));
    const identity = this.#vault.identity();
    if (identity === undefined) throw new Error(`there is no identity in ${home}`);
    const files = filesOf(readIdentity(identity), { now: new Date() });
    const { own, newSuite } = threadData(files);
    const credentials = new Credentials(files.realm, newPathCache());
    this.#host = new GroupHost({ credentials, own, newSuite, now: () => new Date() });
  }

  /** Whether any key of the conversation's group is there. */
  hasKeysOf(log: LogId): boolean {
    return this.#vault.groupRows(log).size > 0;
  }

  /** What it makes of entries, in this order: the text, what else it was, or a code in brackets. */
  async reads(log: LogId, entries: readonly Entry[]): Promise<readonly string[]> {
    await this.#host.open(log, this.#vault.groupRows(log));
    const { outcomes } = await this.#host.receive(log, entries.map(incoming));
    return outcomes.map(said);
  }

  /** The same of the copies for newcomers. `chains`: the certificates of those who wrote. */
  async readsCopies(
    log: LogId,
    entries: readonly Entry[],
    chains: ReadonlyMap<string, readonly Uint8Array[]>,
  ): Promise<readonly string[]> {
    await this.#host.open(log, this.#vault.groupRows(log));
    const copies = entries.map(({ body, mid, sender }): Archived => {
      return { body, mid, device: sender, chains: [chains.get(sender) ?? []] };
    });
    return (await this.#host.openArchived(log, copies)).map(said);
  }

  [Symbol.dispose](): void {
    this.#vault.close();
  }
}

function said(outcome: Outcome): string {
  if (outcome.kind === "fault") return `[${outcome.code}]`;
  if (outcome.kind === "commit") return outcome.isOut ? "(out)" : "(commit)";
  const payload = decodePayload(unvouched(outcome.plaintext).payload);
  return payload.kind === "text" ? payload.text : `(${payload.kind})`;
}
