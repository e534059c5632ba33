// The first run in a terminal: nobody has come in on this machine yet. Says what there is to do, and does it.
import { lineIn, userIn } from "../client/face/line-in.ts";
import { sanitizeLine } from "../client/face/sanitize.ts";
import { told } from "../client/face/words/faults.ts";
import { languageOf } from "../client/face/words/say.ts";
import { firstSay } from "../client/face/words/first-steps.ts";
import { askDoor } from "../client/link/door.ts";
import { defaultHome } from "../client/vault/home.ts";
import { Fault } from "../model/fault.ts";
import { isHandle } from "../model/ids.ts";
import type { ClientFiles } from "../pki/load.ts";
import { believed, keepChosen, loadChosen } from "./client-chosen-files.ts";
import { came, type Came, type FirstSteps, newPassphrase, saidOf } from "./client-first-asking.ts";
import { JOIN_FLAGS } from "./client-flags.ts";
import { join } from "./client-join.ts";
import { systemLanguage } from "./client-language.ts";
import { readInvitationLine, readRealmLine } from "../wire/invitation-line.ts";
import { PORT } from "./client-self.ts";
import { readText, usualValues } from "./flags.ts";
import { systemClock } from "./system-clock.ts";
import { askOrLeave, askSecret } from "./prompt.ts";

/** As the command, or for who asks for it. */
const COMMAND = /^(?:chat-client +)?(login|recover|register)(?: +|$)/;
/** Also one whose beginning was not copied. */
const LINE = /^chat:|:\/\/|\/#/i;
/** What is wrong with what was typed, or with the server, can be mended here, and is asked for until they leave; all else ends it. */
const MENDED =
  /^(?:realm-line|no-accounts|login-expired|recovery-(?:refused|expired)|registration-expired|user-taken|phrase-(?:differs|malformed)|password-(?:short|length))$|^(?:connect|invitation|certs|certificate|key|bundle|file|passphrase|server|identity)-(?!short)/;

const REALM = { method: "GET", path: "/mutual/v1/realm" } as const;

/** Undefined: they leave. @throws Fault of what stands in the way, in the language of the person */
export async function firstSteps(world: FirstSteps): Promise<Came | undefined> {
  try {
    return await stepping(world);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, hint } = told(error, languageOf(systemLanguage(world.platform.env)));
    throw new Fault(error.code, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
  }
}

async function stepping(world: FirstSteps): Promise<Came | undefined> {
  const { person, platform, say } = world;
  const words = firstSay(systemLanguage(platform.env));
  person.output.write(words("welcome"));
  for (;;) {
    const typed = (await askOrLeave(person, words("line"))) ?? "";
    if (typed === "") return undefined;
    try {
      const way = await wayOf(world, typed);
      if (way !== undefined) return way;
    } catch (error) {
      if (!(error instanceof Fault) || !MENDED.test(error.code)) throw error;
      say(saidOf(error, words.language));
    }
  }
}

/** By what was typed. Undefined: they would rather come in another way. */
async function wayOf(world: FirstSteps, typed: string): Promise<Came | undefined> {
  const [before = "", command] = COMMAND.exec(typed) ?? [];
  const line = lineIn(typed.slice(before.length));
  if (command === undefined && !isOfRealm(line))
    return LINE.test(line) ? comesIn(world, line) : bringsFiles(world, wordsIn(typed));
  const user = userIn(typed);
  const wish = { line, user: user !== undefined && isHandle(user) ? user : undefined };
  if (command === "register" || command === "recover") {
    const { recovers, registers } = await import("./client-first-account.ts");
    return command === "register" ? registers(world, wish) : recovers(world, wish);
  }
  const { logsIn } = await import("./client-first-login.ts");
  return logsIn(world, { ...wish, isAsked: command !== undefined });
}

/** Without what an invitation, or another device, puts behind it. */
function isOfRealm(line: string): boolean {
  try {
    const { code, pairing } = readRealmLine(line);
    return code === undefined && pairing === undefined;
  } catch {
    return false;
  }
}

async function comesIn(world: FirstSteps, line: string): Promise<Came> {
  const { home, person, platform, input, say } = world;
  // Before anything else is asked for: a line that is whole, and the server that it names.
  const { pairing, ...place } = readRealmLine(line);
  if (pairing === undefined) readInvitationLine(line);
  await askDoor({ ...place, clock: systemClock }, REALM);
  const passphrase = await newPassphrase(world, firstSay(systemLanguage(platform.env)));
  const values = { ...usualValues(JOIN_FLAGS), home };
  return came(await join(line, { values, platform, person, input, say, passphrase }), passphrase);
}

async function bringsFiles(world: FirstSteps, typed: readonly string[]): Promise<Came> {
  const { person, platform, now } = world;
  const words = firstSay(systemLanguage(platform.env));
  const paths = typed.map((path) => path.replace(/^~(?=\/|$)/, platform.homedir));
  const loaded = await opened(world, paths, words("secret"));
  const { user, name } = loaded.peer;
  world.say(words("files-of", { user, name: sanitizeLine(name), date: dayOf(loaded.peer.notAfter) }));
  const place = placeIn((await askOrLeave(person, words("server", { port: PORT }))) ?? "");
  await believed(loaded, { ...place, clock: systemClock });
  const passphrase = await newPassphrase(world, words);
  const home = world.home ?? defaultHome(platform);
  return came(keepChosen(loaded, { home, platform, now, passphrase, ...place }), passphrase);
}

/** A secret is asked for where the files are protected by one. @throws Fault as loadChosen */
async function opened({ person, now }: FirstSteps, paths: readonly string[], question: string): Promise<ClientFiles> {
  try {
    return await loadChosen(paths, { now, secret: undefined });
  } catch (error) {
    const isSealed = error instanceof Fault && ["passphrase-needed", "passphrase-wrong"].includes(error.code);
    if (!isSealed) throw error;
    return loadChosen(paths, { now, secret: await askSecret(person, question) });
  }
}

/** As in a shell: in quotes, or with a backslash before a space. */
function wordsIn(typed: string): readonly string[] {
  const words = typed.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/gu) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'|\\(.)/gu, "$1$2$3"));
}

/** @throws Fault `server-malformed` */
function placeIn(typed: string): { readonly host: string; readonly port: number } {
  if (typed === "") return { host: "127.0.0.1", port: PORT };
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:\s]+))(?::(\d{1,5}))?$/i.exec(typed) ?? [];
  const [host, port] = [bracketed ?? plain ?? "", digits === undefined ? PORT : Number(digits)];
  try {
    readText({ kind: "host", about: "" }, host, "the server");
    readText({ kind: "port", least: 1, about: "" }, port, "the port");
  } catch (error) {
    throw new Fault("server-malformed", `this is no server: ${JSON.stringify(typed)}`, {
      hint: `for example chat.example.org, 192.0.2.7:${PORT} or [2001:db8::7]:${PORT}`,
      cause: error,
    });
  }
  return { host, port };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
