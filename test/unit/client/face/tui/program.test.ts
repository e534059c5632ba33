// The full terminal locked, beside its picture, and as a run: the terminal is given back whatever happens.
import { describe, expect, test } from "vitest";
import { Fault } from "../../../../../src/model/fault.ts";
import { LEAVING } from "../../../../../src/client/face/tui/ground/modes.ts";
import { busyView, saidBy } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, Sitting, sitting } from "./tui.ts";

describe("locked", () => {
  test("nothing of what was said is on the screen, in the title or in a notification, and no key does anything but unlock", async () => {
    const one = await sitting(busyView());
    await one.type("a secret draft", KEY.f8);
    one.screens.ring({ conversation: "@bruno", title: "Bruno", text: "psst", isMention: false });
    await one.settle();
    const shown = one.screen();
    for (const word of ["Bruno", "bruno", "general", "draft", "welcome", "compared", "unread"])
      expect(shown).not.toContain(word);
    expect(shown).toContain("TLS 1.3");
    expect(one.terminal.titles.at(-1)).toBe("Mutual");
    expect(one.window.writes.join("")).not.toMatch(/psst|notify;Bruno/);
    await one.type(KEY.altDown, KEY.f3, "\x0b", KEY.tab);
    expect(one.wants()).toEqual([{ want: "lock" }]);
  });

  test("the passphrase is not shown, and what was written comes back", async () => {
    const one = await sitting(TALK);
    await one.type("a draft", KEY.f8, "hunter2");
    expect(one.screen()).toContain("*******");
    expect(one.window.writes.join("")).not.toContain("hunter");
    await one.type(KEY.enter);
    expect(one.wants().at(-1)).toEqual({ want: "unlock", passphrase: "hunter2" });
    expect(one.screen()).toContain("> a draft");
  });

  test.each([
    ["en", "forgotten? without it nobody opens this; a backup helps: chat-client restore"],
    ["es", "¿olvidada? sin ella nadie abre esto; ayuda una copia: chat-client restore"],
    ["pt", "esquecida? sem ela ninguém abre isto; uma cópia ajuda: chat-client restore"],
  ])("after three wrong ones it says what helps (%s)", async (language, says) => {
    const one = await sitting({ ...TALK, settings: { ...TALK.settings, language } }, { columns: 100 });
    await one.type(KEY.f8);
    for (let wrong = 1; wrong <= 3; wrong += 1) {
      expect(one.screen()).not.toContain(says);
      one.screens.refusal = new Fault("wrong-passphrase", "that is not the passphrase of this vault");
      await one.type("hunter2", KEY.enter);
    }
    expect(one.screen()).toContain(says);
    expect(one.screen()).toContain("/pair");
    const hint = "wait 2 s, then try again";
    one.screens.refusal = new Fault("too-many-tries", "it was wrong 3 times", { hint });
    await one.type("hunter2", KEY.enter);
    expect(one.screen()).toContain(language === "en" ? `it was wrong 3 times; ${hint}` : "; ");
    await one.type("h");
    expect(one.screen()).toContain(says);
  });

  test("what helps is whole at 60 columns", async () => {
    const one = await sitting(TALK, { columns: 60, rows: 15 });
    await one.type(KEY.f8);
    for (let wrong = 1; wrong <= 3; wrong += 1) {
      one.screens.refusal = new Fault("wrong-passphrase", "that is not the passphrase of this vault");
      await one.type("hunter2", KEY.enter);
    }
    const shown = one.screen().replaceAll(/[│\s]+/g, " ");
    expect(shown).toContain("without it nobody opens this; a backup helps: chat-client restore");
    expect(shown).toContain("/pair on your other device, chat-client recover, an invitation");
  });

  test("that somebody is there is told to the model, which locks by itself; not with every key", async () => {
    const one = await sitting(TALK);
    const told = (): number => one.screens.done.filter(({ want }) => want === "awake").length;
    const before = told();
    await one.type("x", "y", "z");
    expect(told() - before).toBeLessThanOrEqual(1);
    one.clock.pass(10_000);
    await one.type("x");
    expect(told() - before).toBeLessThanOrEqual(2);
    expect(told()).toBeGreaterThan(1);
    one.screens.change({ locked: true });
    one.clock.pass(10_000);
    const locked = told();
    await one.type("x");
    expect(told()).toBe(locked);
  });
});

describe("beside the picture", () => {
  test("rings, when the person looks elsewhere", async () => {
    const one = await sitting(TALK);
    one.screens.ring({ conversation: "#general", title: "#general", text: "seen anyway", isMention: false });
    await one.type("\x1b[O");
    one.screens.ring({ conversation: "#general", title: "#general", text: "hello", isMention: false });
    await one.settle();
    expect(one.terminal.bells).toBe(1);
    expect(one.window.writes.join("")).toContain("\x1b]777;notify;#general;hello\x1b\\");
    expect(one.window.writes.join("")).not.toContain("seen anyway");
  });

  test("the window says how much is new", async () => {
    const one = await sitting({ ...TALK, unread: 3 });
    expect(one.terminal.titles.at(-1)).toBe("(3) #general - Mutual");
  });
});

