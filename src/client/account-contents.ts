// What lies in an identity vault: enough for a new device to go on, and nothing that the server could use. Knows not how it is sealed.
import { Fault } from "../model/fault.ts";
import { type Handle, isHandle, isLogId, type LogId } from "../model/ids.ts";

/** The archive keys of one conversation, sealed to the vault's own key by the device that put them there. */
export interface SealedArchive {
  /** By which they were sealed: they open for nobody else's word. */
  readonly device: string;
  /** Base64 each. */
  readonly parts: readonly string[];
  /** What the members call it, for a device that nobody tells. */
  readonly name?: string;
  readonly topic?: string;
}

export interface VaultContents {
  readonly user: Handle;
  /** DER of the realm's root. */
  readonly root: Uint8Array;
  readonly host: string;
  /** Of the chat. */
  readonly port: number;
  readonly door: number;
  readonly displayName: string | undefined;
  /** A pair for archive keys only (mls/grant.ts). Secret. */
  readonly archiveKey: { readonly publicKey: Uint8Array; readonly secret: Uint8Array };
  readonly archive: ReadonlyMap<LogId, SealedArchive>;
}

const VERSION = 1;
/** Conversations of one user, as the server has them. */
const LOGS_MOST = 1_000;

export function writeContents(contents: VaultContents): Buffer {
  const { user, root, host, port, door, displayName, archiveKey, archive } = contents;
  const { publicKey, secret } = archiveKey;
  return Buffer.from(
    JSON.stringify({
      version: VERSION,
      user,
      root: packed(root),
      host,
      port,
      door,
      displayName,
      archiveKey: { publicKey: packed(publicKey), secret: packed(secret) },
      archive: Object.fromEntries(archive),
    }),
  );
}

/** @throws Fault `vault-malformed` */
export function readContents(bytes: Uint8Array): VaultContents {
  try {
    return contentsIn(JSON.parse(Buffer.from(bytes).toString("utf8")) as Readonly<Record<string, unknown>>);
  } catch (error) {
    throw new Fault("vault-malformed", "what lies in the identity vault cannot be read", {
      hint: "a newer version of the program may have made it: update this one",
      cause: error,
    });
  }
}

function contentsIn(value: Readonly<Record<string, unknown>>): VaultContents {
  const { version, user, root, host, port, door, displayName, archiveKey, archive } = value;
  if (version !== VERSION || typeof user !== "string" || !isHandle(user) || typeof host !== "string") throw wrong();
  if (typeof port !== "number" || typeof door !== "number") throw wrong();
  const { publicKey, secret } = archiveKey as Readonly<Record<string, unknown>>;
  return {
    user,
    root: unpacked(root),
    host,
    port,
    door,
    displayName: typeof displayName === "string" ? displayName : undefined,
    archiveKey: { publicKey: unpacked(publicKey), secret: unpacked(secret) },
    archive: archivesIn(archive as Readonly<Record<string, unknown>>),
  };
}

function archivesIn(value: Readonly<Record<string, unknown>>): VaultContents["archive"] {
  const entries = Object.entries(value);
  if (entries.length > LOGS_MOST) throw wrong();
  return new Map(
    entries.map(([log, one]) => {
      const { device, parts, name, topic } = one as Readonly<Record<string, unknown>>;
      if (!isLogId(log) || typeof device !== "string" || !Array.isArray(parts)) throw wrong();
      const called = { ...(typeof name === "string" ? { name } : {}), ...(typeof topic === "string" ? { topic } : {}) };
      return [log, { device, parts: parts.map(String), ...called }] as const;
    }),
  );
}

function packed(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function unpacked(text: unknown): Uint8Array {
  if (typeof text !== "string") throw wrong();
  return new Uint8Array(Buffer.from(text, "base64"));
}

function wrong(): Error {
  return new Error("it is of another form");
}
