// What a terminal still answers when this program leaves must not be typed into the shell.
import { expect, test } from "vitest";
import { TALK } from "./talk.ts";
import { Sitting } from "./tui.ts";

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const QUIT = "\x11";

async function leaving(): Promise<Sitting> {
  const one = new Sitting(TALK, { isMute: true });
  await turn();
  one.keyboard.emit("data", Buffer.from(QUIT));
  await turn();
  return one;
}

test("it is waited for, with keys unseen, and no longer than until it has come", async () => {
  const one = await leaving();
  // The screen is there as it was before; what comes now is not shown and not left for others.
  expect(one.window.writes.at(-1)).toContain("\x1b[?1049l");
  expect(one.keyboard.isRaw).toBe(true);
  expect(one.keyboard.listenerCount("data")).toBe(1);
  const written = one.window.writes.length;
  one.keyboard.emit(
    "data",
    Buffer.from("\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62"),
  );
  await turn();
  expect(one.keyboard.isRaw).toBe(true);
  one.keyboard.emit("data", Buffer.from(";4c"));
  expect((await one.left).how).toBe("done");
  expect(one.keyboard.isRaw).toBe(false);
  expect(one.keyboard.listenerCount("data")).toBe(0);
  expect(one.window.writes).toHaveLength(written);
});

test("a terminal that does not answer is waited for until 100 ms after the last question", async () => {
  const one = await leaving();
  one.clock.pass(99);
  await turn();
  expect(one.keyboard.isRaw).toBe(true);
  one.clock.pass(1);
  expect((await one.left).how).toBe("done");
  expect(one.keyboard.isRaw).toBe(false);
});

test("later, and where everything was answered, nobody waits", async () => {
  const late = new Sitting(TALK, { isMute: true });
  await turn();
  late.clock.pass(100);
  late.keyboard.emit("data", Buffer.from(QUIT));
  expect((await late.left).how).toBe("done");
  const answered = new Sitting(TALK, { isMute: true });
  await turn();
  answered.keyboard.emit("data", Buffer.from(`\x1b[?1;2c${QUIT}`));
  expect((await answered.left).how).toBe("done");
});
