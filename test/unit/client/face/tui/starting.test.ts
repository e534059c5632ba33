// A terminal that has just been opened, while what was missed comes.
import { describe, expect, test } from "vitest";
import type { LinkView } from "../../../../../src/client/port/screens.ts";
import { openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { sitting } from "./tui.ts";

const linked = (state: LinkView["state"]): LinkView => ({ state, waiting: 0 });

describe("a start", () => {
  test("what was missed comes while it connects: it begins with the first of that; who has looked elsewhere meanwhile stays there", async () => {
    const said = Array.from({ length: 90 }, (_, at) => saidBy("bruno", `number ${at}.`, { n: at + 1 }));
    const unread = { item: "unread", key: "unread", count: 50 } as const;
    const whole = [...said.slice(0, 40), unread, ...said.slice(40)];
    const [connecting, connected] = [linked("connecting"), linked("connected")];
    const seen = async (...keys: readonly string[]): Promise<string> => {
      const one = await sitting(
        { ...openView("#general", said.slice(0, 40)), link: connecting },
        { columns: 80, rows: 24 },
      );
      expect(one.screen()).toContain("number 39.");
      if (keys.length > 0) await one.type(...keys);
      one.screens.change({ ...openView("#general", whole), link: connecting });
      one.screens.change({ link: connected });
      await one.type("");
      return one.screen();
    };
    const first = await seen();
    expect([first.includes("50 unread"), first.includes("number 40."), first.includes("number 89.")]).toEqual([
      true,
      true,
      false,
    ]);
    const elsewhere = await seen("\x1b[5~");
    expect([elsewhere.includes("50 unread"), elsewhere.includes("number 20.")]).toEqual([false, true]);
  });

  test("says that there are no conversations once it is known", async () => {
    const one = await sitting({ ...openView("#general", []), conversations: [], link: linked("connecting") });
    expect(one.screen()).not.toContain("no conversations");
    one.screens.change({ link: linked("reconnecting") });
    await one.type("");
    expect(one.screen()).toContain("no conversations");
  });
});
