// What the groups' thread is given of an identity: bytes, which cross from one thread to the other.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { Fault } from "../../model/fault.ts";
import type { Peer } from "../../pki/peer.ts";
import type { Realm } from "../../pki/realm.ts";
import { HYBRID } from "../suite.ts";
import type { ThreadData } from "./calls.ts";

export interface Identity {
  readonly realm: Realm;
  readonly peer: Pick<Peer, "device" | "certificates">;
  /** PKCS#8. */
  readonly keyPem: string;
  /** Keys of before, PKCS#8. */
  readonly former?: readonly string[] | undefined;
}

/** @throws Fault `key-type`: RFC 9420 names Ed25519 for the suites that are used here */
export function threadData({ realm, peer, keyPem, former = [] }: Identity): ThreadData {
  const key = createPrivateKey(keyPem);
  if (key.asymmetricKeyType !== "ed25519")
    throw new Fault(
      "key-type",
      `a key of type ${key.asymmetricKeyType ?? "unknown"} cannot be a member of an encrypted group`,
      {
        hint: "issue the certificate with an ed25519 key, which is the usual type",
      },
    );
  const { root, issuers, crls } = realm;
  return {
    realm: {
      root: root.raw,
      issuers: issuers.map(({ raw }) => raw),
      crls: [...crls.values()].map(({ der }) => der),
    },
    own: {
      device: peer.device,
      certificates: peer.certificates,
      ...rawOf(keyPem),
      former: former.map(rawOf),
    },
    newSuite: HYBRID,
  };
}

function rawOf(keyPem: string) {
  return {
    signKey: new Uint8Array(createPrivateKey(keyPem).export({ format: "raw-private" })),
    publicKey: new Uint8Array(createPublicKey(keyPem).export({ format: "raw-public" })),
  };
}
