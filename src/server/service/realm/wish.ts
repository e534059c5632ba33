// The fields of an administrative request, read strictly: each that is there is read, of the right kind, and none is left over.
import { Fault } from "../../../model/fault.ts";

export type Given = Readonly<Record<string, unknown>>;

/** Of a name that nobody knows. */
const NAME_CHARS = 40;

export class Wish {
  readonly #given: Given;
  readonly #fields: ReadonlySet<string>;

  /** `fields`: those that there may be. @throws Fault `bad-field` */
  constructor(given: Given, fields: readonly string[]) {
    this.#given = given;
    this.#fields = new Set(fields);
    // What is undefined here is not there in JSON.
    const strange = Object.keys(given).find((name) => given[name] !== undefined && !this.#fields.has(name));
    if (strange !== undefined) throw unknown(strange, fields);
  }

  /** @throws Fault `bad-field` */
  text(name: string, most: number): string {
    const text = this.maybeText(name, most);
    if (text === undefined) throw bad(name, "is missing");
    return text;
  }

  /** `most`: characters. @throws Fault `bad-field` */
  maybeText(name: string, most: number): string | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== "string" || value === "" || value.length > most || /[\p{Cc}\p{Cs}]/u.test(value))
      throw bad(name, `is not a text of 1 to ${most} characters on one line`);
    return value;
  }

  /** @throws Fault `bad-field` */
  maybeCount(name: string, { least, most }: { readonly least: number; readonly most: number }): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most)
      throw bad(name, `is not a whole number from ${least} to ${most}`);
    return value;
  }

  /** @throws Fault `bad-field` */
  maybeSwitch(name: string): boolean | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw bad(name, "is neither true nor false");
  }

  #value(name: string): unknown {
    if (!this.#fields.has(name)) throw new Error(`${name} is read and is in no list of fields`);
    return this.#given[name];
  }
}

function unknown(name: string, fields: readonly string[]): Fault {
  return new Fault("bad-field", `${JSON.stringify(name.slice(0, NAME_CHARS))} is no field of this act`, {
    hint: fields.length === 0 ? "it has none" : `it has ${fields.join(", ")}`,
  });
}

function bad(name: string, why: string): Fault {
  return new Fault("bad-field", `${JSON.stringify(name)} ${why}`);
}
