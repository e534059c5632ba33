// The administrator's act `openpgp`: who may come in by it, which sources are asked, and the realm's own key.
import { Fault } from "../../../model/fault.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import type { RealmKey, RealmKeyKeeper } from "../../port/openpgp.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import { addressIn, allowedIn, openpgpRules, type OpenpgpRules, settingsOf, sourcesIn } from "./openpgp-rules.ts";
import type { RealmLog } from "./realm-log.ts";
import type { Wish } from "./wish.ts";

export interface OpenpgpActsWorld {
  readonly realm: Pick<RealmStore, "setting">;
  readonly realmLog: Pick<RealmLog, "write">;
  readonly keeper: RealmKeyKeeper;
  readonly now: () => number;
  /** Where the realm is, for those who need no invitation; undefined: there is no door. */
  readonly line: () => string | undefined;
  /** Others may come in by now, or no longer. */
  readonly onChanged: () => Promise<void>;
}

const LIST_CHARS = 4_000;
const SERVER_CHARS = 300;
const EMAIL_CHARS = 254;
const DETAIL_CHARS = 500;

/** Returns how it stands then. @throws Fault `openpgp-*`, `bad-field`, and those of RealmKeyKeeper */
export async function performOpenpgp(world: OpenpgpActsWorld, by: Actor, wish: Wish): Promise<object> {
  const { realm, realmLog, keeper, now, onChanged } = world;
  const changes = changesIn(wish, keeper);
  const server = wish.maybeText("publish", SERVER_CHARS);
  if (changes.email !== undefined) await keeper.keyFor(changes.email);
  if (Object.keys(changes).length > 0) {
    const entry = { kind: "act", at: now(), by, act: "openpgp", detail: detailOf(changes) } as const;
    await realmLog.write(() => ({ entries: [entry], settings: settingsOf(changes) }));
    await onChanged();
  }
  const rules = await openpgpRules(realm);
  const key = rules.email === undefined ? undefined : await keeper.keyFor(rules.email);
  if (server !== undefined) await publish(world, key, server);
  const line = world.line();
  return {
    allowed: rules.allowed,
    servers: rules.sources,
    ...(key === undefined ? {} : { key }),
    ...(line === undefined ? {} : { line }),
  };
}

async function publish({ keeper }: OpenpgpActsWorld, key: RealmKey | undefined, server: string): Promise<void> {
  if (key !== undefined) return keeper.publish(key, server);
  throw new Fault("openpgp-no-key", "the realm has no OpenPGP key yet", {
    hint: "say under which address it has one: chat-server openpgp --email chat@example.org",
  });
}

function changesIn(wish: Wish, keeper: RealmKeyKeeper): Partial<OpenpgpRules> {
  const allow = wish.maybeText("allow", LIST_CHARS);
  const servers = wish.maybeText("servers", LIST_CHARS);
  const email = wish.maybeText("email", EMAIL_CHARS);
  const sources = servers === undefined ? undefined : sourcesIn(servers);
  for (const source of sources ?? []) keeper.checkSource(source);
  return {
    ...(allow === undefined ? {} : { allowed: allowedIn(allow) }),
    ...(sources === undefined ? {} : { sources }),
    ...(email === undefined ? {} : { email: addressIn(email) }),
  };
}

function detailOf({ allowed, sources, email }: Partial<OpenpgpRules>): string {
  const told = [
    ...(allowed === undefined ? [] : [`allowed: ${inWords(allowed)}`]),
    ...(sources === undefined ? [] : [`servers: ${inWords(sources)}`]),
    ...(email === undefined ? [] : [`email: ${email}`]),
  ];
  const text = told.join("; ");
  return text.length <= DETAIL_CHARS ? text : `${text.slice(0, DETAIL_CHARS - 1)}…`;
}

function inWords(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(" ");
}
