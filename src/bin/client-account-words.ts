// Passwords and recovery phrases between a person, or files, and the rest: asked without being shown, never taken from the command line.
import { randomBytes } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { challengeWords, checkChallenge, newPhrase, readPhrase } from "../password/phrase.ts";
import { writeAll } from "../pki/files.ts";
import { askSecret, askWord, type Person } from "./prompt.ts";
import { strengthOf } from "../client/face/strength.ts";
import { passphraseOf } from "./passphrase.ts";

export interface AccountWords {
  /** Undefined: nobody can be asked. */
  readonly person: Person | undefined;
  readonly say: (sentence: string) => void;
}

/** Fewer characters than this are not taken. */
const LEAST_CHARS = 8;
const TRIES = 3;
const COLUMNS = 4;

/** @throws Fault `password-needed`, `no-passphrase`, `passphrase-unreadable` */
export async function knownPassword(
  { person }: AccountWords,
  { file, flag, question }: { readonly file: string | undefined; readonly flag: string; readonly question: string },
): Promise<string> {
  const given = await passphraseOf(file);
  if (given !== undefined) return given;
  if (person === undefined) throw nobody("password", flag);
  return askSecret(person, question);
}

/** Asked twice. @throws Fault `password-short`, `password-differs`, and as `knownPassword` */
export async function newPassword(
  words: AccountWords,
  { file, flag }: { readonly file: string | undefined; readonly flag: string },
): Promise<string> {
  const given = await passphraseOf(file);
  if (given !== undefined) return checkedPassword(given);
  const { person, say } = words;
  if (person === undefined) throw nobody("new password", flag);
  say(`a password has at least ${LEAST_CHARS} characters`);
  const typed = await typedAnew(person);
  say(`it is ${strengthOf(typed).advice}`);
  if ((await askSecret(person, "the same again: ")) === typed) return typed;
  throw new Fault("password-differs", "that was not the same twice", { hint: "nothing was changed; start again" });
}

/** Asked again where it is too short. @throws Fault `password-short`, `no-passphrase` */
async function typedAnew(person: Person): Promise<string> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return checkedPassword(await askSecret(person, "new password: "));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "password-short" || left === 1) throw error;
      person.output.write(`* ${error.message}; five words chosen by chance are a good one\n`);
    }
  }
}

export interface PhraseWish {
  /** Where the words are written instead of being shown. */
  readonly file: string | undefined;
  readonly skipCheck: boolean;
}

/** A new one, shown or written once, and three of its words asked back. Its 32 bytes. @throws Fault `phrase-needed`, `phrase-differs` */
export async function newRecoveryPhrase(
  { person, say }: AccountWords,
  { file, skipCheck }: PhraseWish,
): Promise<Uint8Array> {
  if (file === undefined && person === undefined)
    throw new Fault("phrase-needed", "there is nobody to show the recovery phrase to", {
      hint: "start it on a terminal, or give --phrase-file FILE, where the 24 words are then written",
    });
  const phrase = newPhrase(randomBytes);
  if (file === undefined) show(person, phrase);
  else {
    await writeAll([{ path: file, content: `${phrase}\n`, secret: true }]);
    say(`the recovery phrase is in ${file}: put it on paper, and away from this machine`);
  }
  if (!skipCheck && person !== undefined) await askBack(person, phrase);
  return readPhrase(phrase);
}

/** @throws Fault `phrase-malformed`, `phrase-needed` */
export async function knownPhrase({ person }: AccountWords, file: string | undefined): Promise<Uint8Array> {
  const given = await passphraseOf(file);
  if (given !== undefined) return readPhrase(given);
  if (person === undefined)
    throw new Fault("phrase-needed", "there is nobody to ask for the recovery phrase", {
      hint: "start it on a terminal, or give --phrase-file FILE with the 24 words",
    });
  for (let left = TRIES; ; left -= 1) {
    try {
      return readPhrase(await askSecret(person, "the 24 words of the recovery phrase: "));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "phrase-malformed" || left === 1) throw error;
      person.output.write(`* ${error.message}${error.hint === undefined ? "" : `: ${error.hint}`}\n`);
    }
  }
}

function show(person: Person | undefined, phrase: string): void {
  person?.output.write(
    `\nThis is the recovery phrase. Write it down, on paper: it is shown once, and whoever has it can be you.\n` +
      `Without it a lost password cannot be replaced.\n\n${phraseLines(phrase.split(" "))}\n\n`,
  );
}

/** Numbered, in columns that are read downwards. */
export function phraseLines(words: readonly string[]): string {
  const rows = Math.ceil(words.length / COLUMNS);
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: COLUMNS }, (_none, column) => {
      const at = column * rows + row;
      return `${String(at + 1).padStart(2)} ${(words[at] ?? "").padEnd(10)}`;
    }).join(" "),
  );
  return lines.map((line) => `  ${line.trimEnd()}`).join("\n");
}

async function askBack(person: Person, phrase: string): Promise<void> {
  const positions = challengeWords(randomBytes);
  for (let left = TRIES; left > 0; left -= 1) {
    const answers: string[] = [];
    for (const position of positions) answers.push(await askWord(person, `word ${position} of it: `));
    if (checkChallenge({ phrase, positions, answers })) return;
    person.output.write("* that is not it: look at the paper again\n");
  }
  throw new Fault("phrase-differs", "the words that were asked back are not those of the phrase", {
    hint: "nothing was changed, and that phrase is good for nothing; start again",
  });
}

/** @throws Fault `password-short` */
export function checkedPassword(password: string): string {
  if (Array.from(password.normalize("NFC")).length >= LEAST_CHARS) return password;
  throw new Fault("password-short", `a password has at least ${LEAST_CHARS} characters`, {
    hint: "nothing was changed; five words chosen by chance are a good one",
  });
}

function nobody(what: string, flag: string): Fault {
  return new Fault("password-needed", `there is nobody to ask for the ${what}`, {
    hint: `start it on a terminal, or give ${flag} FILE`,
  });
}
