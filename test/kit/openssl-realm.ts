// A whole realm by openssl alone, from the shipped configuration files: what certs/README.md says.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { KeyType } from "../../src/pki/algorithms.ts";
import { openssl } from "./openssl.ts";

/** The shipped configuration files. */
export const CNF = resolve(import.meta.dirname, "../../certs");

export interface OpensslDevice {
  readonly user: string;
  /** 32 hex digits. */
  readonly device: string;
  readonly name: string;
  readonly email: string;
}

const ALGORITHMS: Readonly<Record<KeyType, readonly string[]>> = {
  ed25519: ["ED25519"],
  p256: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  rsa: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
};

export class OpensslRealm {
  readonly dir: string;
  readonly #type: KeyType;
  #env: Readonly<Record<string, string>> = { CHAT_REALM: "Choir" };

  private constructor(dir: string, type: KeyType) {
    [this.dir, this.#type] = [dir, type];
  }

  /** Root, issuing CA, server, and both revocation lists, in this folder. */
  static make(dir: string, type: KeyType = "ed25519"): OpensslRealm {
    const realm = new OpensslRealm(dir, type);
    realm.#key("ca");
    const root = ["-key", realm.file("ca.key"), "-days", "30", "-out", realm.file("ca.crt")];
    realm.#openssl("req", "-x509", "-new", "-config", join(CNF, "ca.cnf"), ...root);
    realm.#issue("issuing", "ca", { config: "ca.cnf", section: "issuing_ext", request: ["-section", "issuing"] });
    realm.#issue("server", "issuing", { config: "server.cnf", section: "server_ext" });
    makeList(dir, "ca", "root_ca");
    makeList(dir, "issuing", "issuing_ca");
    return realm;
  }

  file(name: string): string {
    return join(this.dir, name);
  }

  /** USER.key, USER.csr, USER.crt, and USER.pem with the issuing CA behind it. */
  device({ user, device, name, email }: OpensslDevice): void {
    this.#env = { ...this.#env, CHAT_HANDLE: user, CHAT_DEVICE: device, CHAT_NAME: name, CHAT_EMAIL: email };
    this.#issue(user, "issuing", { config: "client.cnf", section: "client_ext_email" });
    const chain = [`${user}.crt`, "issuing.crt"].map((one) => readFileSync(this.file(one), "utf8"));
    writeFileSync(this.file(`${user}.pem`), chain.join(""));
  }

  #issue(
    name: string,
    by: string,
    { config, section, request = [] }: { config: string; section: string; request?: readonly string[] },
  ): void {
    const [key, csr, out] = [this.file(`${name}.key`), this.file(`${name}.csr`), this.file(`${name}.crt`)];
    this.#key(name);
    this.#openssl("req", "-new", "-config", join(CNF, config), ...request, "-key", key, "-out", csr);
    const signer = ["-CA", this.file(`${by}.crt`), "-CAkey", this.file(`${by}.key`), "-CAcreateserial"];
    const form = ["-days", "30", "-extfile", join(CNF, config), "-extensions", section];
    this.#openssl("x509", "-req", "-in", csr, ...signer, ...form, "-out", out);
  }

  #key(name: string): void {
    this.#openssl("genpkey", "-algorithm", ...ALGORITHMS[this.#type], "-out", this.file(`${name}.key`));
  }

  #openssl(...args: readonly string[]): void {
    openssl(args, { env: this.#env });
  }
}

/** A revocation list of `ca` in this folder, by openssl; index and number are made anew. */
export function makeList(dir: string, ca: string, section: string): void {
  const file = (name: string): string => join(dir, name);
  writeFileSync(file(`${ca}-index.txt`), "");
  writeFileSync(file(`${ca}-crlnumber.txt`), "01\n");
  const config = readFileSync(join(CNF, "ca.cnf"), "utf8").replaceAll(`= ${ca}-`, `= ${dir}/${ca}-`);
  writeFileSync(file("here.cnf"), config);
  const files = ["-cert", file(`${ca}.crt`), "-keyfile", file(`${ca}.key`), "-out", file(`${ca}.crl`)];
  openssl(["ca", "-gencrl", "-config", file("here.cnf"), "-name", section, ...files]);
}
