// What a person types, as the command that the client is asked, and what is said to lines that make no sense.
import { describe, expect, test } from "vitest";
import { readCommand } from "../../../../src/client/app/commands.ts";
import { HELP } from "../../../../src/client/face/lines/plain-commands.ts";
import type { Command, Reply } from "../../../../src/client/port/client.ts";
import { Fault } from "../../../../src/model/fault.ts";
import { clientThat, text } from "../../../kit/lines.ts";
import { ALICE, event, id, message, plain } from "./plain-face.ts";

const HERE = "#lobby";
const HOUR = 3_600_000;

async function typed(...lines: readonly string[]) {
  const { face, printed, complaints, both, places } = plain(true);
  face.show(message("theirs", { message: id("aaaa1111"), seq: 1 }));
  face.show(message("mine", { message: id("bbbb2222"), seq: 2, mine: true, from: ALICE }));
  const file = { name: "x.pdf", type: "application/pdf", bytes: 9 };
  face.show(message("", { message: id("cccc3333"), seq: 3, file }));
  face.show(message("late", { message: id("dddd4444"), seq: 4 }));
  face.show(event("progress", { id: id("eeee5555"), way: "up", name: "y", stage: "moving", bytes: 0, total: 1 }));
  for (const kept of [printed, both]) kept.length = 0;
  const client = clientThat(answer);
  for (const line of lines) await face.onLine(text(line), client);
  return {
    asked: client.asked.filter(({ do: name }) => name !== "read" || lines.includes("/read")),
    complaints,
    printed,
    places,
  };
}

function answer({ do: name }: Command): Reply {
  if (name === "join") return { state: "member" };
  if (name === "create") return { conversation: "#plans" };
  if (name === "verify") return { user: "carol", name: "Carol", safetyNumber: "1 2", verified: true };
  return {
    messages: [],
    members: [],
    users: [],
    devices: [],
    conversations: [{ conversation: "#plans", id: id("9") }],
    certificates: [],
    device: "",
    line: "",
    qr: [],
    until: 0,
  };
}

