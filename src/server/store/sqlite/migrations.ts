// The shape of the database, as numbered steps. A step that has shipped is never changed; a new shape is a new step.
// Words: conv is a log's row number, seq and epoch are as in the port, a chain is 32 bytes (src/wire/chain.ts).
import type { DatabaseSync } from "node:sqlite";
import { Fault } from "../../../model/fault.ts";
import { pragma, transaction } from "./sql.ts";

/** Says whose database a file is ("mutC"); SQLite keeps it in the file's header. */
export const APPLICATION_ID = 0x6d757443;

// WITHOUT ROWID only where rows are small and never the hot path: on `log` it wrote 5 to 8 times more.
const FIRST = `
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store_id BLOB NOT NULL,
  generation INTEGER NOT NULL,
  clean INTEGER NOT NULL,
  copied INTEGER NOT NULL
);
CREATE TABLE device (
  id INTEGER PRIMARY KEY,
  device BLOB NOT NULL UNIQUE CHECK (length(device) = 16),
  handle TEXT NOT NULL,
  name TEXT NOT NULL,
  serial TEXT NOT NULL,
  certificates BLOB NOT NULL
);
CREATE INDEX device_handle ON device (handle);
CREATE TABLE user (
  handle TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE conv (
  id INTEGER PRIMARY KEY,
  log BLOB NOT NULL UNIQUE CHECK (length(log) = 16),
  head INTEGER NOT NULL,
  first INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  chain BLOB NOT NULL CHECK (length(chain) = 32)
);
CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  conv INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  sender BLOB NOT NULL,
  mid BLOB NOT NULL,
  kind INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  chain BLOB NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX log_conv_seq ON log (conv, seq);
CREATE TABLE member (
  conv INTEGER NOT NULL REFERENCES conv (id),
  device BLOB NOT NULL REFERENCES device (device),
  after INTEGER NOT NULL,
  PRIMARY KEY (conv, device)
) WITHOUT ROWID;
CREATE INDEX member_device ON member (device, conv);
CREATE TABLE cursor (
  device BLOB NOT NULL,
  conv INTEGER NOT NULL REFERENCES conv (id),
  seq INTEGER NOT NULL,
  PRIMARY KEY (device, conv)
) WITHOUT ROWID;
CREATE TABLE group_info (
  conv INTEGER NOT NULL REFERENCES conv (id),
  epoch INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX group_info_conv_epoch ON group_info (conv, epoch);
CREATE TABLE key_package (
  id INTEGER PRIMARY KEY,
  device BLOB NOT NULL REFERENCES device (device),
  digest BLOB NOT NULL,
  body BLOB
);
CREATE UNIQUE INDEX key_package_digest ON key_package (device, digest);
CREATE TABLE last_resort (
  device BLOB NOT NULL UNIQUE REFERENCES device (device),
  body BLOB NOT NULL
);
CREATE TABLE revocation (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  serial TEXT NOT NULL UNIQUE,
  reason INTEGER NOT NULL
);
INSERT INTO meta (one, store_id, generation, clean, copied) VALUES (1, randomblob(16), 1, 1, 0);
`;

// Terms, notes, leaves, asks and ratchet trees. A part of a tree is kept while a group info names it (kept = 1), and waits for a
// commit that names it otherwise. Key packages of before have no known end.
const SECOND = `
ALTER TABLE conv ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conv ADD COLUMN terms BLOB;
ALTER TABLE conv ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log ADD COLUMN note BLOB;
ALTER TABLE group_info ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE group_info ADD COLUMN tree BLOB NOT NULL DEFAULT x'';
CREATE TABLE named (
  conv INTEGER NOT NULL REFERENCES conv (id),
  handle TEXT NOT NULL,
  PRIMARY KEY (conv, handle)
) WITHOUT ROWID;
CREATE INDEX named_handle ON named (handle, conv);
CREATE TABLE leaving (
  conv INTEGER NOT NULL REFERENCES conv (id),
  handle TEXT NOT NULL,
  PRIMARY KEY (conv, handle)
) WITHOUT ROWID;
CREATE TABLE ask (
  conv INTEGER NOT NULL REFERENCES conv (id),
  handle TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (conv, handle)
) WITHOUT ROWID;
CREATE INDEX ask_handle ON ask (handle);
CREATE TABLE tree_part (
  id INTEGER PRIMARY KEY,
  conv INTEGER NOT NULL REFERENCES conv (id),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  device BLOB NOT NULL,
  at INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX tree_part_digest ON tree_part (conv, digest);
CREATE INDEX tree_part_waiting ON tree_part (at) WHERE kept = 0;
CREATE INDEX tree_part_device ON tree_part (device) WHERE kept = 0;
CREATE INDEX device_serial ON device (serial);
DELETE FROM key_package;
DELETE FROM last_resort;
ALTER TABLE key_package ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE last_resort ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
`;

