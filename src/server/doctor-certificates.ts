// What the doctor finds in the folder of certificates: ends, chains, lists, who may read the keys, and which should not be here.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../model/fault.ts";
import { readCertificate, titleOf } from "../pki/certificate.ts";
import { loadServerFiles, type ServerFiles } from "../pki/load.ts";
import { loadLogSigner } from "../transparency/log-folder.ts";
import { fail, failOf, type Finding, ok, warn } from "./doctor-finding.ts";
import type { ServerConfig } from "./config.ts";

const DAY_MS = 86_400_000;
/** A server issues its own anew in the last third of their life, where the key of the CA is. */
const SOON_DAYS = 21;
const CA_SOON_DAYS = 365;
const OTHERS = 0o077;

export async function certificateFindings(config: ServerConfig, now: Date): Promise<readonly Finding[]> {
  const { certs, passphrase } = config;
  try {
    const files = await loadServerFiles(certs, { now, passphrase });
    const hasIssuer = existsSync(join(certs, "issuing.key"));
    return [
      ...leafFindings(files, { now, hasIssuer }),
      ...caFindings(files, now),
      ...listFindings(files, { now, hasIssuer }),
      ...(await logFindings(certs, files, now)),
      ...keyFindings(certs),
    ];
  } catch (error) {
    return [certificateFault(error, certs), ...keyFindings(certs)];
  }
}

function certificateFault(error: unknown, certs: string): Finding {
  const found = failOf("certificates", error);
  const canMend =
    error instanceof Fault && error.code === "certificate-expired" && existsSync(join(certs, "issuing.key"));
  return canMend ? { ...found, hint: "start the server: it issues a new one, the key of the CA is here" } : found;
}

interface Place {
  readonly now: Date;
  /** The key of the issuing CA is in the folder. */
  readonly hasIssuer: boolean;
}

function leafFindings({ leaf }: ServerFiles, { now, hasIssuer }: Place): readonly Finding[] {
  const days = daysTo(leaf.notAfter, now);
  const about = `the server's certificate ends on ${leaf.notAfter.toISOString().slice(0, 10)}, in ${days} days`;
  if (days > SOON_DAYS) return [ok("certificates", about)];
  const hint = hasIssuer
    ? "nothing, while the server runs: it issues a new one"
    : "issue a new one where the CA is (`make certs`), put it here, and `pkill -HUP -x chat-server`";
  return [warn("certificates", about, hint)];
}

function caFindings({ realm }: ServerFiles, now: Date): readonly Finding[] {
  const cas = [...realm.issuers, realm.root].map(({ raw }) => readCertificate(raw));
  return cas.map((ca) => {
    const days = daysTo(ca.notAfter, now);
    const about = `${titleOf(ca)} is good for another ${days} days`;
    if (days > CA_SOON_DAYS) return ok("certificates", about);
    return warn("certificates", about, "plan its successor: with it end all certificates below it");
  });
}

function listFindings({ realm }: ServerFiles, { now, hasIssuer }: Place): readonly Finding[] {
  const ends = [...realm.crls.values()]
    .map(({ nextUpdate }) => nextUpdate)
    .toSorted((a, b) => a.getTime() - b.getTime());
  const [next] = ends;
  if (next === undefined) return [];
  const days = daysTo(next, now);
  const hint = hasIssuer
    ? "start the server: it signs new ones, or run `make certs` in the folder"
    : "sign new ones where the CA is (`make certs`), put them here, and `pkill -HUP -x chat-server`";
  if (next <= now) return [fail("certificates", "a revocation list has ended: the server lets nobody in", hint)];
  if (days > SOON_DAYS) return [ok("certificates", `the revocation lists are good for another ${days} days`)];
  return [warn("certificates", `a revocation list ends in ${days} days, and then nobody is let in`, hint)];
}

async function logFindings(certs: string, { realm }: ServerFiles, now: Date): Promise<readonly Finding[]> {
  try {
    const days = daysTo((await loadLogSigner(certs, realm, now)).notAfter, now);
    const about = `the certificate of the realm's log ends in ${days} days`;
    const hint = "start the server anew where the CA's key is; else run `make certs` there, and put log.crt here";
    return days > SOON_DAYS ? [ok("certificates", about)] : [warn("certificates", about, hint)];
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "certs-missing") return [failOf("certificates", error)];
    return [warn("certificates", error.message, error.hint ?? "")];
  }
}

/** Secrets are for the server's user alone, and the root's key is for nobody here. */
function keyFindings(certs: string): readonly Finding[] {
  const names = existsSync(certs) ? readdirSync(certs).filter((name) => name.endsWith(".key")) : [];
  const open = names.filter((name) => (statSync(join(certs, name)).mode & OTHERS) !== 0);
  const rest = [
    ...(names.includes("ca.key")
      ? [
          warn(
            "keys",
            `the key of the root CA lies in ${certs}`,
            "move ca.key to a place that is not on a network, and keep a second copy: the server does not need it",
          ),
        ]
      : []),
    ...(names.includes("issuing.key")
      ? []
      : [
          warn(
            "keys",
            "the key of the issuing CA is not here",
            "nobody can be certified by this server: that may be wanted",
          ),
        ]),
  ];
  if (open.length === 0) return [ok("keys", `${names.length} private keys are the server's alone`), ...rest];
  return [
    ...open.map((name) => fail("keys", `${name} can be read by others`, `chmod 600 ${join(certs, name)}`)),
    ...rest,
  ];
}

function daysTo(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / DAY_MS);
}