/** What is typed, and what is asked. */
const TYPED: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["hello", { do: "send", to: HERE, text: "hello" }],
  ["//who", { do: "send", to: HERE, text: "/who" }],
  ["/reply ^ ok  then", { do: "send", to: HERE, text: "ok  then", replyTo: id("dddd4444") }],
  ["/reply ^4 you", { do: "send", to: HERE, text: "you", replyTo: id("aaaa1111") }],
  ["/expiring 10m psst", { do: "send", to: HERE, text: "psst", expire: 600 }],
  ["/edit ^ better", { do: "edit", to: HERE, message: id("bbbb2222"), text: "better" }],
  ["/edit 2222 better", { do: "edit", to: HERE, message: id("bbbb2222"), text: "better" }],
  ["/delete ^", { do: "delete", to: HERE, message: id("bbbb2222") }],
  ["/delete 4444", { do: "delete", to: HERE, message: id("dddd4444") }],
  [`/delete ${id("f")}`, { do: "delete", to: HERE, message: id("f") }],
  ["/react ^ 👍", { do: "react", to: HERE, message: id("dddd4444"), emoji: "👍", on: true }],
  ["/unreact AAAA1111 👍", { do: "react", to: HERE, message: id("aaaa1111"), emoji: "👍", on: false }],
  ["/file /tmp/a.pdf", { do: "file", to: HERE, path: "/tmp/a.pdf" }],
  ['/file "/tmp/a b.pdf" look  here', { do: "file", to: HERE, path: "/tmp/a b.pdf", text: "look  here" }],
  ["/file '/tmp/it is.pdf' look", { do: "file", to: HERE, path: "/tmp/it is.pdf", text: "look" }],
  [String.raw`/file /tmp/a\ b\(1\).pdf`, { do: "file", to: HERE, path: "/tmp/a b(1).pdf" }],
  [String.raw`/file C:\Users\bob\a.pdf`, { do: "file", to: HERE, path: String.raw`C:\Users\bob\a.pdf` }],
  ["/save ^", { do: "save", message: id("cccc3333"), path: ".", replace: false }],
  ["/save ^ ~", { do: "save", message: id("cccc3333"), path: "/home/alice", replace: false }],
  ["/file ~/x.pdf", { do: "file", to: HERE, path: "/home/alice/x.pdf" }],
  ['/save ^ "my files"', { do: "save", message: id("cccc3333"), path: "my files", replace: false }],
  ["/pause", { do: "pause", message: id("eeee5555") }],
  ["/resume 5555", { do: "resume", message: id("eeee5555") }],
  ["/cancel ^", { do: "cancel", message: id("eeee5555") }],
  ["/history", { do: "history", to: HERE, before: undefined, limit: 20 }],
  ["/history 500", { do: "history", to: HERE, before: undefined, limit: 500 }],
  ["/history @bob 5", { do: "history", to: "@bob", before: undefined, limit: 5 }],
  ['/search from:bob "a  b"', { do: "search", query: 'from:bob "a  b"', limit: 50 }],
  ["/read", { do: "read", to: HERE, seq: undefined }],
  ["/conversations", { do: "conversations" }],
  ["/create Plans", { do: "create", name: "plans", join: "invite", listed: false, history: "none" }],
  ["/create x history 7 listed ask", { do: "create", name: "x", join: "ask", listed: true, history: 7 }],
  ["/join plans", { do: "join", to: "#plans" }],
  ["/leave", { do: "leave", to: HERE }],
  ["/leave #plans", { do: "leave", to: "#plans" }],
  ["/topic #1 is  tea", { do: "topic", to: HERE, text: "#1 is  tea" }],
  ["/topic -", { do: "topic", to: HERE, text: "" }],
  ["/rename ideas", { do: "rename", to: HERE, text: "ideas" }],
  ["/policy #plans open unlisted", { do: "policy", to: "#plans", join: "open", listed: false }],
  ["/policy history all", { do: "policy", to: HERE, history: "all" }],
  ["/expire 2w", { do: "expire", to: HERE, seconds: 1_209_600 }],
  ["/expire @bob off", { do: "expire", to: "@bob", seconds: 0 }],
  ["/mute", { do: "mute", to: HERE, until: "for-ever" }],
  ["/mute #plans 8h", { do: "mute", to: "#plans", until: Date.UTC(2026, 10, 21, 8) + 8 * HOUR }],
  ["/mute off", { do: "mute", to: HERE, until: "unmute" }],
  ["/privacy", { do: "privacy", to: HERE }],
  ["/privacy @bob typing off", { do: "privacy", to: "@bob", typing: false }],
  ["/disband #plans", { do: "disband", to: "#plans" }],
  ["/who", { do: "members", to: HERE }],
  [`/who ${id("9")}`, { do: "members", to: id("9") }],
  ["/users bo", { do: "users", query: "bo" }],
  ["/add @Carol", { do: "add", to: HERE, user: "carol" }],
  ["/remove #plans carol", { do: "remove", to: "#plans", user: "carol" }],
  ["/approve carol", { do: "approve", to: HERE, user: "carol" }],
  ["/deny #plans @carol", { do: "deny", to: "#plans", user: "carol" }],
  ["/role #plans carol admin", { do: "role", to: "#plans", user: "carol", role: "admin" }],
  ["/verify @carol", { do: "verify", user: "carol" }],
  ["/trust carol", { do: "trust", user: "carol", verified: true }],
  ["/distrust carol", { do: "trust", user: "carol", verified: false }],
  ["/devices", { do: "devices" }],
  ["/devices carol", { do: "devices", user: "carol" }],
  ["/audit", { do: "audit" }],
  ["/audit @Bob", { do: "audit", user: "bob" }],
  ["/revoke 4F1C09AA", { do: "revoke", device: "4F1C09AA" }],
  ["/revoke 'old laptop'", { do: "revoke", device: "old laptop" }],
  ["/label 4f1c09aa old laptop", { do: "label", device: "4f1c09aa", label: "old laptop" }],
  ['/label "old laptop" phone', { do: "label", device: "old laptop", label: "phone" }],
  ["/label phone -", { do: "label", device: "phone", label: "" }],
  ["/pair", { do: "pair" }],
  ["/invite @bob", { do: "admin", request: { do: "invite", user: "bob" } }],
  ["/admin users", { do: "admin", request: { do: "users" } }],
  [
    '/admin invite @bob uses=3 lastsMs=7d name="Bob B."',
    { do: "admin", request: { do: "invite", user: "bob", uses: 3, lastsMs: 168 * HOUR, name: "Bob B." } },
  ],
  ["/whoami", { do: "whoami" }],
  ["/link down", { do: "link", state: "down" }],
];

