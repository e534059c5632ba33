import { expect, test } from "vitest";
import { qrLines, qrOfLine } from "../../../../../src/client/app/trust/qr-lines.ts";
import { qrPath } from "../../../../../src/client/face/web/page/qr-path.ts";

const PLACE = /M(\d+) (\d+)/g;

test.each([
  ["a safety number", qrLines("12345 67890 ".repeat(5)), 2],
  ["a line for another machine", qrOfLine("chat://chat.example.org:12345/join#abcdef"), 1],
])("the picture of %s is a square with the same quiet zone on all four sides", (_, lines, zone) => {
  const { size, path } = qrPath(lines);
  const places = [...path.matchAll(PLACE)].map(([, x, y]) => [Number(x), Number(y)] as const);
  const sides = [0, 1].flatMap((axis) => {
    const along = places.map((place) => place[axis] ?? Number.NaN);
    return [Math.min(...along), size - 1 - Math.max(...along)];
  });
  expect(sides).toEqual([zone, zone, zone, zone]);
});
