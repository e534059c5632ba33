// Commands and papers at the full terminal.
import { describe, expect, test } from "vitest";
import { bindingsWith } from "../../../../../src/client/face/tui/scene/bindings.ts";
import { heard } from "../../../../../src/client/face/tui/scene/said.ts";
import { type Stage, START } from "../../../../../src/client/face/tui/scene/state.ts";
import { sayIn } from "../../../../../src/client/face/tui/words/say.ts";
import { languageOf } from "../../../../../src/client/face/words/say.ts";
import { usageWords } from "../../../../../src/client/face/words/usage.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import { messageId } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, sitting } from "./tui.ts";

describe("commands", () => {
  test.each([
    ["/react ^ 👍", { do: "react", to: "#general", message: messageId(3), emoji: "👍", on: true }],
    ["/edit ^ anew", { do: "edit", to: "#general", message: messageId(2), text: "anew" }],
    ["/file ~/plan.pdf", { do: "file", to: "#general", path: "/home/alice/plan.pdf" }],
    ['/file "~/my plan.pdf" look', { do: "file", to: "#general", path: "/home/alice/my plan.pdf", text: "look" }],
    ["/file ~bruno/plan~/x", { do: "file", to: "#general", path: "~bruno/plan~/x" }],
    ["/who", { do: "members", to: "#general" }],
    ["/devices", { do: "devices" }],
    ["/create plans", { do: "create", name: "plans", join: "invite", listed: false, history: "none" }],
  ])("%s", async (typed, command) => {
    const one = await sitting(TALK);
    await one.type(typed, KEY.enter);
    expect(one.screens.asked).toEqual([command]);
  });

  test.each([
    ["/pin", { want: "pin", conversation: "#general", on: true }],
    ["/archive off", { want: "archive", conversation: "#general", on: false }],
    ["/level mentions", { want: "level", conversation: "#general", level: "mentions" }],
    ["/nick bruno Bear", { want: "nickname", user: "bruno", name: "Bear" }],
    ["/theme light", { want: "settings", change: { theme: "light" } }],
    ["/quiet 22:00-7:30", { want: "settings", change: { quiet: { from: 1320, to: 450 } } }],
    ["/to ops", { want: "open", conversation: "#ops" }],
    ["/next", { want: "open", conversation: "#ops" }],
    ["/unread ^", { want: "mark-unread", message: messageId(3) }],
    ["/search plan", { want: "search", query: "plan" }],
  ])("%s", async (typed, intent) => {
    const one = await sitting(TALK);
    await one.type(typed, KEY.enter);
    expect(one.wants()).toEqual([intent]);
  });

  test("what is not understood is said, and can be put right", async () => {
    const one = await sitting(TALK);
    await one.type("/level loud", KEY.enter);
    expect(one.screen()).toContain("error: /level cannot be understood like this");
    expect(one.screen()).toContain("> /level loud");
    await one.type("\x15", "/nonsense", KEY.enter);
    expect(one.screen()).toContain("error: there is no command /nonsense");
  });

  test.each([false, true])("/help of what is no command is an error like any other (inline: %s)", async (isInline) => {
    const one = await sitting(TALK, { isInline });
    let left = "";
    void one.left.then(({ how }) => (left = how));
    await one.type("/help quote", KEY.enter);
    expect(one.screen()).toContain("error: there is no command /quote");
    expect(one.screen()).toContain("> /help quote");
    expect(left).toBe("");
  });

  test.each([
    ["/help archive", "/archive [off]  put it away"],
    ["/help next", "/next  the conversation below"],
    ["/help /quit", "/quit  leave"],
    ["/help constructor", "error: there is no command /constructor"],
  ])("%s: every command that can be typed has its line, and nothing else", async (typed, says) => {
    const one = await sitting(TALK);
    await one.type(typed, KEY.enter);
    expect(one.screen()).toContain(says);
  });

  test("a fault of what a key does is said, and ends nothing", () => {
    const view = { ...TALK };
    Object.defineProperty(view, "conversations", {
      get: () => {
        throw new Fault("made-up", "this cannot be");
      },
    });
    const stage = { view, bindings: bindingsWith({}), say: sayIn("en") } as unknown as Stage;
    const { ui, effects } = heard(START, { said: "key", chord: "alt+down" }, stage);
    expect(ui.saying).toEqual({ text: "this cannot be", isFault: true });
    expect(effects).toEqual([]);
  });

  test("what the model refuses is said with what to do", async () => {
    const one = await sitting(TALK);
    one.screens.refusal = new Fault("no-such-user", "nobody is called zoe", { hint: "/users lists all" });
    await one.type("/add zoe", KEY.enter);
    expect(one.screen()).toContain("error: nobody is called zoe; /users lists all");
  });

  test.each([
    [
      "en",
      "the name of a room has no spaces: for example #team-plans",
      "/add: the name of a user is missing",
      '"b%d" cannot be the name of a user; a name has a-z',
    ],
    [
      "es",
      "el nombre de una sala no lleva espacios: por ejemplo #team-plans",
      "/add: falta el nombre de alguien",
      '"b%d" no puede ser el nombre de nadie; un nombre tiene a-z',
    ],
    [
      "pt",
      "o nome de uma sala não tem espaços: por exemplo #team-plans",
      "/add: falta o nome de alguém",
      '"b%d" não pode ser o nome de ninguém; um nome tem a-z',
    ],
  ])("a name with spaces, nobody named, and what is no name are said as such (%s)", async (language, ...says) => {
    const [spaced, nobody, wrong] = says;
    const one = await sitting({ ...TALK, settings: { ...TALK.settings, language } }, { columns: 160 });
    await one.type("/create Team plans", KEY.enter);
    expect(one.screen()).toContain(spaced);
    await one.type("\x15", "/add", KEY.enter);
    expect(one.screen()).toContain(nobody);
    expect(one.screen()).toContain(usageWords("/add USER …", languageOf(language)));
    await one.type("\x15", "/add B%D", KEY.enter);
    expect(one.screen()).toContain(wrong);
    expect(one.screens.asked).toEqual([]);
  });

  test.each(["/file ~/nothing.pdf", "/to @zoe", "/add zoe", "/person zoe", "/export html ~/x"])(
    "%s, which cannot be done, is there again to be put right",
    async (typed) => {
      const one = await sitting(TALK);
      one.refusal = one.screens.refusal = new Fault("made-up", "it is not there");
      await one.type(typed, KEY.enter);
      expect(one.screen()).toContain("it is not there");
      await one.type(KEY.escape);
      expect(one.screen()).toContain(`> ${typed}`);
    },
  );

  test("what cannot be done late disturbs nobody who writes, or is elsewhere; nor does a file that was given up", async () => {
    const fails = async (...meanwhile: readonly string[]): Promise<string> => {
      const one = await sitting(TALK);
      const answer = Promise.withResolvers<never>();
      one.screens.ask = () => answer.promise;
      await one.type("/file plan.pdf", KEY.enter, ...meanwhile);
      const code = meanwhile.length === 0 ? "transfer-cancelled" : "made-up";
      answer.reject(new Fault(code, "it is not there"));
      await one.settle();
      expect(one.screen()).toContain("it is not there");
      return one.screen();
    };
    expect(await fails("hello")).toContain("> hello");
    expect(await fails("/to ops", KEY.enter)).not.toContain("> /file");
    expect(await fails()).not.toContain("> /file");
  });

  test.each([
    ["en", "@bruno is in it already"],
    ["es", "@bruno ya está dentro"],
    ["pt", "@bruno já está dentro"],
  ])("/add of who is in already says so (%s)", async (language, says) => {
    const one = await sitting({ ...TALK, settings: { ...TALK.settings, language } });
    one.screens.reply = { epoch: 3, there: true };
    await one.type("/add bruno", KEY.enter);
    expect(one.screens.asked).toEqual([{ do: "add", to: "#general", user: "bruno" }]);
    expect(one.screen()).toContain(says);
  });

  test("/passphrase: the one until now, a new one, the same again; none of them is ever on the screen", async () => {
    const one = await sitting({ ...TALK, settings: { ...TALK.settings, hasPassphrase: true } });
    await one.type("/passphrase", KEY.enter, "swordfish", KEY.enter, "short", KEY.enter);
    expect(one.screen()).toContain("a passphrase has at least 8 characters");
    await one.type("hippopotamus");
    expect(one.screen()).toContain("weak: longer is better");
    await one.type(" umbrella lantern pickle");
    expect(one.screen()).toContain("good, unless it stands in a book");
    await one.type(KEY.enter, "another one", KEY.enter);
    expect(one.screen()).toContain("the two were not the same");
    await one.type("hippopotamus umbrella", KEY.enter, "hippopotamus umbrella");
    expect(one.screen()).not.toMatch(/swordfish|hippopotamus/);
    await one.type(KEY.enter);
    expect(one.screen()).toContain("the passphrase is the new one now");
    expect(one.wants()).toContainEqual({ want: "passphrase", before: "swordfish", next: "hippopotamus umbrella" });
  });

  test("/passphrase with nothing typed, or Esc, leaves it as it is", async () => {
    const one = await sitting(TALK);
    await one.type("/passphrase", KEY.enter, KEY.enter, "/passphrase", KEY.enter, "hippopotamus", KEY.escape);
    expect(one.wants()).toEqual([]);
    expect(one.screen()).not.toContain("a new passphrase");
  });

  test("devices are a list: r asks, y puts out", async () => {
    const one = await sitting(TALK);
    const device = { name: "laptop", user: "alice", verified: true };
    one.screens.reply = {
      devices: [
        { ...device, device: "aa".repeat(16), current: true },
        { ...device, device: "bb".repeat(16), current: false, how: "invitation" },
      ],
    };
    await one.type(KEY.f4, KEY.down, "r");
    expect(one.screen()).toContain("put the device bbbbbbbb out, for ever?");
    await one.type("n");
    expect(one.screens.asked).toEqual([{ do: "devices" }]);
    await one.type(KEY.f4, KEY.down, "r", "y");
    expect(one.screens.asked.at(-1)).toEqual({ do: "revoke", device: "bb".repeat(16) });
  });

  test("a person has a safety number with its picture; that it is the same is asked again", async () => {
    const one = await sitting(TALK, { columns: 100, rows: 40 });
    await one.type("/verify bruno", KEY.enter);
    expect(one.screen()).toContain("not compared yet");
    expect(one.screen()).toContain("██ ▄▄▄▄▄ █");
    await one.type("v", "y");
    expect(one.screens.asked).toEqual([{ do: "trust", user: "bruno", verified: true }]);
  });

  test("settings turn with the arrows", async () => {
    const one = await sitting(TALK);
    await one.type(KEY.f5, "\x1b[C", KEY.down, KEY.enter);
    expect(one.wants()).toEqual([
      { want: "settings", change: { theme: "light" } },
      { want: "settings", change: { notifications: false } },
    ]);
  });
});

describe("the language", () => {
  test("is another one with a key in the settings, or by its command", async () => {
    const one = await sitting(TALK);
    await one.type(KEY.f5, KEY.up, "\x1b[F", "\x1b[C", KEY.escape, "/language pt", KEY.enter);
    expect(one.wants()).toEqual([
      { want: "settings", change: { language: "es" } },
      { want: "settings", change: { language: "pt" } },
    ]);
    await one.type("/language klingon", KEY.enter);
    expect(one.screen()).toContain("erro: /language");
  });

  test("is that of the screen at once, what stood there before included", async () => {
    const one = await sitting(TALK, { columns: 100, rows: 20 });
    expect(one.screen()).toContain("end-to-end encrypted");
    one.screens.change({ settings: { ...one.screens.view.settings, language: "es" } });
    await one.settle();
    expect(one.screen()).toContain("cifrado de extremo a extremo");
    expect(one.screen()).toMatch(/ tú ..?│ two/);
    one.screens.change({ settings: { ...one.screens.view.settings, language: "pt" } });
    await one.settle();
    expect(one.screen()).toContain("cifrado de ponta a ponta");
    expect(one.screen()).toMatch(/você ..?│ two/);
  });
});