// Key packages of before are those of X-Wing: no client made others. Memberships that a commit has ended and that were not read to their
// end (entries after `after` up to `until`), and Welcomes that wait in an inbox (at `seq`) and want the group info of their epoch.
const THIRD = `
ALTER TABLE key_package ADD COLUMN suite INTEGER NOT NULL DEFAULT 0xF00D;
ALTER TABLE last_resort RENAME TO last_resort_before;
CREATE TABLE last_resort (
  device BLOB NOT NULL REFERENCES device (device),
  suite INTEGER NOT NULL,
  body BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (device, suite)
);
INSERT INTO last_resort (device, suite, body, expires_at) SELECT device, 0xF00D, body, expires_at FROM last_resort_before;
DROP TABLE last_resort_before;
ALTER TABLE conv ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
CREATE TABLE departed (
  conv INTEGER NOT NULL REFERENCES conv (id),
  device BLOB NOT NULL REFERENCES device (device),
  until INTEGER NOT NULL,
  after INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (device, conv, until)
) WITHOUT ROWID;
CREATE INDEX departed_at ON departed (at);
CREATE TABLE welcome (
  conv INTEGER NOT NULL REFERENCES conv (id),
  epoch INTEGER NOT NULL,
  device BLOB NOT NULL REFERENCES device (device),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (conv, epoch, device)
) WITHOUT ROWID;
CREATE INDEX welcome_device ON welcome (device, seq);
CREATE INDEX welcome_at ON welcome (at);
`;

// The realm: accounts, invitations (a code is kept as its hash), certificates that were issued here or seen, and the log of both;
// of a password what OPAQUE keeps of it, beside what only its owner can open (last: a long blob is not read with the rest).
const FOURTH = `
CREATE TABLE account (
  handle TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  openpgp TEXT,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE invitation (
  id TEXT PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  handle TEXT,
  name TEXT,
  email TEXT,
  openpgp TEXT,
  role TEXT NOT NULL,
  uses INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  lease_until INTEGER,
  author TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE redemption (
  hash BLOB NOT NULL,
  key BLOB NOT NULL,
  serial TEXT NOT NULL,
  PRIMARY KEY (hash, key)
) WITHOUT ROWID;
CREATE TABLE certificate (
  id INTEGER PRIMARY KEY,
  serial TEXT NOT NULL UNIQUE,
  handle TEXT NOT NULL,
  device BLOB NOT NULL CHECK (length(device) = 16),
  fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
  key BLOB NOT NULL CHECK (length(key) = 32),
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  lease_until INTEGER,
  revoked_at INTEGER,
  certificates BLOB NOT NULL
);
CREATE INDEX certificate_handle ON certificate (handle);
CREATE INDEX certificate_device ON certificate (device);
CREATE INDEX certificate_key ON certificate (key);
CREATE TABLE realm_log (
  id INTEGER PRIMARY KEY,
  body BLOB NOT NULL
);
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE blob (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  handle TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  whole INTEGER NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX blob_handle ON blob (handle, bytes);
CREATE TABLE password (
  id INTEGER PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  record TEXT NOT NULL,
  recovery_key BLOB NOT NULL CHECK (length(recovery_key) = 32),
  vault BLOB NOT NULL
);
`;

/** Step n makes version n + 1. @internal */
export const MIGRATIONS: readonly string[] = [FIRST, SECOND, THIRD, FOURTH];

/** Brings the database to the newest version, each step in a transaction of its own; returns the version it had. */
export function migrate(db: DatabaseSync, steps: readonly string[] = MIGRATIONS): number {
  const had = pragma(db, "user_version");
  refuseNewer(had, steps.length);
  for (const [index, step] of steps.entries()) {
    if (index < had) continue;
    transaction(db, () => {
      db.exec(step);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
  return had;
}

/** Throws Fault `store-too-new`. An older program must not guess at a shape it does not know. */
export function refuseNewer(version: number, known: number = MIGRATIONS.length): void {
  if (version <= known) return;
  throw new Fault("store-too-new", `the message store has version ${version}, this program knows up to ${known}`, {
    hint: "start the newer chat-server again, or restore a backup made before the upgrade",
  });
}
