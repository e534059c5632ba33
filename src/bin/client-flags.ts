// What chat-client can be told.
import type { Flag } from "./flags.ts";

export const CLIENT_FLAGS = {
  ip: { kind: "host", default: "127.0.0.1", about: "address or name of the server" },
  port: { kind: "port", alias: "p", default: 12345, about: "port of the server" },
  as: { kind: "text", about: "which identity of the certificate folder" },
  certs: { kind: "text", default: "certs", about: "folder with ca.crt and clients/NAME.crt, clients/NAME.key" },
  cert: { kind: "text", about: "certificate file, instead of --certs and --as" },
  key: { kind: "text", about: "its key; the file beside it if not given" },
  ca: { kind: "text", about: "root certificate of the realm" },
  p12: { kind: "text", about: "PKCS#12 bundle with certificate, key and root, instead of --certs" },
  "passphrase-file": { kind: "text", about: "file with the passphrase of the key or bundle" },
  home: { kind: "text", about: "where messages are kept; the data folder of this system if not given" },
  json: { kind: "switch", about: "one JSON object a line, for programs" },
  ui: { kind: "choice", choices: ["line"], default: "line", about: "which face" },
  "log-level": {
    kind: "choice",
    choices: ["debug", "info", "warn", "error", "silent"],
    default: "warn",
    about: "what is told on stderr",
  },
} as const satisfies Readonly<Record<string, Flag>>;

export const CLIENT_EXAMPLES = [
  ["chat-client -ip 127.0.0.1 -p 12345 --as alice", "chat as alice of ./certs"],
  ["chat-client --p12 alice.p12 -ip chat.example.org", "with a bundle"],
  ["echo hello | chat-client --as alice", "say one thing and leave"],
  [`echo '{"do":"users"}' | chat-client --as alice --json`, "for programs: docs/lines.md"],
] as const;
