// The administrator's acts about the server itself: how it is, and a copy of everything that it needs to begin anew elsewhere.
import { Fault } from "../../../model/fault.ts";
import { CONSOLE } from "../../../transparency/entry-fields.ts";
import type { Act } from "./act-world.ts";

const FILE_CHARS = 4_000;
const PASSPHRASE_CHARS = 1_000;

/** Conversations that are asked when something was last said. */
const NEWEST_OF = 200;
/** Whoever is not at the machine chooses no place on it. */
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

export const showStats: Act = ({ stats }) => stats();

/** SQLite's own check, and every log from its first entry to its head: of a large database it takes minutes, beside all else. */
export const examine: Act = async ({ store }) => {
  const { ok, findings } = await store.check();
  const newest = (await store.conversations(undefined, NEWEST_OF)).flatMap(({ newestAt }) => newestAt ?? []);
  return { sound: ok, findings, ...(newest.length === 0 ? {} : { newestAt: Math.max(...newest) }) };
};

/** The line comes first: it is in the copy, and a realm that is put back has it. */
export const performBackup: Act = async ({ backup, realmLog, now }, by, wish) => {
  const file = wish.text("file", FILE_CHARS);
  const inFolder = by !== CONSOLE;
  if (inFolder && !NAME.test(file))
    throw new Fault("bad-field", '"file" is not a plain name: an owner\'s backup is in the folder of backups', {
      hint: "for example monday.backup; only on the server's machine it may be anywhere",
    });
  const given = {
    file,
    inFolder,
    passphrase: wish.maybeText("passphrase", PASSPHRASE_CHARS),
    force: wish.maybeSwitch("force") ?? false,
  };
  return backup({
    ...given,
    onBegin: () => realmLog.write(() => ({ entries: [{ kind: "act", at: now(), by, act: "backup" }] })),
  });
};
