// Reads the key-exchange groups out of a TLS ClientHello (RFC 8446 §4.1.2, §4.2.7), so that the listener can choose one and
// know it. Anything it cannot read is left to OpenSSL to refuse.

/** Enough for a ClientHello with a post-quantum key share and much more; a longer one is not worth waiting for. */
const CLIENT_HELLO_BYTES = 16 * 1024;

const RECORD_HEADER = 5;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SUPPORTED_GROUPS = 10;

export type Peeked =
  | { readonly saw: "hello"; readonly groups: readonly number[] }
  /** The first bytes of something that may become a ClientHello. */
  | { readonly saw: "part" }
  | { readonly saw: "not-tls" };

/** `bytes`: everything received so far. */
export function peekClientHello(bytes: Buffer): Peeked {
  if (bytes.length > 0 && bytes[0] !== HANDSHAKE) return { saw: "not-tls" };
  if (bytes.length > 1 && bytes[1] !== 3) return { saw: "not-tls" };
  if (bytes.length < RECORD_HEADER) return { saw: "part" };
  const end = RECORD_HEADER + bytes.readUInt16BE(3);
  if (end > CLIENT_HELLO_BYTES) return { saw: "not-tls" };
  if (bytes.length < end) return { saw: "part" };
  try {
    return { saw: "hello", groups: groupsOf(bytes.subarray(RECORD_HEADER, end)) };
  } catch (error) {
    if (error instanceof RangeError) return { saw: "hello", groups: [] };
    throw error;
  }
}

/** Throws RangeError when the hello is cut or not a hello. */
function groupsOf(hello: Buffer): readonly number[] {
  if (hello.readUInt8(0) !== CLIENT_HELLO) return [];
  let at = 1 + 3 + 2 + 32; // type, length, legacy version, random
  at += 1 + hello.readUInt8(at); // session id
  at += 2 + hello.readUInt16BE(at); // cipher suites
  at += 1 + hello.readUInt8(at); // compression methods
  const end = at + 2 + hello.readUInt16BE(at);
  at += 2;
  while (at < end) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    if (type === SUPPORTED_GROUPS) return groupList(hello, at + 4);
    at += 4 + length;
  }
  return [];
}

function groupList(hello: Buffer, at: number): readonly number[] {
  const groups: number[] = [];
  const end = at + 2 + hello.readUInt16BE(at);
  for (let next = at + 2; next < end; next += 2) groups.push(hello.readUInt16BE(next));
  return groups;
}
