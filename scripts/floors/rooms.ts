// The import rule of this repository as a table: which room may import which, and which package belongs to which room.
// docs/architecture.md says it in words. Change both together.

/** A room: the files it holds, and the rooms below it that it may import. Its own files are always allowed. */
export interface Room {
  readonly name: string;
  readonly files: RegExp;
  readonly below: readonly string[];
  /** Pure rooms do no I/O: the built-in modules in IO_BUILTINS are refused. Ground rooms import nothing at all. */
  readonly purity?: "pure" | "ground";
}

const GROUND = ["model", "wire", "pki", "transparency"];
/** Ways in beside the certificate: passwords and OpenPGP. Their libraries are large, and loaded only where they are used. */
const PROOFS = ["password", "pgp"];
const SERVER_RULES = [...GROUND, "server/port", "server/session", "server/service"];
const CLIENT_RULES = [...GROUND, "mls", "client/port", "client/files", "client/app"];
const SERVER_PARTS = ["server/net", "server/door", "server/store", "server/bus", "server/engine"];
const SERVER = [...SERVER_RULES, ...PROOFS, ...SERVER_PARTS, "server/backup", "server/metrics", "sealing"];
const CLIENT = [
  ...CLIENT_RULES,
  ...PROOFS,
  "client/files/disk",
  "client/link",
  "client/vault",
  "client/words",
  "client/face",
  "client/one-face",
  "client/lines",
  "client/tui",
];

