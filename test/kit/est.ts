// Standing at a realm's enrolment door with curl and openssl alone (RFC 7030): no program of ours makes a key or a request.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readInvitationLine } from "../../src/wire/invitation-line.ts";
import { openssl } from "./openssl.ts";
import type { OwnRealm } from "./own-realm.ts";

const CURL = ["-sS", "--max-time", "20"];

/** Who asks is `name`: NAME.key, NAME.csr and NAME.crt in the folder of the test. */
export class EstByCurl {
  readonly #realm: OwnRealm;

  constructor(realm: OwnRealm) {
    this.#realm = realm;
  }

  /** The file with the root. */
  get ca(): string {
    return join(this.#realm.data, "realm/ca.crt");
  }

  url(operation: string): string {
    return `https://127.0.0.1:${this.#realm.door}/.well-known/est/${operation}`;
  }

  /** The body of an answer that is no refusal. */
  curl(...args: readonly string[]): string {
    return execFileSync("curl", [...CURL, "--fail-with-body", "--cacert", this.ca, ...args], { encoding: "utf8" });
  }

  /** The status and the body of an answer that may be a refusal. */
  curlStatus(...args: readonly string[]): { readonly status: string; readonly body: string } {
    const flags = [...CURL, "--cacert", this.ca, "-w", "\n%{http_code}", ...args];
    const { stdout } = spawnSync("curl", flags, { encoding: "utf8" });
    const at = stdout.lastIndexOf("\n");
    return { status: stdout.slice(at + 1), body: stdout.slice(0, at) };
  }

  /** PEM of the certificates in an answer, in a file. */
  unpacked(answer: string, name: string): string {
    const file = (kind: string): string => this.#realm.file(`${name}.${kind}`);
    writeFileSync(file("b64"), answer);
    openssl(["base64", "-d", "-in", file("b64"), "-out", file("p7")]);
    openssl(["pkcs7", "-inform", "DER", "-in", file("p7"), "-print_certs", "-out", file("crt")]);
    return file("crt");
  }

  newKey(name: string, algorithm: readonly string[] = ["-algorithm", "ed25519"]): string {
    const file = this.#realm.file(`${name}.key`);
    openssl(["genpkey", ...algorithm, "-out", file]);
    return file;
  }

  /** What curl is told to ask for a certificate for the key of this name; `args`: for openssl. */
  request(name: string, ...args: readonly string[]): readonly string[] {
    return [...this.body(name, ...args), this.url("simpleenroll")];
  }

  /** The same for any operation. */
  body(name: string, ...args: readonly string[]): readonly string[] {
    const file = (kind: string): string => this.#realm.file(`${name}.${kind}`);
    openssl(["req", "-new", "-key", file("key"), "-subj", `/CN=${name}`, "-out", file("csr"), ...args]);
    writeFileSync(file("req"), readFileSync(file("csr"), "utf8").replaceAll(/-----.*-----\n/g, ""));
    const header = ["-H", "Content-Type: application/pkcs10", "-H", "Content-Transfer-Encoding: base64"];
    return [...header, "--data-binary", `@${file("req")}`];
  }

  /** For the key of this name, by the invitation of this user: a file with the certificates. `args`: for openssl. */
  enrolled(name: string, line: string, ...args: readonly string[]): string {
    const { code } = readInvitationLine(line);
    return this.unpacked(this.curl("--user", `${name}:${code}`, ...this.request(name, ...args)), name);
  }
}