describe("typed commands", () => {
  test.each(TYPED)("%s", async (line, expected) => {
    const { asked, complaints } = await typed(line);
    expect(complaints).toEqual([]);
    expect(asked).toStrictEqual([expected]);
  });

  test("there is one for each command of --json but typing, which is for programs", () => {
    const typable = new Set([...TYPED.map(([, asked]) => asked["do"]), "quit", "typing"]);
    expect(typable).toEqual(new Set(knownToPrograms()));
  });

  test("several users are asked for one after the other, and the first mistake ends it", async () => {
    const { asked, complaints } = await typed("/add carol @dave", "/add erin B%D frank");
    expect(asked).toMatchObject([{ user: "carol" }, { user: "dave" }, { user: "erin" }]);
    expect(complaints[0]).toBe('error: "b%d" cannot be the name of a user');
  });

  test.each([
    ["/dance", "there is no command /dance"],
    ["/", "there is no command /"],
    ["/__proto__", "there is no command /__proto__"],
    ["/constructor x", "there is no command /constructor"],
    ["/role carol", "/role: role is not one of: owner, admin, member"],
    ["/role carol king", "/role: role is not one of: owner, admin, member"],
    ["/role carol admin now", "/role cannot be understood like this"],
    ["/add", "/add: the name of a user is missing"],
    ["/topic", "/topic cannot be understood like this"],
    ["/topic\u001b[2J", "there is no command /topic␛[2J"],
    ["/privacy do quit", "/privacy cannot be understood like this"],
    ["/privacy do on", "/privacy cannot be understood like this"],
    ["/privacy typing", "/privacy cannot be understood like this"],
    ["/expire soon", "/expire: seconds is not 0 or whole seconds from 5 to 31536000"],
    ["/expire 1s", "/expire: seconds is not 0 or whole seconds from 5 to 31536000"],
    ["/expiring x hello", "/expiring: expire is not whole seconds from 5 to 31536000"],
    ["/mute soon", "/mute: until is not a time"],
    ["/history 0", "/history: limit is not a whole number from 1 to 500"],
    ["/create", "the name of a room has lower-case letters and digits, and between them dots, hyphens and underscores"],
    ["/create Team plans", "the name of a room has no spaces: for example #team-plans"],
    ["/create #Team  plans q&a open", "the name of a room has no spaces: for example #team-plans"],
    ["/create x listed someday", "/create: join is not one of: open, ask, invite"],
    ["/rename Year 2027", "the name of a room has no spaces: for example #year-2027"],
    ["/policy", "/policy: join is missing"],
    ["/disband", "/disband: to is missing or not a text"],
    ["/disband @bob", "/disband cannot be understood like this"],
    ["/react ^", "a reaction is one emoji"],
    ["/react ^9 👍", "no message like this in #lobby"],
    ["/react", "this names no message"],
    ["/react xyz 👍", "this names no message"],
    ["/react ^^ 👍", "this names no message"],
    ["/delete 111", "this names no message"],
    ["/delete ffff", "no message like this in #lobby"],
    ["/cancel 9999", "no such file is on its way"],
    ["/to", "there is no such conversation here"],
    ["/to @b%b", "there is no such conversation here"],
    ["/to #nowhere", "there is no such conversation here"],
    ["/admin usres", 'there is no act "usres"'],
    ["/admin users bob", '"bob" is no FIELD=VALUE'],
    ["/admin invite uses=many", 'uses is not a number or a time: "many"'],
    ["/link sideways", "/link: state is not one of: up, down"],
    ["/whoami really", "/whoami cannot be understood like this"],
  ])("%s: %s, with a hint, and nothing is done", async (line, sentence) => {
    const { asked, complaints } = await typed(line);
    expect(complaints[0]).toBe(`error: ${sentence}`);
    expect(complaints.slice(1).every((one) => one.startsWith("hint: "))).toBe(true);
    expect(asked.filter(({ do: name }) => name !== "history" && name !== "conversations")).toEqual([]);
  });

  test("/help fits into 80 columns, names every command once, and tells of one", async () => {
    expect(HELP.filter((line) => line.length > 80)).toEqual([]);
    const named = HELP.flatMap((line) => /^ {2}\/([a-z]+)/.exec(line)?.[1] ?? []);
    const wanted = [...TYPED.flatMap(([line]) => /^\/([a-z]+)/.exec(line)?.[1] ?? []), "to", "help", "quit"];
    expect(new Set(named)).toEqual(new Set(wanted));
    expect(named.length).toBe(new Set(named).size);
    expect((await typed("/help /role")).printed).toEqual([HELP.find((line) => line.startsWith("  /role"))]);
    expect((await typed("/help")).printed).toEqual(HELP);
    const acts = (await typed("/admin")).printed;
    expect(acts.filter((line) => line.length > 80)).toEqual([]);
    expect(acts).toEqual(
      expect.arrayContaining([expect.stringMatching(/^ {4}role USER ROLE +owner, admin or member$/)]),
    );
  });
});

