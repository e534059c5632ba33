// Our members and members of OpenMLS in one group (its build for Node, @snazzah/davey, which speaks Discord's DAVE: suite 2, basic
// credentials of eight bytes, every proposal from an external sender). We play the sender and some of the members.
import davey from "@snazzah/davey";
import { joinGroup, type ClientState } from "ts-mls/clientState.js";
import type { CreateCommitResult } from "ts-mls/createCommit.js";
import { getCiphersuiteFromName } from "ts-mls/crypto/ciphersuite.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { decodeKeyPackage, generateKeyPackage, type KeyPackage, type PrivateKeyPackage } from "ts-mls/keyPackage.js";
import { protectExternalProposalPublic } from "ts-mls/messageProtectionPublic.js";
import type { Proposal } from "ts-mls/proposal.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { decodeWelcome, encodeWelcome, type Welcome } from "ts-mls/welcome.js";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/mls/bytes.ts";
import { nodeCrypto } from "../../src/mls/provider.ts";
import { hexOf } from "../../src/model/ids.ts";
import { committed, CONFIG, received, remove, type KeyPair } from "../kit/members.ts";
import { whole } from "./mls/whole.ts";

const cs = nodeCrypto(getCiphersuiteFromName("MLS_128_DHKEMP256_AES128GCM_SHA256_P256"));
const GROUP = 77;
/** davey.ProposalsOperationType.APPEND is only in its types. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- see above
const APPEND: davey.ProposalsOperationType = 0;

function eight(id: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(id));
  return bytes;
}

/** A vector with its length (RFC 9420 §2.1.2), shorter than 16 KiB. */
function vector(data: Uint8Array): Buffer {
  const length = data.length < 64 ? [data.length] : [0x40 | (data.length >> 8), data.length & 0xff];
  return Buffer.concat([Buffer.from(length), data]);
}

class OpenMls {
  readonly #session: davey.DAVESession;
  readonly keyPackage: KeyPackage;

  constructor(id: number, senderKey: Uint8Array) {
    this.#session = new davey.DAVESession(davey.DAVE_PROTOCOL_VERSION, String(id), String(GROUP));
    // ExternalSender: the key, and a basic credential (RFC 9420 §12.1.8.1)
    const sender = Buffer.concat([vector(senderKey), Buffer.of(0, 1), vector(Buffer.from("sender"))]);
    this.#session.setExternalSender(sender);
    this.keyPackage = whole(decodeKeyPackage, hexOf(this.#session.getSerializedKeyPackage()));
  }

  /** It answers a proposal with a commit of everything proposed so far. */
  hear(proposal: Uint8Array): { readonly commit?: Uint8Array; readonly welcome?: Welcome } {
    const { commit, welcome } = this.#session.processProposals(APPEND, vector(proposal));
    return {
      ...(commit && { commit: new Uint8Array(commit) }),
      ...(welcome && { welcome: whole(decodeWelcome, hexOf(welcome)) }),
    };
  }

  take(commit: Uint8Array): void {
    this.#session.processCommit(Buffer.from(commit));
  }

  join(welcome: Welcome): void {
    this.#session.processWelcome(Buffer.from(encodeWelcome(welcome)));
  }

  get authenticator(): string {
    return this.#session.getEpochAuthenticator()?.toString("hex") ?? "";
  }
}

function authenticatorOf(state: ClientState): string {
  return hexOf(state.keySchedule.epochAuthenticator);
}

let sender: KeyPair;
beforeAll(async () => {
  sender = await cs.signature.keygen();
});

async function proposed(groupContext: GroupContext, proposal: Proposal): Promise<Uint8Array> {
  const from = { senderType: "external", senderIndex: 0 } as const;
  const none = new Uint8Array();
  const made = await protectExternalProposalPublic(sender.signKey, groupContext, none, proposal, from, cs);
  return encodeMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage: made.publicMessage });
}

async function process(state: ClientState, bytes: Uint8Array): Promise<ClientState> {
  return (await received(state, decodeMessage(bytes), { cs })).newState;
}

async function ownPackage(id: number): Promise<{ publicPackage: KeyPackage; privatePackage: PrivateKeyPackage }> {
  const now = BigInt(Math.floor(Date.now() / 1000));
  return generateKeyPackage(
    { credentialType: "basic", identity: new Uint8Array(eight(id)) },
    { versions: ["mls10"], ciphersuites: [cs.name], extensions: [], proposals: [], credentials: ["basic"] },
    { notBefore: now - 3_600n, notAfter: now + 86_400n },
    [],
    cs,
  );
}

const ADD = (keyPackage: KeyPackage): Proposal => ({ proposalType: "add", add: { keyPackage } });
/** The context of a group that has only its founder: enough to propose to it, because it is not signed over. */
const START: GroupContext = {
  version: "mls10",
  cipherSuite: cs.name,
  groupId: new Uint8Array(eight(GROUP)),
  epoch: 0n,
  treeHash: new Uint8Array(),
  confirmedTranscriptHash: new Uint8Array(),
  extensions: [],
};

