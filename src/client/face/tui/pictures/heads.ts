// What a file is, by its first bytes, and how large it would be as a picture, before anything of it is decoded. Strangers' bytes: whatever
// is not as it must be is refused with a sentence.
import { Fault } from "../../../../model/fault.ts";

export type PictureKind = "png" | "jpeg";

export interface PictureHead {
  readonly kind: PictureKind;
  readonly width: number;
  readonly height: number;
}

/** Of a file that is looked at in a terminal. */
export const PICTURE_BYTES = 4 * 1024 * 1024;
const SIDE_MOST = 10_000;
const POINTS_MOST = 16_000_000;
/** Usual pictures have about ten; each walks over the whole picture once. */
const SCANS_MOST = 64;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR = "IHDR";

/** @throws Fault `not-a-picture`, `picture-too-large`, `picture-broken` */
export function headOf(bytes: Uint8Array): PictureHead {
  if (bytes.length > PICTURE_BYTES) throw tooLarge(`${bytes.length} bytes`);
  const head = isPng(bytes) ? pngHead(bytes) : isJpeg(bytes) ? jpegHead(bytes) : undefined;
  if (head === undefined)
    throw new Fault("not-a-picture", "this is neither a PNG nor a JPEG, by its first bytes", {
      hint: "/save M saves it as it is",
    });
  const { width, height } = head;
  if (width === 0 || height === 0) throw broken("it has no width or no height");
  if (width > SIDE_MOST || height > SIDE_MOST || width * height > POINTS_MOST)
    throw tooLarge(`${width} × ${height} points`);
  return head;
}

export function broken(why: string): Fault {
  return new Fault("picture-broken", `this picture cannot be read: ${why}`, { hint: "/save M saves it as it is" });
}

export function tooLarge(what: string): Fault {
  return new Fault("picture-too-large", `this picture is too large to be shown here: ${what}`, {
    hint: "/save M saves it",
  });
}

function isPng(bytes: Uint8Array): boolean {
  return PNG.every((byte, at) => bytes[at] === byte);
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** W3C PNG §11.2.1: the first chunk. */
function pngHead(bytes: Uint8Array): PictureHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || view.getUint32(8) !== 13 || Buffer.from(bytes.subarray(12, 16)).toString("latin1") !== IHDR)
    throw broken("its head is not whole");
  return { kind: "png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** ITU T.81 §B.1: segments until the first frame; and how many scans there are in all. */
function jpegHead(bytes: Uint8Array): PictureHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 <= bytes.length;) {
    const code = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) break;
    if (code === 0xff) at += 1;
    else if (isFrame(code)) {
      if (scansIn(bytes) > SCANS_MOST) throw tooLarge("it is drawn more often than pictures are");
      return { kind: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  throw broken("its head is not whole");
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

/** Inside of a scan these two bytes never stand beside each other (ITU T.81 §B.1.1.5). */
function scansIn(bytes: Uint8Array): number {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === 0xda) scans += 1;
  return scans;
}
