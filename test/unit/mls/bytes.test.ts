// The bytes of MLS messages: there and back, and what strangers may send instead. Nothing but a Fault with a name may come of it.
import { createGroupInfoWithExternalPub, joinGroupExternal } from "ts-mls/createCommit.js";
import { createApplicationMessage } from "ts-mls/createMessage.js";
import type { MLSMessage } from "ts-mls/message.js";
import { beforeAll, describe, expect, it } from "vitest";
import * as bytes from "../../../src/mls/bytes.ts";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC } from "../../../src/mls/suite.ts";
import { Fault } from "../../../src/model/fault.ts";
import { BODY_BYTES, KEY_PACKAGE_BYTES } from "../../../src/model/limits.ts";
import { add, committed, group, pair } from "../../kit/members.ts";

const cs = suite(CLASSIC);

/** One of each kind that travels, and the tree. */
const KINDS = ["message", "commit", "external commit", "welcome", "group info", "key package", "tree"] as const;
type Kind = (typeof KINDS)[number];
let samples: ReadonlyMap<Kind, Uint8Array> = new Map();

function sampleOf(kind: Kind): Uint8Array {
  const sample = samples.get(kind);
  if (sample === undefined) throw new Error(`no ${kind}`);
  return sample;
}

/** Reads as the program does, and writes again. */
function again(kind: Kind, encoded: Uint8Array): Uint8Array {
  switch (kind) {
    case "welcome":
      return bytes.encodeWelcome(bytes.decodeWelcome(encoded));
    case "group info":
      return bytes.encodeGroupInfo(bytes.decodeGroupInfo(encoded));
    case "key package":
      return bytes.encodeKeyPackage(bytes.decodeKeyPackage(encoded));
    case "tree":
      return bytes.encodeTree(bytes.decodeTree(encoded));
    default:
      return bytes.encodeMessage(bytes.decodeMessage(encoded));
  }
}

