// The body of a commit that moves a group: all of it, or nothing.
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isMove, openMove, packMove } from "../../../src/mls/move.ts";
import { TREE_PART_BYTES } from "../../../src/model/limits.ts";

const move = {
  commit: new Uint8Array([0, 1, 0, 2]),
  welcome: new Uint8Array([9, 8, 7]),
  tree: [new Uint8Array([1, 2]), new Uint8Array([3])],
};

describe("a move", () => {
  it("comes back as it went in, the tree whatever its parts were", () => {
    const body = packMove(move);
    expect(isMove(body)).toBe(true);
    expect(isMove(move.commit)).toBe(false);
    expect(openMove(body)).toEqual({ ...move, tree: [new Uint8Array([1, 2, 3])] });
    const large = new Uint8Array(TREE_PART_BYTES + 1).fill(5);
    expect(openMove(packMove({ ...move, tree: [large] })).tree.map(({ length }) => length)).toEqual([
      TREE_PART_BYTES,
      1,
    ]);
  });

  it("is refused when a byte is missing, too many, or of another form", () => {
    const body = packMove(move);
    for (let length = 0; length < body.length; length += 1)
      expect(() => openMove(body.subarray(0, length))).toThrow(expect.objectContaining({ code: "move-malformed" }));
    for (const bad of [
      Buffer.concat([body, Buffer.of(0)]),
      Buffer.from(body).fill(1, 0, 1),
      Buffer.from(body).fill(255, 1, 5),
    ])
      expect(() => openMove(bad)).toThrow(expect.objectContaining({ code: "move-malformed" }));
  });

  it("does not blow up in memory", () => {
    const bomb = deflateRawSync(Buffer.alloc(33 * 1024 * 1024));
    const head = packMove({ ...move, tree: [] });
    const empty = deflateRawSync(Buffer.alloc(0)).length;
    const body = Buffer.concat([head.subarray(0, head.length - empty), bomb]);
    expect(body.length).toBeLessThan(64 * 1024);
    expect(() => openMove(body)).toThrow(expect.objectContaining({ code: "move-malformed" }));
  });
});
