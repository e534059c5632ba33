import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { Fault } from "../../../src/model/fault.ts";
import { FrameDecoder } from "../../../src/wire/frames.ts";

const framed = (...bodies: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    bodies.map((body) => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(body.length);
      return Buffer.concat([head, body]);
    }),
  );

const all = (decoder: FrameDecoder, chunks: readonly Buffer[]): Buffer[] =>
  chunks.flatMap((chunk) => [...decoder.push(chunk)].map((frame) => Buffer.from(frame)));

const faultOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "no fault";
};

describe("FrameDecoder", () => {
  it("gives the same frames however the stream is cut", () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
    const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(bodies, cuts, (frames, sizes) => {
        const stream = framed(...frames);
        const chunks: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(Buffer.from(stream.subarray(at, at + size)));
          at += size;
        }
        expect(all(new FrameDecoder(300), chunks)).toEqual(frames.map((frame) => Buffer.from(frame)));
      }),
    );
  });

  it("takes one byte at a time and holds no more than the frame", () => {
    const decoder = new FrameDecoder(1000);
    const body = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));
    const stream = framed(body, body);
    const frames = [...stream].flatMap((byte) => [...decoder.push(Buffer.from([byte]))]);
    expect(frames).toEqual([body, body]);
    expect(decoder.pending).toBe(0);
  });

  it("refuses an empty frame, after those before it", () => {
    const decoder = new FrameDecoder(10);
    const seen: string[] = [];
    const code = faultOf(() => {
      for (const frame of decoder.push(Buffer.concat([framed(Buffer.from("a")), Buffer.alloc(4)])))
        seen.push(frame.toString());
    });
    expect([code, seen]).toEqual(["frame-empty", ["a"]]);
  });

  it("refuses a frame over the limit by its length alone, before any of its bytes", () => {
    expect(faultOf(() => [...new FrameDecoder(10).push(Buffer.from([0, 0, 0, 11]))])).toBe("frame-too-large");
    expect(faultOf(() => [...new FrameDecoder(10).push(Buffer.from([255, 255, 255, 255, 0]))])).toBe("frame-too-large");
    expect(faultOf(() => all(new FrameDecoder(10), [Buffer.from([0, 0]), Buffer.from([0, 11])]))).toBe(
      "frame-too-large",
    );
  });

  it("lets longer frames in once allowed", () => {
    const decoder = new FrameDecoder(4);
    expect([...decoder.push(framed(Buffer.from("abcd")))]).toHaveLength(1);
    decoder.allow(5);
    expect([...decoder.push(framed(Buffer.from("abcde")))]).toHaveLength(1);
  });
});
