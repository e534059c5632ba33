// The flags that say who chat-client is, where its server is and what is kept: of the program itself and of its commands.
import type { Flag } from "./flags.ts";

export const SELF_FLAGS = {
  profile: { kind: "text", about: "which of the identities that were made by joining; not needed where there is one" },
  ip: { kind: "host", usually: "127.0.0.1, or that of the profile", about: "address or name of the server" },
  port: { kind: "port", alias: "p", least: 1, usually: "12345, or that of the profile", about: "port of the server" },
  as: { kind: "text", about: "which identity of the certificate folder; not needed where there is one" },
  certs: {
    kind: "text",
    usually: "certs, where there is no profile",
    about: "folder with ca.crt, NAME.crt and NAME.key; the last two may be in its folder clients",
  },
  p12: { kind: "text", about: "one file NAME.p12 with certificate, key and root, instead of --certs" },
  cert: { kind: "text", about: "certificate file, instead of --as" },
  key: { kind: "text", about: "its key; the file beside it if not given" },
  ca: { kind: "text", about: "root certificate of the realm; ca.crt of --certs if not given" },
  "passphrase-file": { kind: "text", about: "file with the passphrase of the key or of the .p12" },
  home: { kind: "text", about: "where messages are kept; the data folder of this system if not given" },
  "vault-passphrase-file": {
    kind: "text",
    about: "file with the passphrase that protects what is kept; the one of --passphrase-file if not given",
  },
} as const satisfies Readonly<Record<string, Flag>>;

export const LOG_LEVEL = {
  kind: "choice",
  choices: ["debug", "info", "warn", "error", "silent"],
  default: "warn",
  about: "what is told on stderr",
} as const satisfies Flag;