/** Undefined when it can be read, and then it is written the same. */
function faultOf(kind: Kind, encoded: Uint8Array): string | undefined {
  try {
    expect(Buffer.compare(again(kind, encoded), encoded)).toBe(0);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

beforeAll(async () => {
  const [a] = await group(["a", "b", "c"], cs);
  if (a === undefined) throw new Error("no group");
  const d = await pair("d", cs);
  const made = await committed(a, cs, { extraProposals: [add(d)], ratchetTreeExtension: false });
  const { privateMessage } = await createApplicationMessage(made.newState, Buffer.from("hello"), cs);
  const info = await createGroupInfoWithExternalPub(made.newState, [], cs);
  const e = await pair("e", cs);
  const { ratchetTree } = made.newState;
  const joined = await joinGroupExternal(info, e.publicPackage, e.privatePackage, false, cs, ratchetTree);
  const message = (content: Omit<Extract<MLSMessage, { wireformat: "mls_private_message" }>, "version">): Uint8Array =>
    bytes.encodeMessage({ version: "mls10", ...content });
  if (made.welcome === undefined) throw new Error("no welcome");
  samples = new Map<Kind, Uint8Array>([
    ["message", message({ wireformat: "mls_private_message", privateMessage })],
    ["commit", bytes.encodeMessage(made.commit)],
    [
      "external commit",
      bytes.encodeMessage({
        version: "mls10",
        wireformat: "mls_public_message",
        publicMessage: joined.publicMessage,
      }),
    ],
    ["welcome", bytes.encodeWelcome(made.welcome)],
    ["group info", bytes.encodeGroupInfo(info)],
    ["key package", bytes.encodeKeyPackage(d.publicPackage)],
    ["tree", bytes.encodeTree(made.newState.ratchetTree)],
  ]);
});

describe.each(KINDS)("%s", (kind) => {
  it("comes back as it was", () => {
    const sample = sampleOf(kind);
    expect(again(kind, sample)).toEqual(sample);
    // also out of the middle of a buffer, as bytes come from a socket
    expect(again(kind, Buffer.concat([Buffer.of(1), sample]).subarray(1))).toEqual(sample);
  });

  it("cut off anywhere is refused", () => {
    const sample = sampleOf(kind);
    for (let length = 0; length < sample.length; length += 1) {
      expect(faultOf(kind, sample.subarray(0, length))).toBe("mls-malformed");
    }
  });

  it("with more after it is refused", () => {
    const sample = sampleOf(kind);
    for (const more of [[0], [0, 0, 0, 0], [1], [255], [...sample]]) {
      expect(faultOf(kind, new Uint8Array([...sample, ...more]))).toBe("mls-malformed");
    }
  });

  it("with any bit turned over can be read, or is refused by name", () => {
    const sample = sampleOf(kind);
    const codes = new Set<string | undefined>();
    for (let at = 0; at < sample.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) codes.add(faultOf(kind, sample.with(at, (sample[at] ?? 0) ^ (1 << bit))));
    }
    codes.delete(undefined);
    expect([...codes]).toEqual(["mls-malformed"]);
  });

  it("with a giant length anywhere is refused, and nothing is made ready for it", () => {
    const sample = sampleOf(kind);
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < sample.length; at += 1) {
      const giant = sample.slice();
      giant.set([0xbf, 0xff, 0xff, 0xff].slice(0, sample.length - at), at);
      const code = faultOf(kind, giant);
      expect([undefined, "mls-malformed"]).toContain(code);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });

  it("with a length in more bytes than it needs is refused", () => {
    const sample = sampleOf(kind);
    let found = 0;
    // Wherever a byte below 64 is made two bytes: a length or not, the result has no second form that is taken.
    for (let at = 0; at < sample.length; at += 1) {
      const value = sample[at] ?? 0;
      if (value >= 64) continue;
      const longer = new Uint8Array([...sample.subarray(0, at), 0x40, value, ...sample.subarray(at + 1)]);
      const code = faultOf(kind, longer);
      if (code !== undefined) found += 1;
    }
    expect(found).toBeGreaterThan(0);
  });
});

describe("what strangers send", () => {
  it("random bytes are refused by name", () => {
    let seed = 1;
    const next = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed >>> 16;
    };
    for (let round = 0; round < 3_000; round += 1) {
      const random = Uint8Array.from({ length: next() % 200 }, () => next() & 0xff);
      random.set([0, 1, 0, 1 + (round % 5)].slice(0, random.length));
      expect([undefined, "mls-malformed"]).toContain(faultOf("message", random));
    }
  });

  it("the wrong kind, version or header is refused before anything else is read", () => {
    const sample = sampleOf("welcome");
    for (const kind of ["group info", "key package"] as const) expect(faultOf(kind, sample)).toBe("mls-malformed");
    expect(faultOf("welcome", sampleOf("key package"))).toBe("mls-malformed");
    for (const header of [[0, 0, 0, 3], [0, 2, 0, 3], [0, 1, 0, 0], [0, 1, 0, 6], [0, 1, 1, 3], []]) {
      expect(faultOf("message", new Uint8Array([...header, ...sample.subarray(4)]))).toBe("mls-malformed");
    }
  });

  it.each([
    ["message", BODY_BYTES],
    ["commit", BODY_BYTES],
    ["external commit", BODY_BYTES],
    ["welcome", BODY_BYTES],
    ["group info", 64 * 1024],
    ["key package", KEY_PACKAGE_BYTES],
    ["tree", 32 * 1024 * 1024],
  ] as const)("a %s of more than %i bytes is too large", (kind, limit) => {
    const padded = new Uint8Array(limit + 1);
    padded.set(sampleOf(kind));
    expect(faultOf(kind, padded)).toBe("mls-too-large");
    expect(faultOf(kind, padded.subarray(0, limit))).toBe("mls-malformed");
  });

  it("we do not send what others would refuse", () => {
    const message = bytes.decodeMessage(sampleOf("message"));
    if (message.wireformat !== "mls_private_message") throw new Error("not private");
    const privateMessage = { ...message.privateMessage, ciphertext: new Uint8Array(BODY_BYTES) };
    expect(() => bytes.encodeMessage({ ...message, privateMessage })).toThrow("at most");
  });

  it("a full body of the smallest elements takes no long time", () => {
    const sample = sampleOf("external commit");
    // The capabilities of its leaf begin with the one version 1: 02 00 01, before the suites.
    const at = Buffer.from(sample).indexOf(Buffer.from("020001020001", "hex")) + 3;
    expect(at).toBeGreaterThan(3);
    const count = 500_000;
    const suites = new Uint8Array(4 + count);
    new DataView(suites.buffer).setUint32(0, 0x8000_0000 + count);
    for (let each = 5; each < suites.length; each += 2) suites[each] = 1;
    const full = new Uint8Array([...sample.subarray(0, at), ...suites, ...sample.subarray(at + 3)]);
    const started = performance.now();
    expect(faultOf("external commit", full)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});

describe("a tree", () => {
  it("of more nodes than the largest group has is too large", () => {
    const blank = new Uint8Array(4 + 17_000);
    new DataView(blank.buffer).setUint32(0, 0x8000_0000 + 17_000 + sampleNode().length - 1);
    const wide = new Uint8Array([...blank, ...sampleNode().subarray(1)]);
    wide[blank.length - 1] = 1;
    expect(faultOf("tree", wide)).toBe("mls-too-large");
  });

  it("with a leaf where a parent belongs is refused", () => {
    const node = sampleNode();
    const length = 2 * node.length;
    const two = new Uint8Array([0x40 | (length >> 8), length & 0xff, ...node, ...node]);
    expect(faultOf("tree", two)).toBe("mls-malformed");
  });

  it("with a blank node at its end, or without any node, is refused", () => {
    const node = sampleNode();
    const length = node.length + 1;
    const blank = new Uint8Array([0x40 | (length >> 8), length & 0xff, ...node, 0]);
    expect(faultOf("tree", blank)).toBe("mls-malformed");
    expect(faultOf("tree", new Uint8Array([0]))).toBe("mls-malformed");
  });

  /** The first leaf with the octet that says that it is there. */
  function sampleNode(): Uint8Array {
    const [leaf] = bytes.decodeTree(sampleOf("tree"));
    const alone = bytes.encodeTree([leaf]);
    return alone.subarray(2);
  }
});