/** The first room whose pattern matches owns the file. The server has no MLS code, so `mls` stands below the client only. */
export const ROOMS: readonly Room[] = [
  { name: "model", files: /^src\/model\//, below: [], purity: "ground" },
  { name: "wire", files: /^src\/wire\//, below: ["model"], purity: "pure" },
  { name: "pki", files: /^src\/pki\//, below: ["model"] },
  { name: "transparency", files: /^src\/transparency\//, below: ["model", "pki"], purity: "pure" },
  { name: "sealing", files: /^src\/sealing\//, below: ["model"], purity: "pure" },
  { name: "password", files: /^src\/password\//, below: ["model"] },
  { name: "pgp", files: /^src\/pgp\//, below: ["model"] },
  { name: "mls", files: /^src\/mls\//, below: GROUND },

  { name: "server/port", files: /^src\/server\/port\//, below: GROUND, purity: "pure" },
  { name: "server/session", files: /^src\/server\/session\//, below: [...GROUND, "server/port"], purity: "pure" },
  { name: "server/service", files: /^src\/server\/service\//, below: [...GROUND, "server/port"], purity: "pure" },
  { name: "server/net", files: /^src\/server\/net\//, below: SERVER_RULES },
  { name: "server/door", files: /^src\/server\/door\//, below: [...SERVER_RULES, ...PROOFS] },
  { name: "server/store", files: /^src\/server\/store\/[^/]+$/, below: SERVER_RULES },
  { name: "server/bus", files: /^src\/server\/bus\/[^/]+$/, below: SERVER_RULES },
  { name: "server/backup", files: /^src\/server\/backup\//, below: [...SERVER_RULES, "sealing"] },
  { name: "server/metrics", files: /^src\/server\/metrics\//, below: SERVER_RULES },
  { name: "server/main", files: /^src\/server\/[^/]+$/, below: SERVER },

  { name: "client/port", files: /^src\/client\/port\//, below: [...GROUND, "mls"], purity: "pure" },
  {
    name: "client/files/disk",
    files: /^src\/client\/files\/disk\//,
    below: [...GROUND, "client/port", "client/files"],
  },
  { name: "client/files", files: /^src\/client\/files\//, below: [...GROUND, "client/port"], purity: "pure" },
  {
    name: "client/app",
    files: /^src\/client\/app\//,
    below: [...GROUND, "mls", "client/port", "client/files"],
    purity: "pure",
  },
  { name: "client/link", files: /^src\/client\/link\//, below: CLIENT_RULES },
  { name: "client/vault", files: /^src\/client\/vault\//, below: [...CLIENT_RULES, "sealing"] },
  // Languages: also in a browser, so no module of Node at all.
  { name: "client/words", files: /^src\/client\/face\/words\//, below: ["model"], purity: "ground" },
  { name: "client/face", files: /^src\/client\/face\/[^/]+$/, below: [...CLIENT_RULES, "client/words"] },
  { name: "client/lines", files: /^src\/client\/face\/lines\//, below: [...CLIENT_RULES, "client/face"] },
  // The other terminal says what the lines say, in the same words, and takes the same commands.
  {
    name: "client/tui",
    files: /^src\/client\/face\/tui\//,
    below: [...CLIENT_RULES, "client/words", "client/face", "client/lines"],
  },
  { name: "client/main", files: /^src\/client\/[^/]+$/, below: CLIENT },

  {
    name: "bin/server",
    files: /^src\/bin\/(chat-)?server[^/]*$/,
    below: [...SERVER, "server/main", "bin", "manifest"],
  },
  {
    name: "bin/client",
    files: /^src\/bin\/(chat-)?client[^/]*$/,
    below: [...CLIENT, "client/web-protocol", "client/main", "bin", "manifest"],
  },
  { name: "bin", files: /^src\/bin\//, below: [...GROUND, "mls", "manifest"] },
];

/** Siblings that do not know each other: each folder is a room of its own, standing on what its parent's files may use. */
export const SIBLINGS: readonly {
  readonly files: RegExp;
  readonly as: string;
  readonly below: readonly string[];
  readonly purity?: "pure" | "ground";
}[] = [
  // What runs in a browser: no module of Node at all. The protocol is what the page and its server have in common.
  {
    files: /^src\/client\/face\/web\/page\//,
    as: "client/web-page",
    below: ["model", "client/port", "client/words", "client/face", "client/web-protocol"],
    purity: "ground",
  },
  {
    files: /^src\/client\/face\/web\/protocol\//,
    as: "client/web-protocol",
    below: ["model", "client/port"],
    purity: "ground",
  },
  { files: /^src\/server\/(store|bus)\/([^/]+)\//, as: "server/engine", below: SERVER_RULES },
  {
    files: /^src\/client\/face\/(?!(?:lines|tui|words)\/)([^/]+)\//,
    as: "client/one-face",
    below: [...CLIENT_RULES, "client/face", "client/web-protocol"],
  },
];

/** Outside src: the commands of the repository, the tests, the configuration of tools. src never imports them. */
export const OUTSIDE: readonly Room[] = [
  { name: "scripts", files: /^scripts\//, below: ["src", "manifest"] },
  { name: "test", files: /^test\//, below: ["src", "scripts", "manifest"] },
  // The version that `--version` prints.
  { name: "manifest", files: /^package\.json$/, below: [] },
  { name: "configuration", files: /^[^/]+$/, below: [] },
];

/** Each package that src may import, and the only files that may. Tests may import any of them, as a second opinion. */
export const PACKAGES: ReadonlyMap<string, RegExp> = new Map([
  ["node-forge", /^src\/pki\//],
  ["protobufjs", /^src\/wire\//],
  ["ts-mls", /^src\/mls\//],
  ["yargs", /^(src\/bin|scripts)\//],
  ["pino", /^src\/bin\/(chat-)?server[^/]*$/],
  ["pino-pretty", /^src\/bin\/(chat-)?server[^/]*$/],
  ["qr", /^src\/(client\/app|bin)\//],
  ["@serenity-kit/opaque", /^src\/password\//],
  ["@scure/bip39", /^src\/password\//],
  ["openpgp", /^src\/pgp\//],
  ["get-east-asian-width", /^src\/client\/face\/tui\//],
  ["fast-png", /^src\/client\/face\/tui\/pictures\//],
  ["jpeg-js", /^src\/client\/face\/tui\/pictures\//],
  ["preact", /^src\/client\/face\/web\/page\//],
  ["ws", /^src\/client\/face\/web\/[^/]+$/],
]);

/** Rules are pure, I/O is at the rim. */
export const IO_BUILTINS: ReadonlySet<string> = new Set(
  [
    "child_process cluster dgram dns dns/promises fs fs/promises http http2 https inspector net os process readline",
    "readline/promises repl sea sqlite stream stream/promises timers timers/promises tls tty vm worker_threads",
  ]
    .join(" ")
    .split(" ")
    .map((name) => `node:${name}`),
);
