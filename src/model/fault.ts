// Faults: a stable code for machines, one sentence for people, a hint kept apart from it.
// A stranger over the network learns only the code. The codes are listed in docs/protocol.md and docs/errors.md.

export type FaultValues = Readonly<Record<string, string | number>>;

export interface FaultOptions {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly values?: FaultValues;
}

/**
 * An expected failure, told to people as `error: <message>` and `hint: <hint>`.
 * `message`: one sentence, lower case, no full stop, no secret in it. `hint`: what to do about it.
 * `values`: names and sizes that stand in the sentence, for a face that says it in another language.
 */
export class Fault extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly values: FaultValues | undefined;

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.hint = options.hint;
    this.values = options.values;
  }
}

/** The system error code (`ENOENT`, `EADDRINUSE`, …) of a thrown value, or undefined. */
export function errno(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** One line about any thrown value, without a stack. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A class does not survive the way between threads; its parts do. The cause stays where it was. */
export interface FaultParts {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly values?: FaultValues | undefined;
}

export function partsOf({ code, message, hint, values }: Fault): FaultParts {
  return { code, message, hint, ...(values === undefined ? {} : { values }) };
}

export function faultOf({ code, message, hint, values }: FaultParts): Fault {
  return new Fault(code, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(values === undefined ? {} : { values }),
  });
}
