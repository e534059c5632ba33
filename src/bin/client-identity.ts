// Which identity chat-client uses: named by flags, the only one there is, or chosen by the person at the terminal.
import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { Fault } from "../model/fault.ts";
import { type ClientFiles, listIdentities, loadClientFiles } from "../pki/load.ts";
import type { CLIENT_FLAGS } from "./client-flags.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";

export interface Person {
  readonly input: Readable;
  readonly output: Writable;
}

/** `person`: undefined when nobody can be asked. @throws Fault */
export async function identityOf(
  values: Values<typeof CLIENT_FLAGS>,
  now: Date,
  person: Person | undefined,
): Promise<ClientFiles> {
  const { certs, cert, key, ca, p12 } = values;
  const passphrase = await passphraseOf(values["passphrase-file"]);
  const named = p12 !== undefined || cert !== undefined;
  const as =
    values.as ?? (named || person === undefined ? undefined : await choose(await listIdentities(certs), person));
  return loadClientFiles({ now, certs, as, cert, key, ca, p12, passphrase });
}

async function choose(names: readonly string[], { input, output }: Person): Promise<string | undefined> {
  if (names.length < 2) return names[0];
  names.forEach((name, index) => output.write(`  ${index + 1}  ${name}\n`));
  const asking = createInterface({ input, output });
  try {
    for (;;) {
      const answer = (await asking.question("who are you? ")).trim();
      const chosen = names.includes(answer) ? answer : /^\d+$/.test(answer) ? names[Number(answer) - 1] : undefined;
      if (chosen !== undefined) return chosen;
      output.write(`a number from 1 to ${names.length}, or a name\n`);
    }
  } catch (error) {
    throw new Fault("identity-choice", "no identity was chosen", {
      hint: `choose one with --as: ${names.join(", ")}`,
      cause: error,
    });
  } finally {
    asking.close();
  }
}
