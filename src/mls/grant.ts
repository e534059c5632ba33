// Archive keys on their way to one device: sealed to a key that it made for this and nothing else (HPKE, RFC 9180, with X-Wing).
import { Fault } from "../model/fault.ts";
import { bytesOf, type DeviceId, type LogId } from "../model/ids.ts";
import { suite } from "./ciphersuite.ts";
import { HYBRID } from "./suite.ts";

/** Who is handed what. */
export interface GrantFor {
  readonly log: LogId;
  readonly device: DeviceId;
}

export interface AskPair {
  readonly publicKey: Uint8Array;
  /** Secret: kept until the answer is there. */
  readonly secret: Uint8Array;
}

const LABEL = "mutual archive grant 1";
/** X-Wing's encapsulated key. */
const ENC_BYTES = 1120;

export async function newAsk(): Promise<AskPair> {
  const { hpke } = suite(HYBRID);
  const pair = await hpke.generateKeyPair();
  return {
    publicKey: await hpke.exportPublicKey(pair.publicKey),
    secret: await hpke.exportPrivateKey(pair.privateKey),
  };
}

/** @throws Fault `grant-malformed` for a key that is none */
export async function sealGrant(keys: Uint8Array, publicKey: Uint8Array, to: GrantFor): Promise<Uint8Array> {
  const { hpke } = suite(HYBRID);
  try {
    const { enc, ct } = await hpke.seal(await hpke.importPublicKey(new Uint8Array(publicKey)), keys, infoOf(to));
    return new Uint8Array(Buffer.concat([enc, ct]));
  } catch (error) {
    throw new Fault("grant-malformed", "archive keys were asked for with a key that is none", { cause: error });
  }
}

/** @throws Fault `grant-malformed` */
export async function openGrant(sealed: Uint8Array, secret: Uint8Array, to: GrantFor): Promise<Uint8Array> {
  const { hpke } = suite(HYBRID);
  try {
    const key = await hpke.importPrivateKey(new Uint8Array(secret));
    return await hpke.open(key, sealed.slice(0, ENC_BYTES), sealed.slice(ENC_BYTES), infoOf(to));
  } catch (error) {
    throw new Fault("grant-malformed", "the archive keys that were handed over do not open", { cause: error });
  }
}

function infoOf({ log, device }: GrantFor): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(LABEL), bytesOf(log), bytesOf(device)]));
}
