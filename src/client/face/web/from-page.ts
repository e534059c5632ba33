// One frame of the page as a message, read strictly: all of it, or a Fault. What the command in it says is judged by readCommand.
import { Fault } from "../../../model/fault.ts";
import {
  badField,
  countField,
  type Fields,
  objectField,
  optional,
  present,
  shortField,
  userField,
} from "../../app/command-fields.ts";
import { readIntent } from "./intents.ts";
import type { CertificateFile, LoginRequest } from "./protocol/first-run.ts";
import { type FromPage, PHRASE_CHARS } from "./protocol/messages.ts";

const LINE_CHARS = 2_048;
const NAME_CHARS = 256;
const PASSPHRASE_CHARS = 1_024;
const HOST_CHARS = 255;
const FILES_MOST = 8;
const ANSWERS_MOST = 24;
/** PEM chains and PKCS#12 of one device have a few kilobytes. */
const FILE_CHARS = 64 * 1024;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

type Reader<S extends FromPage["say"]> = (fields: Fields) => Extract<FromPage, { readonly say: S }>;

const READERS: { readonly [S in FromPage["say"]]: Reader<S> } = {
  do: (fields) => ({ say: "do", n: numberOf(fields), intent: readIntent(objectField(fields, "intent")) }),
  ask: (fields) => ({ say: "ask", n: numberOf(fields), command: objectField(fields, "command") }),
  person: (fields) => ({ say: "person", n: numberOf(fields), user: userField(fields) }),
  "look-at": (fields) => ({ say: "look-at", n: numberOf(fields), line: shortField(fields, "line", LINE_CHARS) }),
  open: (fields) => ({ say: "open", n: numberOf(fields), passphrase: secretOf(fields, "passphrase") }),
  join: (fields) => ({
    say: "join",
    n: numberOf(fields),
    line: shortField(fields, "line", LINE_CHARS),
    ...present({
      user: optional(fields, "user", nameOf),
      name: optional(fields, "name", nameOf),
      passphrase: optional(fields, "passphrase", secretOf),
    }),
  }),
  register: (fields) => ({
    say: "register",
    n: numberOf(fields),
    line: shortField(fields, "line", LINE_CHARS),
    password: secretOf(fields, "password"),
    ...present({
      user: optional(fields, "user", nameOf),
      passphrase: optional(fields, "passphrase", secretOf),
    }),
  }),
  written: (fields) => ({ say: "written", n: numberOf(fields), answers: answersOf(fields) }),
  login: (fields) => ({ say: "login", n: numberOf(fields), ...accountOf(fields) }),
  recover: (fields) => ({
    say: "recover",
    n: numberOf(fields),
    ...accountOf(fields),
    words: shortField(fields, "words", PHRASE_CHARS),
  }),
  certificates: (fields) => ({
    say: "certificates",
    n: numberOf(fields),
    host: shortField(fields, "host", HOST_CHARS),
    port: portOf(fields),
    files: filesOf(fields),
    ...present({
      secret: optional(fields, "secret", secretOf),
      passphrase: optional(fields, "passphrase", secretOf),
    }),
  }),
};

/** Whoever has an account, and its password: that of now, or that from then on. */
function accountOf(fields: Fields): LoginRequest {
  return {
    line: shortField(fields, "line", LINE_CHARS),
    user: nameOf(fields, "user"),
    password: secretOf(fields, "password"),
    ...present({ passphrase: optional(fields, "passphrase", secretOf) }),
  };
}

function secretOf(fields: Fields, name: string): string {
  return shortField(fields, name, PASSPHRASE_CHARS);
}

/** @throws Fault `bad-frame`, `bad-field` */
export function readFromPage(text: string): FromPage {
  const fields = objectField({ frame: parsed(text) }, "frame");
  const { say } = fields;
  if (typeof say !== "string" || !isKnown(say)) throw badField("say", "is not something that a page says");
  return READERS[say](fields);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault("bad-frame", "the frame is not JSON");
  }
}

function isKnown(say: string): say is FromPage["say"] {
  return Object.hasOwn(READERS, say);
}

function numberOf(fields: Fields): number {
  return countedOf(fields, "n", Number.MAX_SAFE_INTEGER);
}

function portOf(fields: Fields): number {
  return countedOf(fields, "port", 65_535);
}

function countedOf(fields: Fields, name: string, most: number): number {
  const value = countField(fields, name, { least: 1, most });
  if (value === undefined) throw badField(name, "is missing");
  return value;
}

function nameOf(fields: Fields, name: string): string {
  return shortField(fields, name, NAME_CHARS);
}

/** Words of a recovery phrase. */
function answersOf({ answers }: Fields): readonly string[] {
  if (!Array.isArray(answers) || answers.length > ANSWERS_MOST)
    throw badField("answers", `is not a list of at most ${ANSWERS_MOST} words`);
  return answers.map((answer: unknown) => nameOf({ answer }, "answer"));
}

function filesOf({ files }: Fields): readonly CertificateFile[] {
  if (!Array.isArray(files) || files.length === 0 || files.length > FILES_MOST)
    throw badField("files", `is not a list of at most ${FILES_MOST} files`);
  return files.map((file: unknown) => fileOf(objectField({ file }, "file")));
}

function fileOf(fields: Fields): CertificateFile {
  const base64 = shortField(fields, "base64", FILE_CHARS);
  if (!BASE64.test(base64)) throw badField("base64", "is not base64");
  return { name: nameOf(fields, "name"), base64 };
}
