import { expect, test } from "vitest";
import { Turns } from "../../../../../src/client/app/file-work/turns.ts";

function joined(turns: Turns, names: string) {
  const called: string[] = [];
  const places = new Map(names.split("").map((name) => [name, turns.join(() => void called.push(name))]));
  const leave = (name: string): void => places.get(name)?.leave();
  return { called, leave };
}

test("nobody before it is open; then so many, in the order in which they came", () => {
  const turns = new Turns(2);
  const { called, leave } = joined(turns, "abcde");
  expect(called).toEqual([]);
  turns.open();
  expect(called).toEqual(["a", "b"]);
  leave("b");
  expect(called).toEqual(["a", "b", "c"]);
});

test("who leaves before its turn is not called, and who leaves twice gives one turn only", () => {
  const turns = new Turns(1);
  turns.open();
  const { called, leave } = joined(turns, "abcd");
  leave("b");
  leave("a");
  leave("a");
  expect(called).toEqual(["a", "c"]);
});

test("who joins in its turn waits like others", () => {
  const turns = new Turns(1);
  const called: string[] = [];
  turns.join(() => {
    called.push("a");
    turns.join(() => void called.push("again"));
  });
  turns.join(() => void called.push("b"));
  turns.open();
  expect(called).toEqual(["a"]);
});
