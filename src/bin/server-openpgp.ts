// `chat-server openpgp`: who may come in by an OpenPGP key, where keys are looked up, and the realm's own key.
import type { Values } from "./flags.ts";
import { administer, type Answer, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";

type OpenpgpValues = Values<(typeof SERVER_COMMANDS)["openpgp"]["flags"]>;
type Key = { readonly email: string; readonly fingerprint: string; readonly armored: string };

const IN_A_GROUP = 4;

/** @throws Fault */
export async function openpgp(values: OpenpgpValues, say: Say): Promise<void> {
  const { data, email, allow, servers, publish, export: isExported, json } = values;
  const answer = await administer(data, { do: "openpgp", email, allow, servers, publish });
  if (json) return say(JSON.stringify(answer));
  const key = answer["key"] as Key | undefined;
  if (isExported && key !== undefined) return say(key.armored.trimEnd());
  say(wordsOf(answer, key, publish));
}

function wordsOf(answer: Answer, key: Key | undefined, published: string | undefined): string {
  const allowed = (answer["allowed"] as readonly string[]).join(" ");
  const servers = (answer["servers"] as readonly string[]).join(" ");
  const { line } = answer;
  const own =
    key === undefined
      ? ["  its own key     none yet: say under which address, with --email; before that nobody comes in by OpenPGP"]
      : [`  its own key     ${grouped(key.fingerprint)}`, `                  of ${key.email}`];
  return [
    "coming in by OpenPGP:",
    ...own,
    ...(published === undefined ? [] : [`  published       at ${published}`]),
    `  allowed         ${allowed === "" ? "nobody without an invitation" : allowed}`,
    `  keys are from   ${servers === "" ? "nowhere: only those that come with the request" : servers}`,
    ...(allowed === "" || key === undefined || typeof line !== "string"
      ? []
      : ["", "whoever is allowed comes in with:", "", `  chat-client join '${line}' --pgp ADDRESS`]),
  ].join("\n");
}

/** As gpg shows it. */
function grouped(fingerprint: string): string {
  return (fingerprint.match(new RegExp(`.{1,${IN_A_GROUP}}`, "g")) ?? []).join(" ");
}
