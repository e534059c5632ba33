// The acts by which a realm is administered, as they are typed. The server alone decides which there are; here is what the words behind
// an act mean that have no name before them. docs/administration.md has all of their fields.

export interface ActForm {
  /** Behind the act. */
  readonly usage: string;
  /** Lower case, no full stop. */
  readonly says: string;
  /** Of the words without a name, in their order. `text` and `name` take all that are left. */
  readonly fields: readonly string[];
  /** How many of them must be there. */
  readonly least: number;
}

export const ACT_FORMS: Readonly<Record<string, ActForm>> = {
  users: form("", "everybody, a page at a time; after=USER for the next"),
  user: form("USER", "one user and their devices", ["user"]),
  devices: form("[USER]", "devices, of one user or of all", ["user?"]),
  conversations: form("", "by their ids: sizes, and nothing of what is said"),
  invite: form("[USER] …", "a line for join; role= uses= lastsMs=7d leaseUntil=", ["user?"]),
  invitations: form("", "those that are still good"),
  withdraw: form("ID", "end an invitation", ["id"]),
  rename: form("USER NAME", "another display name, from the next certificate on", ["user", "name"]),
  role: form("USER ROLE", "owner, admin or member", ["user", "role"]),
  disable: form("USER", "put a user out, and let none of their devices in", ["user"]),
  enable: form("USER", "they may be invited again", ["user"]),
  revoke: form("TARGET", "a user, or a device by the beginning of its id", ["target"]),
  registration: form("[open|invited]", "who may make an account with a password", ["who?"]),
  openpgp: form("[allow=…]", "who comes in by an OpenPGP key; email= servers="),
  limits: form("[LIMIT=N …]", "what a device, an address, a user may take"),
  motd: form("[TEXT]", "the message of the day; motd - takes it away", ["text?"]),
  maintenance: form("[on|off]", "only owners are let in", ["on?"]),
  stats: form("", "load, sizes, memory"),
  examine: form("", "the whole database, and every log to its head"),
  backup: form("NAME", "one sealed file in backups/ of the server", ["file"]),
  info: form("", "the realm, and the line for login"),
};

/** `role USER ROLE`, and what it does. */
export const ACT_ROWS: readonly (readonly [head: string, about: string])[] = Object.entries(ACT_FORMS).map(
  ([act, { usage, says }]) => [`${act} ${usage}`.trim(), says],
);

export function actForm(act: string): ActForm | undefined {
  return Object.hasOwn(ACT_FORMS, act) ? ACT_FORMS[act] : undefined;
}

/** `user?`: it may be left out. */
function form(usage: string, says: string, words: readonly string[] = []): ActForm {
  const fields = words.map((word) => word.replace("?", ""));
  return { usage, says, fields, least: words.filter((word) => !word.endsWith("?")).length };
}
