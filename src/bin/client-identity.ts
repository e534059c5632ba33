// Which identity chat-client uses: named by flags, the only one there is, or chosen by the person at the terminal.
import { stat } from "node:fs/promises";
import { errno, Fault } from "../model/fault.ts";
import type { ClientFiles } from "../pki/load.ts";
import { listIdentities, loadClientFiles } from "../pki/load-client.ts";
import { chooseFrom, type Person } from "./prompt.ts";
import type { SELF_FLAGS } from "./client-self-flags.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";

/** Where `make certs` puts them. */
export const CERTS = "certs";

type Asked = Values<typeof SELF_FLAGS>;

const ONE_BY_ONE = "`--cert NAME.crt --key NAME.key --ca ca.crt`";
const WAYS =
  `come in by the line of an invitation: \`chat-client join LINE\`; or start with the files that you were given: \`chat-client --certs DIR --as NAME\`, or \`--p12 NAME.p12\`, or ${ONE_BY_ONE}; ` +
  "who runs the realm makes them with `make certs`";

/** `person`: undefined when nobody can be asked. @throws Fault */
export async function identityOf(values: Asked, now: Date, person: Person | undefined): Promise<ClientFiles> {
  for (const flag of ["p12", "cert", "key", "ca"] as const) await checkThere(flag, values[flag]);
  const { certs = CERTS, cert, key, ca, p12 } = values;
  const passphrase = await passphraseOf(values["passphrase-file"]);
  const named = p12 !== undefined || cert !== undefined;
  const as =
    values.as ?? (named || person === undefined ? undefined : await choose(await listIdentities(certs), person));
  const files = await loadClientFiles({ now, certs, as, cert, key, ca, p12, passphrase }).catch((error: unknown) => {
    throw withWays(error, values);
  });
  return { ...files, warnings: [...files.warnings, ...endedLists(files, now)] };
}

/** A file that is named is looked for before anything else: then the hint can name its flag. */
async function checkThere(flag: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const error: unknown = await stat(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (errno(error) !== "ENOENT") return;
  throw new Fault("certs-missing", `there is no file ${path}`, { hint: `check the name given with --${flag}` });
}

/** The hint of pki is for who runs `make certs`. A bundle without a root has a better one. */
function withWays(error: unknown, { p12, cert }: Asked): unknown {
  if (!(error instanceof Fault) || error.code !== "certs-missing" || p12 !== undefined) return error;
  const hint = cert === undefined ? WAYS : `give all of them: ${ONE_BY_ONE}`;
  return new Fault(error.code, error.message, { hint, cause: error });
}

/** A client has no way to get a newer list, and goes on: the serials that stand there stay revoked. */
function endedLists({ realm }: ClientFiles, now: Date): string[] {
  return [...realm.crls.values()]
    .filter(({ nextUpdate }) => nextUpdate < now)
    .map(
      ({ nextUpdate }) =>
        `a revocation list beside ca.crt ended on ${nextUpdate.toISOString()}: who was revoked after it is not known here`,
    );
}

async function choose(names: readonly string[], person: Person): Promise<string | undefined> {
  return names.length < 2
    ? names[0]
    : chooseFrom(
        person,
        names.map((name) => ({ name })),
        "--as",
      );
}
