// `chat-client p12 FILE`: certificate, key and CA of this identity as one PKCS#12 file, for the key store of the system. The other
// direction is --p12.
import { existsSync } from "node:fs";
import { removeLeftover, writeDurably } from "../client/vault/durable-file.ts";
import { Fault, reason } from "../model/fault.ts";
import { writeBundle } from "../pki/bundle.ts";
import { readCertificate } from "../pki/certificate.ts";
import { readPrivateKey } from "../pki/keys.ts";
import type { ClientFiles } from "../pki/load.ts";
import type { ONCE_COMMANDS } from "./client-once-flags.ts";
import type { OnceProcess } from "./client-once.ts";
import { askSecret, confirmed } from "./prompt.ts";
import { selfOf } from "./client-self.ts";
import { checkedPassphrase } from "../client/face/strength.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";

export interface Exporting extends OnceProcess {
  readonly file: string;
  readonly values: Values<(typeof ONCE_COMMANDS)["p12"]["flags"]>;
  readonly print: (text: string) => void;
}

/** @throws Fault `file-exists`, `passphrase-*`, and of what is wrong on this machine */
export async function exportBundle(world: Exporting): Promise<void> {
  const { file, values, print, clock } = world;
  if (!values.force && existsSync(file))
    throw new Fault("file-exists", `there is a ${file} already`, { hint: "another name, or --force" });
  const self = await selfOf({
    ...world,
    values: { ip: undefined, port: undefined, p12: undefined, ...values },
    now: new Date(clock.now()),
  });
  self.vault.close();
  const { files } = self;
  const passphrase = await newPassphrase(world);
  write(file, bundleOf(files, passphrase));
  print(`* @${files.peer.user}, device ${files.peer.device.slice(0, 8)}, with its private key: ${file}\n`);
  print("* not for a second chat-client, which would take messages from this one: chat-client devices add\n");
  if (files.leaf.x509.publicKey.asymmetricKeyType !== "ed25519") return;
  print(
    "* its key is an Ed25519 one: NSS (Firefox, Chromium on Linux) takes it from version 3.131 on, OpenSSL and GnuTLS take it\n",
  );
}

/** Whole or not at all; the folder stays as open as it is. */
function write(file: string, content: Buffer): void {
  try {
    removeLeftover(file);
    writeDurably(file, content);
  } catch (error) {
    throw new Fault("file-unwritable", `cannot write ${file}: ${reason(error)}`, {
      hint: "check the folder, who may write there, and the disk",
      cause: error,
    });
  }
}

function bundleOf({ peer, realm, keyPem }: ClientFiles, passphrase: string): Buffer {
  const certificates = [...peer.certificates.map(readCertificate), readCertificate(realm.root.raw)];
  const key = readPrivateKey(Buffer.from(keyPem));
  return writeBundle({ key, certificates, friendlyName: `@${peer.user}`, passphrase });
}

async function newPassphrase({ values, person }: Exporting): Promise<string> {
  const given = await passphraseOf(values["passphrase-file"]);
  if (given !== undefined) return checkedPassphrase(given);
  if (person === undefined)
    throw new Fault("passphrase-needed", "there is nobody to ask for the passphrase of the new file", {
      hint: "start it on a terminal, or give --passphrase-file",
    });
  return confirmed(person, checkedPassphrase(await askSecret(person, "passphrase for the new file: ")));
}
