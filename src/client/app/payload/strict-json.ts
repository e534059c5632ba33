// JSON in one form: `{"v":1,"kind":…}` with exactly the fields of its kind, and one text for one value. Whoever reads it with
// another parser reads the same: no name twice (RFC 8259 §4 leaves open which one counts), no blanks, strings and numbers as
// ECMAScript writes them (RFC 8785 §3.2.2). The order of the fields is free to read, and fixed where it is written.
import { Fault } from "../../../model/fault.ts";

/** The value if it is right. @throws Fault */
export type Reader<T> = (value: unknown) => T;

/** A field that may be left out. */
export interface Maybe<T> {
  readonly maybe: Reader<T>;
}

type Shape<P> = {
  readonly [F in Exclude<keyof P, "kind">]-?: object extends Pick<P, F>
    ? Maybe<Exclude<P[F], undefined>>
    : Reader<P[F]>;
};

export interface Format<P extends { readonly kind: string }> {
  /** The fields of each kind, in the order in which they are written. */
  readonly kinds: { readonly [K in P["kind"]]: Shape<Extract<P, { readonly kind: K }>> };
  readonly bytesMost: number;
  /** What no single field shows. @throws Fault */
  readonly check: (payload: P) => void;
}

/** Why there is nothing to show. */
export type Undecoded = { readonly kind: "newer" } | { readonly kind: "unreadable"; readonly code: string };

type Fields = Readonly<Record<string, unknown>>;
type AnyShape = Readonly<Record<string, Reader<unknown> | Maybe<unknown>>>;

const VERSION = 1;

/** The same bytes for the same value. @throws Fault `bad-payload`, `too-long`, and those of the fields */
export function encodeIn<P extends { readonly kind: string }>(format: Format<P>, payload: P): Uint8Array {
  const { kind, ...fields } = payload;
  const shape = shapeOf(format, kind);
  if (shape === undefined) throw wrong("is of no known kind");
  format.check(payload);
  const bytes = Buffer.from(JSON.stringify({ v: VERSION, kind, ...shaped(shape, fields) }), "utf8");
  if (bytes.length <= format.bytesMost) return bytes;
  throw new Fault("too-long", `a message has at most ${format.bytesMost} bytes, and this one has ${bytes.length}`, {
    values: { most: format.bytesMost, bytes: bytes.length },
    hint: "send it as a file: /file PATH",
  });
}

/** Never throws. */
export function decodeIn<P extends { readonly kind: string }>(format: Format<P>, bytes: Uint8Array): P | Undecoded {
  if (bytes.length > format.bytesMost) return unreadable("payload-too-large");
  const [text, parsed] = parse(bytes);
  if (!isFields(parsed)) return unreadable("payload-malformed");
  const { v, kind, ...fields } = parsed;
  if (!Number.isSafeInteger(v) || typeof v !== "number" || v < VERSION) return unreadable("payload-malformed");
  if (v > VERSION) return { kind: "newer" };
  if (typeof kind !== "string") return unreadable("payload-malformed");
  const shape = shapeOf(format, kind);
  if (shape === undefined) return { kind: "newer" };
  try {
    const payload = { kind, ...shaped(shape, fields) } as unknown as P;
    format.check(payload);
    return JSON.stringify(parsed) === text ? payload : unreadable("payload-malformed");
  } catch (error) {
    if (error instanceof Fault) return unreadable("payload-malformed");
    throw error;
  }
}

export function wrong(why: string): Fault {
  return new Fault("bad-payload", `what a message says is not of its form: it ${why}`);
}

function unreadable(code: string): Undecoded {
  return { kind: "unreadable", code };
}

function parse(bytes: Uint8Array): readonly [text: string, value: unknown] {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return [text, JSON.parse(text)];
  } catch {
    return ["", undefined];
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function shapeOf({ kinds }: { readonly kinds: object }, kind: string): AnyShape | undefined {
  return Object.hasOwn(kinds, kind) ? (kinds as Readonly<Record<string, AnyShape>>)[kind] : undefined;
}

function shaped(shape: AnyShape, fields: Fields): Fields {
  const strange = Object.keys(fields).some((name) => !Object.hasOwn(shape, name));
  if (strange) throw wrong("has a field that is not of this version");
  const read: [string, unknown][] = [];
  for (const [name, field] of Object.entries(shape)) {
    const value = fields[name];
    if (typeof field === "function") read.push([name, field(value)]);
    else if (value !== undefined) read.push([name, field.maybe(value)]);
  }
  return Object.fromEntries(read);
}
