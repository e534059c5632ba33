// `/pair`: what is shown for the other machine, until that is in.
import { describe, expect, test } from "vitest";
import type { NoticeView } from "../../../../../src/client/port/screens.ts";
import { NOON } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, sitting, type Sitting } from "./tui.ts";

const LINE = `chat://chat.example.org:7444/#${"Ab9-_".repeat(8)}xyz.device.${"Zy0_-".repeat(4)}Zy`;
const OLD: NoticeView = {
  id: 4,
  at: NOON,
  kind: "notice",
  code: "own-device-added",
  message: "you have a new device: old",
  values: { device: "old" },
};

async function pairing(language = "en"): Promise<Sitting> {
  const settings = { ...TALK.settings, language };
  const one = await sitting({ ...TALK, settings, notices: [OLD] }, { columns: 100, rows: 30 });
  one.screens.reply = { line: LINE, until: NOON + 600_000, qr: ["██  ██", "██  ██"] };
  await one.type("/pair", KEY.enter);
  return one;
}

describe.each([
  ["en", "another device of yours", "the other machine is your device phone now"],
  ["es", "otro dispositivo tuyo", "la otra máquina es ahora tu dispositivo phone"],
  ["pt", "outro dispositivo seu", "a outra máquina é agora o seu dispositivo phone"],
])("%s", (language, title, says) => {
  test("when the other machine is in it says so, and the line is gone; also when that is no notice any more", async () => {
    const one = await pairing(language);
    expect(one.screen()).toContain(`┌─ ${title} ─`);
    expect(one.screen()).toContain("chat-client join 'chat://");
    expect(one.screen()).not.toContain(says);
    one.screens.change({ notices: [OLD, { ...OLD, id: 5, values: { device: "phone" } }] });
    await one.settle();
    one.screens.change({ notices: [] });
    await one.settle();
    expect(one.screen()).toContain(says);
    expect(one.screen()).not.toContain("chat-client join");
    await one.type(KEY.escape);
    expect(one.screen()).not.toContain(title);
  });
});

test("that somebody else came in its place stands there, too", async () => {
  const one = await pairing();
  const alarm = { ...OLD, id: 6, kind: "alarm", code: "pairing-false", message: "somebody else came" } as const;
  one.screens.change({ notices: [OLD, alarm] });
  await one.settle();
  const box = one.screen().slice(0, one.screen().indexOf("└─"));
  expect(box).toContain("somebody else came");
  expect(box).not.toContain("chat-client join");
});