describe("where a line goes", () => {
  test("after /to it goes there, also when both were pasted at once, and the prompt says so", async () => {
    const { face, places, printed } = plain(true);
    const asked = Promise.withResolvers<Reply>();
    const client = clientThat(({ do: name }) => (name === "conversations" ? asked.promise : { members: [] }));
    const all = ["/to plans", "hello", "/who", "/to #Bob", "/to @bob", "psst"].map((line) =>
      face.onLine(text(line), client),
    );
    asked.resolve({ conversations: [{ conversation: "#plans", id: id("9"), topic: "what\nnext" }] });
    await Promise.all(all);
    expect(client.asked.filter(({ do: name }) => name === "send" || name === "members")).toMatchObject([
      { do: "send", to: "#plans", text: "hello" },
      { do: "members", to: "#plans" },
      { do: "send", to: "@bob", text: "psst" },
    ]);
    expect(places).toEqual(["#plans", "@bob"]);
    expect(printed[0]).toBe("* what you type goes to #plans now: what␊next");
  });

  test("whoever makes a room or comes into one is there; whoever leaves is in the lobby", async () => {
    expect((await typed("/create plans", "/leave", "/join #plans", "/leave #other")).places).toEqual([
      "#plans",
      "#lobby",
      "#plans",
    ]);
    const { face, places } = plain(true);
    await face.onLine(
      text("/join #plans"),
      clientThat(() => ({ state: "asked" })),
    );
    expect(places).toEqual([]);
  });

  test("a room of one's own making is named once, with where the next line goes", async () => {
    const { face, printed } = plain(true);
    const asked = Promise.withResolvers<Reply>();
    const made = face.onLine(
      text("/create plans"),
      clientThat(() => asked.promise),
    );
    const added = { id: id("9"), kind: "room", change: "renamed", was: id("9"), by: "alice" };
    face.show(event("conversation", { ...added, conversation: "#plans" }));
    asked.resolve({ conversation: "#plans" });
    await made;
    face.show(event("conversation", { ...added, conversation: "#tea" }));
    expect(printed).toEqual([
      "* you are in #plans now",
      "* what you type goes to #plans now",
      "* you are in #tea now; /to #tea goes there",
    ]);
  });

  test("leaving does not wait for a way that is still open", async () => {
    const { face } = plain(true);
    const client = clientThat(() => new Promise(() => {}));
    void face.onLine(text("/join #plans"), client);
    expect(await face.onLine(text("/quit"), client)).toBe(true);
  });

  test("a room that is renamed or left by force takes the prompt along", () => {
    const { face, places } = plain(true);
    const change = (fields: object): void => face.show(event("conversation", { id: id("9"), kind: "room", ...fields }));
    change({ conversation: "#hall", change: "renamed", was: "#lobby", by: "bob" });
    change({ conversation: "#other", change: "removed" });
    change({ conversation: "#hall", change: "removed" });
    expect(places).toEqual(["#hall", "#lobby"]);
  });

  test("whoever answers has read; what could not be sent, or was sent by a program, is no answer", async () => {
    const reads = async (isPerson: boolean, isTaken: boolean): Promise<number> => {
      const client = clientThat(() => (isTaken ? {} : Promise.reject(new Fault("denied", "no"))));
      await plain(isPerson).face.onLine(text("hi"), client);
      return client.asked.filter(({ do: name }) => name === "read").length;
    };
    expect(await Promise.all([reads(true, true), reads(true, false), reads(false, true)])).toEqual([1, 0, 0]);
  });
});

function knownToPrograms(): readonly string[] {
  try {
    readCommand({ do: "?" });
  } catch (error) {
    if (error instanceof Fault) return error.hint?.replace("there are: ", "").split(", ") ?? [];
  }
  throw new Error("there is no command of that name");
}
