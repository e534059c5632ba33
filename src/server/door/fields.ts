// The body of a request at one of our own places of the door: one JSON object, each field read strictly and none left over.
import { Fault } from "../../model/fault.ts";
import { type Handle, isHandle } from "../../model/ids.ts";

type Raw = Readonly<Record<string, unknown>>;

/** Longer than any text of the protocol but keys; a vault is read as bytes. */
const TEXT_CHARS = 1_024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export class Fields {
  readonly #raw: Raw;
  readonly #read = new Set<string>();

  /** @throws Fault `bad-request` */
  constructor(body: Buffer) {
    this.#raw = objectIn(body);
  }

  /** Of 1 to `most` characters. @throws Fault `bad-field` */
  text(name: string, most = TEXT_CHARS): string {
    const value = this.#take(name);
    if (typeof value !== "string" || value === "" || value.length > most) throw bad(name);
    return value;
  }

  /** @throws Fault `bad-field` */
  maybeText(name: string, most?: number): string | undefined {
    return this.#raw[name] === undefined ? undefined : this.text(name, most);
  }

  /** @throws Fault `handle-invalid` */
  user(): Handle {
    const user = this.text("user");
    if (isHandle(user)) return user;
    throw new Fault("handle-invalid", "this is not a valid name", {
      hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
    });
  }

  /** Base64, of `least` to `most` bytes. @throws Fault `bad-field` */
  bytes(name: string, { least = 1, most }: { readonly least?: number; readonly most: number }): Buffer {
    const value = this.#take(name);
    if (typeof value !== "string" || value.length > Math.ceil(most / 3) * 4 || !BASE64.test(value)) throw bad(name);
    const bytes = Buffer.from(value, "base64");
    if (bytes.length < least || bytes.length > most) throw bad(name);
    return bytes;
  }

  /** @throws Fault `bad-field` */
  maybeBytes(name: string, limits: { readonly least?: number; readonly most: number }): Buffer | undefined {
    return this.#raw[name] === undefined ? undefined : this.bytes(name, limits);
  }

  /** @throws Fault `bad-field` */
  count(name: string, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#take(name);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > most) throw bad(name);
    return value;
  }

  /** @throws Fault `bad-field` */
  maybeCount(name: string, most?: number): number | undefined {
    return this.#raw[name] === undefined ? undefined : this.count(name, most);
  }

  /** Nothing else may be in it. @throws Fault `bad-field` */
  end(): void {
    const strange = Object.keys(this.#raw).find((name) => !this.#read.has(name));
    if (strange !== undefined) throw bad(strange.slice(0, 40));
  }

  #take(name: string): unknown {
    this.#read.add(name);
    return this.#raw[name];
  }
}

function objectIn(body: Buffer): Raw {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Raw;
  } catch {
    // Said below, and not what was in it: it may be a secret.
  }
  throw new Fault("bad-request", "the request is not one JSON object", {
    hint: "update the older of the two programs",
  });
}

function bad(name: string): Fault {
  return new Fault("bad-field", `${JSON.stringify(name)} is missing, or not what belongs there`, {
    hint: "update the older of the two programs",
  });
}
