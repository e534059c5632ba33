// A picture as points. What the decoders are given is bounded before: their answers to hostile bytes are sentences, never more memory.
import { inflateSync } from "node:zlib";
import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { Fault } from "../../../../model/fault.ts";
import { broken, type PictureHead, tooLarge } from "./heads.ts";

/** Four bytes each: red, green, blue, and how opaque. */
export interface Points {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const JPEG_MEGABYTES = 400;
const SIGNATURE_BYTES = 8;
/** Everything else in a PNG is of no use here, and some of it is packed. */
const NEEDED: ReadonlySet<string> = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

/** @throws Fault `picture-broken`, `picture-too-large` */
export function pointsOf(bytes: Uint8Array, head: PictureHead): Points {
  try {
    return head.kind === "png" ? pngPoints(bytes, head) : jpegPoints(bytes, head);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw broken(error instanceof Error ? error.message : "it is broken");
  }
}

function jpegPoints(bytes: Uint8Array, head: PictureHead): Points {
  const limits = { maxResolutionInMP: 16, maxMemoryUsageInMB: JPEG_MEGABYTES, tolerantDecoding: false };
  const { width, height, data } = decodeJpeg(bytes, { useTArray: true, formatAsRGBA: true, ...limits });
  if (width !== head.width || height !== head.height) throw broken("it says two sizes");
  return { width, height, rgba: data };
}

function pngPoints(bytes: Uint8Array, { width, height }: PictureHead): Points {
  const png = decodePng(neededOf(bytes, { width, height }));
  const { palette, channels, data, depth } = png;
  if (png.width !== width || png.height !== height) throw broken("it says two sizes");
  if (palette !== undefined) {
    const rgb = convertIndexedToRgb({ ...png, palette });
    return spread(rgb, { width, height, channels: rgb.length / (width * height), shift: 0 });
  }
  if (depth < 8) return spread(unpacked(data, { width, height, depth }), { width, height, channels, shift: 0 });
  return spread(data, { width, height, channels, shift: depth === 16 ? 8 : 0 });
}

/** Only the chunks that make the picture; what they hold must not be more than its points. */
function neededOf(bytes: Uint8Array, { width, height }: Pick<PictureHead, "width" | "height">): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  const packed: Uint8Array[] = [];
  for (let at = SIGNATURE_BYTES; ;) {
    if (at + 12 > bytes.length) throw broken("it is cut off");
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw broken("it is cut off");
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    if (type === "IHDR" && at > SIGNATURE_BYTES) throw broken("it has two heads");
    if (type === "IDAT") packed.push(bytes.subarray(at + 8, end - 4));
    if (NEEDED.has(type)) kept.push(bytes.subarray(at, end));
    if (type === "IEND") break;
    at = end;
  }
  // Eight bytes a point at most, a byte a row, and the small pictures of an interlaced one before.
  const most = 8 * width * height + 8 * (height + 8) + 64;
  try {
    inflateSync(Buffer.concat(packed), { maxOutputLength: most });
  } catch (error) {
    const isLong = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw isLong ? tooLarge("it unpacks to more than its points") : broken("it cannot be unpacked");
  }
  return Buffer.concat(kept);
}

type Samples = ArrayLike<number>;

/** Grey of 1, 2 or 4 bits: several in a byte, each row begins with a new one. */
function unpacked(
  data: Samples,
  { width, height, depth }: { width: number; height: number; depth: number },
): Uint8Array {
  const row = Math.ceil((width * depth) / 8);
  if (data.length !== row * height) throw broken("it has too few points");
  const most = 2 ** depth - 1;
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const bit = x * depth;
      const byte = data[y * row + (bit >> 3)] ?? 0;
      grey[y * width + x] = (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
    }
  return grey;
}

interface Spreading {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Bits that are too many. */
  readonly shift: number;
}

/** 1: grey, 2: grey and alpha, 3: colours, 4: colours and alpha. */
function spread(data: Samples, { width, height, channels, shift }: Spreading): Points {
  if (data.length < width * height * channels || channels < 1 || channels > 4) throw broken("it has too few points");
  const rgba = new Uint8Array(4 * width * height);
  const isGrey = channels < 3;
  for (let at = 0; at < width * height; at += 1) {
    const from = at * channels;
    const of = (channel: number): number => (data[from + channel] ?? 0) >> shift;
    rgba[4 * at] = of(0);
    rgba[4 * at + 1] = of(isGrey ? 0 : 1);
    rgba[4 * at + 2] = of(isGrey ? 0 : 2);
    rgba[4 * at + 3] = channels === 2 ? of(1) : channels === 4 ? of(3) : 255;
  }
  return { width, height, rgba };
}