describe("the run", () => {
  test.each(["stop", "quit", "end of input", "the client ends", "a defect"] as const)(
    "%s: the terminal is as it was",
    async (how) => {
      const one = await sitting(TALK, { suspend: () => Promise.reject(new Error("x")) });
      expect(one.keyboard.isRaw).toBe(true);
      expect([...one.exits]).toEqual([LEAVING]);
      if (how === "stop") one.stop.abort();
      if (how === "quit") await one.type("/quit", KEY.enter);
      if (how === "end of input") one.keyboard.emit("end");
      if (how === "the client ends") one.ended.resolve({ how: "failed", error: new Error("x") });
      if (how === "a defect") {
        await one.type("\x1a");
      }
      await one.settle();
      const left = await one.left;
      await one.settle();
      expect(left.how).toBe(
        { stop: "stopped", quit: "done", "end of input": "done", "the client ends": "failed", "a defect": "failed" }[
          how
        ],
      );
      expect(one.keyboard.isRaw).toBe(false);
      expect(one.terminal.xterm.buffer.active.type).toBe("normal");
      expect(one.terminal.xterm.modes).toMatchObject({
        bracketedPasteMode: false,
        sendFocusMode: false,
        wraparoundMode: true,
      });
      expect(one.exits.size).toBe(0);
      expect(one.keyboard.listenerCount("data")).toBe(0);
      const written = one.window.writes.length;
      one.screens.change({ unread: 9 });
      one.clock.pass(10_000);
      expect(one.window.writes).toHaveLength(written);
    },
  );

  test("Ctrl+C asks before it leaves, and first takes away what is written", async () => {
    const one = await sitting(TALK);
    await one.type("text", "\x03");
    expect(one.screen()).not.toContain("text");
    await one.type("\x03", "x", KEY.backspace, "\x03");
    expect(one.screen()).toContain("press it again to leave");
    await one.type("\x03");
    expect((await one.left).how).toBe("done");
  });

  test("at most 30 frames a second, and none when nothing changed", async () => {
    const one = await sitting(TALK);
    const before = one.window.writes.length;
    for (let ms = 0; ms < 1_000; ms += 5) {
      one.screens.addItems(saidBy("bruno", `feed ${ms}`, { n: 1_000 + ms }));
      one.clock.pass(5);
    }
    expect(one.window.writes.length - before).toBeLessThanOrEqual(31);
    expect(one.window.writes.length - before).toBeGreaterThan(20);
    one.clock.pass(100);
    const rested = one.window.writes.length;
    one.clock.pass(10_000);
    expect(one.window.writes).toHaveLength(rested);
  });

  test("a terminal that does not keep up is not written to until it does", async () => {
    const one = await sitting(TALK);
    one.window.writableLength = 1_000_000;
    const before = one.window.writes.length;
    one.screens.addItems(saidBy("bruno", "later", { n: 50 }));
    one.clock.pass(1_000);
    expect(one.window.writes).toHaveLength(before);
    one.window.writableLength = 0;
    one.clock.pass(100);
    await one.settle();
    expect(one.screen()).toContain("later");
  });

  test("Ctrl+Z gives the terminal back, and takes it again when it goes on", async () => {
    const paused = Promise.withResolvers<void>();
    const one = await sitting(TALK, { suspend: () => paused.promise });
    await one.type("\x1a");
    expect(one.keyboard.isRaw).toBe(false);
    expect(one.terminal.xterm.buffer.active.type).toBe("normal");
    paused.resolve();
    await one.settle();
    expect(one.keyboard.isRaw).toBe(true);
    expect(one.screen()).toContain("three");
  });

  test("a mouse is optional: the wheel scrolls, a click opens what it is on", async () => {
    const one = await sitting(TALK, { withMouse: true });
    expect(one.terminal.xterm.modes.mouseTrackingMode).toBe("vt200");
    await one.type("\x1b[<0;3;2M\x1b[<0;3;2m");
    expect(one.wants()).toEqual([{ want: "open", conversation: "#ops" }]);
    await one.type("\x1b[<64;30;5M\x1b[<65;30;5M");
    expect((await sitting(TALK)).terminal.xterm.modes.mouseTrackingMode).toBe("none");
  });

  test("keys can be bound anew; one that nobody knows is refused before the terminal is touched", async () => {
    const one = await sitting(TALK, { keys: { "ctrl+g": "switch", "ctrl+k": "none" } });
    await one.type("\x0b");
    expect(one.screen()).not.toContain("go to");
    await one.type("\x07");
    expect(one.screen()).toContain("go to");
    const bad = new Sitting(TALK, { keys: { "ctrl+g": "explode" } });
    await expect(bad.left).rejects.toThrow('nothing is called "explode"');
    expect(bad.window.writes).toEqual([]);
  });
});
