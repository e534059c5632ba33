// From a section of an OpenSSL configuration to certificate extensions and names (x509v3_config(5)).
// An extension or value that is not understood is a fault with its line: leaving it out would make another certificate than was asked for.

import { hasControls, hostName, isEmail, type AltName } from "./alt-name.ts";
import { KEY_USES, type KeyUse } from "./certificate.ts";
import { configFault, sectionOf, type Config, type Setting } from "./cnf.ts";
import type { Extension } from "./extension-values.ts";
import { nameAttribute, type Name } from "./name.ts";

const PURPOSES: ReadonlyMap<string, string> = new Map([
  ["serverAuth", "1.3.6.1.5.5.7.3.1"],
  ["clientAuth", "1.3.6.1.5.5.7.3.2"],
  ["codeSigning", "1.3.6.1.5.5.7.3.3"],
  ["emailProtection", "1.3.6.1.5.5.7.3.4"],
  ["timeStamping", "1.3.6.1.5.5.7.3.8"],
  ["OCSPSigning", "1.3.6.1.5.5.7.3.9"],
  ["anyExtendedKeyUsage", "2.5.29.37.0"],
]);
const DOTTED = /^[0-2](?:\.(?:0|[1-9]\d{0,9})){2,20}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;
const NAMES_MOST = 200;

type Value = {
  readonly critical: boolean;
  readonly items: readonly string[];
  readonly setting: Setting;
  readonly config: Config;
};

/** Reads one extension; undefined where it is understood but always written anyway. */
type Reader = (value: Value) => Extension | undefined;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["basicConstraints", basicConstraints],
  ["keyUsage", keyUsage],
  ["extendedKeyUsage", extendedKeyUsage],
  ["subjectAltName", subjectAltName],
  ["crlDistributionPoints", crlDistributionPoints],
  ["subjectKeyIdentifier", onlyWords(["hash"])],
  ["authorityKeyIdentifier", onlyWords(["keyid", "keyid:always", "issuer"])],
]);

/** The extensions of a section, in its order. @throws Fault `cnf-malformed` */
export function extensionsOf(config: Config, section: string): Extension[] {
  return [...sectionOf(config, section).values()].flatMap((setting) => {
    const read = READERS.get(setting.name);
    if (read === undefined) throw configFault(setting, `the extension ${setting.name} is not supported`);
    const [first, ...rest] = listOf(setting.value);
    const critical = first === "critical";
    const items = critical ? rest : first === undefined ? [] : [first, ...rest];
    if (items.length === 0) throw configFault(setting, `the extension ${setting.name} has no value`);
    return read({ critical, items, setting, config }) ?? [];
  });
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function refuse(value: Value, item: string): never {
  throw configFault(value.setting, `${value.setting.name}: ${JSON.stringify(item)} is not supported`);
}

function basicConstraints(value: Value): Extension {
  let ca: boolean | undefined;
  let pathLength: number | undefined;
  for (const item of value.items) {
    const [, flag] = /^CA:(TRUE|FALSE)$/i.exec(item) ?? [];
    const [, length] = /^pathlen:(\d{1,3})$/i.exec(item) ?? [];
    if (flag !== undefined && ca === undefined) ca = flag.toUpperCase() === "TRUE";
    else if (length !== undefined && pathLength === undefined) pathLength = Number(length);
    else refuse(value, item);
  }
  if (ca !== true && pathLength !== undefined) throw configFault(value.setting, "pathlen belongs to CA:TRUE only");
  return { kind: "basicConstraints", critical: value.critical, ca: ca ?? false, pathLength };
}

function isKeyUse(word: string): word is KeyUse {
  return KEY_USES.some((use) => use === word);
}

function keyUsage(value: Value): Extension {
  const uses = value.items.map((item) => (isKeyUse(item) ? item : refuse(value, item)));
  return { kind: "keyUsage", critical: value.critical, uses };
}

function extendedKeyUsage(value: Value): Extension {
  const purposes = value.items.map((item) => PURPOSES.get(item) ?? (DOTTED.test(item) ? item : refuse(value, item)));
  return { kind: "extendedKeyUsage", critical: value.critical, purposes };
}

function subjectAltName(value: Value): Extension {
  const names = value.items.flatMap((item) =>
    item.startsWith("@") ? namesOfSection(value, item.slice(1)) : altName(value, item),
  );
  if (names.length === 0 || names.length > NAMES_MOST)
    throw configFault(value.setting, `subjectAltName has ${names.length} names`);
  return { kind: "subjectAltName", critical: value.critical, names };
}

/** `DNS.1 = host`: the number only tells the lines apart. */
function namesOfSection(value: Value, section: string): AltName[] {
  return [...sectionOf(value.config, section).values()].map((setting) => {
    const type = setting.name.replace(/\..*$/, "");
    return altName({ ...value, setting }, `${type}:${setting.value}`);
  });
}

function altName(value: Value, item: string): AltName {
  const colon = item.indexOf(":");
  const type = item.slice(0, colon).trim();
  const text = item.slice(colon + 1).trim();
  return altNameOf(type, text) ?? refuse(value, item);
}

function altNameOf(type: string, text: string): AltName | undefined {
  switch (type) {
    case "DNS": {
      // A wildcard is a whole first label (RFC 6125 §6.4.3).
      const host = hostName(text.replace(/^\*\.(?=[^.]+\.)/, ""));
      return host?.kind === "dns" ? { kind: "dns", value: text.toLowerCase() } : undefined;
    }
    case "IP": {
      const host = hostName(text);
      return host?.kind === "ip" ? host : undefined;
    }
    case "URI":
      return PRINTABLE.test(text) && /^[a-z][a-z0-9+.-]*:/i.test(text) ? { kind: "uri", value: text } : undefined;
    case "email":
      return isEmail(text) ? { kind: "email", value: text } : undefined;
    default:
      return undefined;
  }
}

function crlDistributionPoints(value: Value): Extension {
  const uris = value.items.map((item) => {
    const uri = item.startsWith("URI:") ? item.slice("URI:".length) : "";
    return /^https?:\/\/[\x21-\x7e]+$/.test(uri) ? uri : refuse(value, item);
  });
  return { kind: "crlDistributionPoints", critical: value.critical, uris };
}

/** The key identifiers are computed and always written: only values that mean just that are taken. */
function onlyWords(words: readonly string[]): Reader {
  return (value) => {
    const item = value.items.find((word) => !words.includes(word.replaceAll(" ", "")));
    if (item !== undefined) return refuse(value, item);
    if (value.critical) throw configFault(value.setting, `${value.setting.name} is never critical (RFC 5280 §4.2.1)`);
    return undefined;
  };
}

/** The distinguished name of a section, in its order. @throws Fault `cnf-malformed` */
export function nameOf(config: Config, section: string): Name {
  const name = [...sectionOf(config, section).values()].map((setting) => {
    // OpenSSL lets `1.OU` and `2.OU` stand side by side.
    const type = setting.name.replace(/^[^.,:]*[.,:]/, "");
    if (hasControls(setting.value)) throw configFault(setting, `${type} has control characters`);
    const attribute = nameAttribute(type, setting.value);
    if (attribute === undefined) throw configFault(setting, `the name attribute ${type} is not supported`);
    if (typeof attribute === "string") throw configFault(setting, attribute);
    return attribute;
  });
  if (name.length === 0) throw configFault(config, `the section [ ${section} ] has no name in it`);
  return name;
}
