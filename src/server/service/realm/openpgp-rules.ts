// Who may come in by OpenPGP without an invitation, where their keys are looked up, and under which address the realm itself has a
// key: settings of the realm, as texts with blanks between.
import { Fault } from "../../../model/fault.ts";
import { isEmail } from "../../../pki/alt-name.ts";
import type { RealmStore, Setting } from "../../port/realm-store.ts";

export interface OpenpgpRules {
  /** Domains and addresses, in lower case. Empty: nobody. */
  readonly allowed: readonly string[];
  /** `wkd`, or key servers; in the order in which they are asked. */
  readonly sources: readonly string[];
  /** Undefined: nobody has said one, and there is no coming in by OpenPGP. */
  readonly email: string | undefined;
}

const NAMES = { allowed: "openpgp-allowed", sources: "openpgp-servers", email: "openpgp-email" } as const;
/** Of the domain's own owner. What anybody can write to is asked only where an owner of the realm says so. */
const USUAL_SOURCES = "wkd";
const ITEMS_MOST = 200;
/** Instead of a list: an empty one. */
const NOBODY = "none";

export async function openpgpRules(realm: Pick<RealmStore, "setting">): Promise<OpenpgpRules> {
  const [allowed = "", sources = USUAL_SOURCES, email] = await Promise.all([
    realm.setting(NAMES.allowed),
    realm.setting(NAMES.sources),
    realm.setting(NAMES.email),
  ]);
  return { allowed: itemsIn(allowed), sources: itemsIn(sources), email };
}

export function settingsOf({ allowed, sources, email }: Partial<OpenpgpRules>): readonly Setting[] {
  return [
    ...(allowed === undefined ? [] : [{ name: NAMES.allowed, value: allowed.join(" ") }]),
    ...(sources === undefined ? [] : [{ name: NAMES.sources, value: sources.join(" ") }]),
    ...(email === undefined ? [] : [{ name: NAMES.email, value: email }]),
  ];
}

/** `email`: in lower case. A domain stands for its own addresses, and not for those of domains below it. */
export function isAllowed({ allowed }: OpenpgpRules, email: string): boolean {
  return allowed.includes(email) || allowed.includes(email.slice(email.lastIndexOf("@") + 1));
}

/** `example.org ada@example.com`, or `none`. @throws Fault `openpgp-list` */
export function allowedIn(text: string): readonly string[] {
  const items = listIn(text);
  const wrong = items.find((item) => !isEmail(item.includes("@") ? item : `x@${item}`));
  if (wrong !== undefined) throw badList(`${JSON.stringify(wrong.slice(0, 100))} is neither a domain nor an address`);
  return items;
}

/** @throws Fault `openpgp-list` */
export function sourcesIn(text: string): readonly string[] {
  return listIn(text);
}

/** @throws Fault `openpgp-list` */
export function addressIn(text: string): string {
  const [email = "", another] = itemsIn(text.toLowerCase());
  if (another === undefined && isEmail(email)) return email;
  throw badList(`${JSON.stringify(text.slice(0, 100))} is not an address`);
}

function listIn(text: string): readonly string[] {
  const items = [...new Set(itemsIn(text.toLowerCase()))];
  if (items.length > ITEMS_MOST) throw badList(`there are more than ${ITEMS_MOST}`);
  return items.length === 1 && items[0] === NOBODY ? [] : items;
}

function itemsIn(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((item) => item !== "");
}

function badList(why: string): Fault {
  return new Fault("openpgp-list", `the list cannot be taken: ${why}`, {
    hint: "for example: --allow 'example.org ada@example.com' --servers 'wkd hkps://keys.example.net'",
  });
}
