// Fields: how one value of a message is checked on the way in and written on the way out. Everything strict lives here:
// lengths of ids, limits in bytes and in count, numbers below 2^53, no unknown enum value.
import { Fault } from "../model/fault.ts";
import { HASH_BYTES, ID_BYTES, bytesOf, hexOf } from "../model/ids.ts";
import { ITEMS, TEXT_CHARS } from "../model/limits.ts";

/** `read` takes what the codec decoded and throws Fault `malformed`; `write` gives what the codec encodes. */
export interface Field<T> {
  read(value: unknown, name: string): T;
  write(value: T): unknown;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ValueOf<F> = F extends Field<infer T> ? T : never;
export type MessageOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

export function malformed(name: string, why: string): Fault {
  return new Fault("malformed", `field ${name}: ${why}`);
}

function readBytes(value: unknown, name: string, maxBytes: number): Uint8Array {
  if (value === undefined || value === null) return EMPTY;
  if (!(value instanceof Uint8Array)) throw malformed(name, "not bytes");
  if (value.length > maxBytes) throw malformed(name, `${value.length} bytes, at most ${maxBytes}`);
  return value;
}

const EMPTY = new Uint8Array(0);

/** 16 raw bytes on the wire, 32 hex digits in memory. */
export function id<T extends string>(): Field<T> {
  return fixedHex<T>(ID_BYTES);
}

/** 32 raw bytes on the wire, 64 hex digits in memory. */
export function hash<T extends string>(): Field<T> {
  return fixedHex<T>(HASH_BYTES);
}

function fixedHex<T extends string>(length: number): Field<T> {
  return {
    read(value, name) {
      const raw = readBytes(value, name, length);
      if (raw.length !== length) throw malformed(name, `${raw.length} bytes instead of ${length}`);
      return hexOf(raw) as T;
    },
    write: (value) => bytesOf(value),
  };
}

/** Either nothing or exactly `length` bytes. */
export function maybe<T>(field: Field<T>): Field<T | undefined> {
  return {
    read(value, name) {
      if (value === undefined || value === null || (value instanceof Uint8Array && value.length === 0))
        return undefined;
      return field.read(value, name);
    },
    write: (value) => (value === undefined ? undefined : field.write(value)),
  };
}

/** Exactly 32 bytes, kept raw: a chain hash. */
export const chain: Field<Uint8Array> = {
  read(value, name) {
    const raw = readBytes(value, name, HASH_BYTES);
    if (raw.length !== HASH_BYTES) throw malformed(name, `${raw.length} bytes instead of ${HASH_BYTES}`);
    return raw;
  },
  write: (value) => value,
};

export function bytes(maxBytes: number): Field<Uint8Array> {
  return { read: (value, name) => readBytes(value, name, maxBytes), write: (value) => value };
}

/** A whole number from 0 to `max`. */
export function count(max: number = Number.MAX_SAFE_INTEGER): Field<number> {
  return {
    read(value, name) {
      const number = value ?? 0;
      if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0 || number > max)
        throw malformed(name, `not a whole number from 0 to ${max}`);
      return number;
    },
    write: (value) => value,
  };
}

/** A cipher suite by its number. RFC 9420 §17.1: 16 bits, and 0 is none. */
export const suite: Field<number> = {
  read(value, name) {
    const number = UINT16.read(value, name);
    if (number === 0) throw malformed(name, "no cipher suite");
    return number;
  },
  write: (value) => value,
};

const UINT16 = count(0xffff);

export function text(maxChars: number = TEXT_CHARS): Field<string> {
  return {
    read(value, name) {
      const string = value ?? "";
      if (typeof string !== "string") throw malformed(name, "not text");
      if (string.length > maxChars) throw malformed(name, `${string.length} characters, at most ${maxChars}`);
      return string;
    },
    write: (value) => value,
  };
}

export const flag: Field<boolean> = { read: (value) => value === true, write: (value) => value };

/** An enum: the position of a name in `names` is its number on the wire. */
export function choice<T extends string>(names: readonly T[]): Field<T> {
  return {
    read(value, name) {
      const chosen = names[typeof value === "number" ? value : 0];
      if (chosen === undefined) throw malformed(name, "no such choice in this version");
      return chosen;
    },
    write: (value) => names.indexOf(value),
  };
}

/** A repeated field of at most `maxCount` items; empty items count too. */
export function list<T>(item: Field<T>, maxCount: number = ITEMS): Field<readonly T[]> {
  return {
    read(value, name) {
      if (value === undefined || value === null) return [];
      if (!Array.isArray(value)) throw malformed(name, "not a list");
      if (value.length > maxCount) throw malformed(name, `${value.length} items, at most ${maxCount}`);
      return value.map((one: unknown, index) => item.read(one, `${name}[${index}]`));
    },
    write: (value) => value.map((one) => item.write(one)),
  };
}

/** A message inside a message. */
export function message<F extends Fields>(fields: F): Field<MessageOf<F>> {
  const entries = Object.entries(fields);
  return {
    read(value, name) {
      if (typeof value !== "object" || value === null) throw malformed(name, "missing");
      const raw = value as Readonly<Record<string, unknown>>;
      const out: Record<string, unknown> = {};
      for (const [key, field] of entries) out[key] = field.read(raw[key], key);
      return out as MessageOf<F>;
    },
    write(value) {
      const out: Record<string, unknown> = {};
      for (const [key, field] of entries) out[key] = field.write(value[key]);
      return out;
    },
  };
}
