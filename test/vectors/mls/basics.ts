// Tree arithmetic, lengths, labelled cryptography.
/* oxlint-disable vitest/no-standalone-expect -- what mls.test.ts calls in its tests */
import { expect } from "vitest";
import { determineLength } from "ts-mls/codec/variableLength.js";
import { refhash } from "ts-mls/crypto/hash.js";
import { decryptWithLabel, encryptWithLabel } from "ts-mls/crypto/hpke.js";
import { deriveSecret, deriveTreeSecret, expandWithLabel } from "ts-mls/crypto/kdf.js";
import { signWithLabel, verifyWithLabel } from "ts-mls/crypto/signature.js";
import { left, nodeWidth, parent, right, root, sibling, toNodeIndex, type NodeIndex } from "ts-mls/treemath.js";
import { bytesOf, hexOf } from "../../../src/model/ids.ts";
import { kind } from "./kind.ts";

interface TreeMath {
  readonly n_leaves: number;
  readonly n_nodes: number;
  readonly root: number;
  readonly left: readonly (number | null)[];
  readonly right: readonly (number | null)[];
  readonly parent: readonly (number | null)[];
  readonly sibling: readonly (number | null)[];
}

/** The vectors have null where the library throws. */
function orNull(find: () => NodeIndex): number | null {
  try {
    return find();
  } catch {
    return null;
  }
}

const treeMath = kind<TreeMath>("tree-math", 10, (vector) => {
  const leaves = vector.n_leaves;
  expect(nodeWidth(leaves)).toBe(vector.n_nodes);
  expect(root(leaves)).toBe(vector.root);
  const nodes = Array.from({ length: vector.n_nodes }, (_, index) => toNodeIndex(index));
  expect(nodes.map((node) => orNull(() => left(node)))).toEqual(vector.left);
  expect(nodes.map((node) => orNull(() => right(node)))).toEqual(vector.right);
  expect(nodes.map((node) => orNull(() => parent(node, leaves)))).toEqual(vector.parent);
  expect(nodes.map((node) => orNull(() => sibling(node, leaves)))).toEqual(vector.sibling);
});

const deserialization = kind<{ readonly vlbytes_header: string; readonly length: number }>(
  "deserialization",
  14,
  (v) => {
    const header = bytesOf(v.vlbytes_header);
    expect(determineLength(header)).toEqual({ length: v.length, lengthFieldSize: header.length });
  },
);

interface CryptoBasics {
  readonly ref_hash: { readonly label: string; readonly value: string; readonly out: string };
  readonly expand_with_label: {
    readonly secret: string;
    readonly label: string;
    readonly context: string;
    readonly length: number;
    readonly out: string;
  };
  readonly derive_secret: { readonly secret: string; readonly label: string; readonly out: string };
  readonly derive_tree_secret: {
    readonly secret: string;
    readonly label: string;
    readonly generation: number;
    readonly length: number;
    readonly out: string;
  };
  readonly sign_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly content: string;
    readonly label: string;
    readonly signature: string;
  };
  readonly encrypt_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly label: string;
    readonly context: string;
    readonly plaintext: string;
    readonly kem_output: string;
    readonly ciphertext: string;
  };
}

const cryptoBasics = kind<CryptoBasics>("crypto-basics", 7, async (vector, cs) => {
  const { ref_hash: ref, expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = vector;
  expect(hexOf(await refhash(ref.label, bytesOf(ref.value), cs.hash))).toBe(ref.out);
  const expanded = expandWithLabel(
    bytesOf(expand.secret),
    expand.label,
    bytesOf(expand.context),
    expand.length,
    cs.kdf,
  );
  expect(hexOf(await expanded)).toBe(expand.out);
  expect(hexOf(await deriveSecret(bytesOf(derive.secret), derive.label, cs.kdf))).toBe(derive.out);
  const treeSecret = deriveTreeSecret(bytesOf(tree.secret), tree.label, tree.generation, tree.length, cs.kdf);
  expect(hexOf(await treeSecret)).toBe(tree.out);

  const { priv, pub, content, label, signature } = vector.sign_with_label;
  const verify = (signed: Uint8Array): Promise<boolean> =>
    verifyWithLabel(bytesOf(pub), label, bytesOf(content), signed, cs.signature);
  expect(await verify(bytesOf(signature))).toBe(true);
  expect(await verify(await signWithLabel(bytesOf(priv), label, bytesOf(content), cs.signature))).toBe(true);

  const sealed = vector.encrypt_with_label;
  const context = bytesOf(sealed.context);
  const own = await cs.hpke.importPrivateKey(bytesOf(sealed.priv));
  const open = async (enc: Uint8Array, ct: Uint8Array): Promise<string> =>
    hexOf(await decryptWithLabel(own, sealed.label, context, enc, ct, cs.hpke));
  expect(await open(bytesOf(sealed.kem_output), bytesOf(sealed.ciphertext))).toBe(sealed.plaintext);
  const to = await cs.hpke.importPublicKey(bytesOf(sealed.pub));
  const again = await encryptWithLabel(to, sealed.label, context, bytesOf(sealed.plaintext), cs.hpke);
  expect(await open(again.enc, again.ct)).toBe(sealed.plaintext);
});

export const basics = [treeMath, deserialization, cryptoBasics];