describe("a group with OpenMLS: leaf 0 and 1 are OpenMLS, leaf 2 is ours, leaf 3 is OpenMLS", () => {
  let theirs: readonly [OpenMls, OpenMls, OpenMls];
  let ours: ClientState;

  beforeEach(async () => {
    theirs = [new OpenMls(1, sender.publicKey), new OpenMls(2, sender.publicKey), new OpenMls(4, sender.publicKey)];
    const own = await ownPackage(3);
    let answer: ReturnType<OpenMls["hear"]> = {};
    for (const keyPackage of [theirs[1].keyPackage, own.publicPackage, theirs[2].keyPackage]) {
      answer = theirs[0].hear(await proposed(START, ADD(keyPackage)));
    }
    const { commit, welcome } = answer;
    if (commit === undefined || welcome === undefined) throw new Error("OpenMLS did not commit");
    theirs[0].take(commit);
    for (const other of theirs.slice(1)) other.join(welcome);
    const { publicPackage, privatePackage } = own;
    ours = await joinGroup(welcome, publicPackage, privatePackage, emptyPskIndex, cs, undefined, undefined, CONFIG);
  });

  /** We and those of OpenMLS who stay hear the proposals of the sender; what each of them would commit is returned. */
  async function hear(
    staying: readonly OpenMls[],
    ...proposals: readonly Proposal[]
  ): Promise<readonly (Uint8Array | undefined)[]> {
    let answers: readonly (Uint8Array | undefined)[] = [];
    for (const proposal of proposals) {
      const bytes = await proposed(ours.groupContext, proposal);
      ours = await process(ours, bytes);
      answers = staying.map((each) => each.hear(bytes).commit);
    }
    return answers;
  }

  /** We commit what was proposed, and those of OpenMLS who stay agree. */
  async function commitTo(staying: readonly OpenMls[]): Promise<CreateCommitResult> {
    const made = await committed(ours, cs, { wireAsPublicMessage: true });
    ours = made.newState;
    for (const each of staying) each.take(encodeMessage(made.commit));
    expect(staying.map(({ authenticator }) => authenticator)).toEqual(staying.map(() => authenticatorOf(ours)));
    return made;
  }

  /** One of OpenMLS commits, and everybody agrees. */
  async function commitOf(commit: Uint8Array | undefined, staying: readonly OpenMls[]): Promise<void> {
    if (commit === undefined) throw new Error("OpenMLS did not commit");
    for (const each of staying) each.take(commit);
    ours = await process(ours, commit);
    expect(staying.map(({ authenticator }) => authenticator)).toEqual(staying.map(() => authenticatorOf(ours)));
  }

  it("we join by its Welcome", () => {
    expect(ours.privatePath.leafIndex).toBe(2);
    expect(theirs.map(({ authenticator }) => authenticator)).toEqual(theirs.map(() => authenticatorOf(ours)));
  });

  it("OpenMLS takes our Add, and joins by our Welcome", async () => {
    const newcomer = new OpenMls(5, sender.publicKey);
    await hear(theirs, ADD(newcomer.keyPackage));
    const { welcome } = await commitTo(theirs);
    if (welcome === undefined) throw new Error("nobody is welcome");
    newcomer.join(welcome);
    expect(newcomer.authenticator).toBe(authenticatorOf(ours));
  });

  it("we take its Add together with its Remove", async () => {
    const staying = [theirs[0], theirs[2]];
    const [commit] = await hear(staying, remove(1), ADD(new OpenMls(5, sender.publicKey).keyPackage));
    await commitOf(commit, staying);
    expect(ours.groupContext.epoch).toBe(2n);
  });

  it("OpenMLS takes our Remove", async () => {
    const staying = [theirs[0], theirs[2]];
    await hear(staying, remove(1));
    await commitTo(staying);
    expect(ours.ratchetTree[2]).toBeUndefined();
  });

  it("OpenMLS takes our Remove of the whole left half: the root is blank then", async () => {
    await hear([theirs[2]], remove(0), remove(1));
    await commitTo([theirs[2]]);
    expect(ours.ratchetTree[3]).toBeUndefined();
  });

  it("we take its Remove of the whole left half", async () => {
    const [commit] = await hear([theirs[2]], remove(0), remove(1));
    await commitOf(commit, [theirs[2]]);
    expect(ours.ratchetTree[3]).toBeUndefined();
  });

  it("commits from both sides in turn", async () => {
    const staying = [theirs[0], theirs[2]];
    const [first] = await hear(staying, remove(1));
    await commitOf(first, staying);
    for (const id of [6, 7, 8]) {
      await hear(staying, ADD((await ownPackage(id)).publicPackage));
      await commitTo(staying);
    }
    const [last] = await hear([theirs[2]], remove(0));
    await commitOf(last, [theirs[2]]);
    expect(ours.groupContext.epoch).toBe(6n);
  });
});
