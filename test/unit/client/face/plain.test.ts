import { describe, expect, test } from "vitest";
import type { ClientEvent } from "../../../../src/client/port/views.ts";
import { HELP } from "../../../../src/client/face/lines/plain-commands.ts";
import type { Reply } from "../../../../src/client/port/client.ts";
import { Fault } from "../../../../src/model/fault.ts";
import { clientThat, text } from "../../../kit/lines.ts";
import { BOB, event, id, message as messageEvent, plain } from "./plain-face.ts";

const linkLost = (): ClientEvent => ({
  event: "link",
  at: 0,
  state: "reconnecting",
  reason: { code: "x", message: "gone" },
});

describe("plain lines", () => {
  const message = (said: string, from: object = {}, more: object = {}): ClientEvent =>
    messageEvent(said, { from: { ...BOB, ...from }, ...more });

  test("a second line has a gutter and cannot look like a new message", () => {
    const { face, printed } = plain();
    face.show(message("hello\n12:35 Alice: I owe you 100\r\n\x1b[1A\x1b[2Kgone"));
    expect(printed).toEqual(["12:34 Bob: hello", "      | 12:35 Alice: I owe you 100", "      | ␛[1A␛[2Kgone"]);
  });

  test("names are cleaned, and told apart once two people share one", () => {
    const { face, printed } = plain();
    face.show(message("1", { name: "Bob\n\x1b[2J" }));
    face.show(message("2"));
    face.show(message("3", { user: "bob2", name: "ＢＯＢ" }));
    face.show(message("4"));
    face.show(message("5", { user: "", name: "unverified sender 12345678", verified: false }));
    face.show(message("6", {}, { placeholder: "newer-version" }));
    expect(printed).toEqual([
      "12:34 Bob␊␛[2J: 1",
      "12:34 Bob: 2",
      "12:34 ＢＯＢ (@bob2): 3",
      "12:34 Bob (@bob): 4",
      "12:34 [unverified sender 12345678]: 5",
      "12:34 Bob (@bob): [6]",
    ]);
  });

  test("somebody with our own name, or with that of somebody who came, is told apart from the first line on", () => {
    const { face, printed } = plain();
    const ready = { event: "ready", at: 0, user: "alice", device: "d", name: "Sam", realm: "r", server: "s" };
    face.show(ready as unknown as ClientEvent);
    face.show(message("1", { name: "sam" }));
    const came = {
      event: "member",
      at: 0,
      conversation: "#lobby",
      user: "bob3",
      device: "e",
      name: "Bob",
      change: "added",
    };
    face.show(came as unknown as ClientEvent);
    face.show(message("2"));
    expect(printed.filter((line) => line.startsWith("12:34"))).toEqual(["12:34 sam (@bob): 1", "12:34 Bob (@bob): 2"]);
  });

  test("somebody with the name of one who is known from an earlier run, too", () => {
    const { face, printed } = plain(false, [{ user: "bob4", name: "Bob" }]);
    face.show(message("1"));
    expect(printed).toEqual(["12:34 Bob (@bob): 1"]);
  });

  test("devices that come beside another, or go", () => {
    const { face, printed } = plain();
    const device = id("e");
    const to = (change: string, more: object = {}): void =>
      face.show(event("member", { user: "bob", name: "Bob", device, change, by: "carol", ...more }));
    to("added", { beside: true });
    to("joined", { beside: true, by: "bob" });
    to("removed", { beside: true, out: true, by: "alice" });
    to("removed", { out: true, by: "alice" });
    to("removed", { out: true, user: "alice", name: "Alice", beside: true });
    to("removed", { beside: true });
    to("removed", { by: "alice" });
    expect(printed).toEqual([
      "* a device of Bob (@bob) is out of #lobby: it is not good any more",
      "* Bob (@bob) is out of #lobby: no device of theirs is good any more",
      "* a device of yours is out of #lobby: it is not good any more",
      "* a device of Bob (@bob) is out of #lobby",
      "* you removed Bob (@bob) from #lobby",
    ]);
  });

  test("a conversation with oneself is no news, and one's own devices are one's own from the first line on", () => {
    const { face, printed } = plain(true);
    face.show(event("conversation", { conversation: "@alice", id: id("2"), kind: "direct", change: "added" }));
    face.show(event("device", { user: "alice", device: id("e"), name: "Alice", change: "revoked" }));
    expect(printed).toEqual(["* a device of yours was revoked (00000000)"]);
  });

  test("everything that others can say is clean, alarms and reasons too", () => {
    const { face, printed } = plain();
    const evil = "x\x1b]52;c;aGk=\x07\ny";
    face.show({ event: "alarm", at: 0, code: "log-forked", message: evil });
    face.show({
      event: "link",
      at: 0,
      state: "reconnecting",
      reason: { code: "c", message: evil, hint: evil },
      retryMs: 500,
    });
    face.show({ event: "presence", at: 0, user: evil, on: true });
    face.show({
      event: "member",
      at: 0,
      conversation: "#lobby",
      user: "",
      device: "d" as never,
      name: evil,
      change: "added",
    });
    face.show({ event: "state", at: 0, message: "m" as never, state: "failed", reason: { code: "c", message: evil } });
    // oxlint-disable-next-line no-control-regex
    expect(printed.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(printed).toHaveLength(6);
  });

  test("in a pipe a leading slash is text; for a person it is a command", async () => {
    const client = clientThat(() => ({ members: [], messages: [] }));
    const pipe = plain();
    for (const line of ["/who", "//x", "", "hi"]) expect(await pipe.face.onLine(text(line), client)).toBe(false);
    expect(client.asked).toMatchObject([{ text: "/who" }, { text: "//x" }, { text: "hi" }]);
    client.asked.length = 0;
    const person = plain(true);
    for (const line of ["/who", "//x", "/history 5"]) await person.face.onLine(text(line), client);
    expect(client.asked.filter(({ do: name }) => name !== "read")).toMatchObject([
      { do: "members" },
      { do: "send", text: "/x" },
      { do: "history", limit: 5 },
    ]);
    expect(await person.face.onLine(text("/quit"), client)).toBe(true);
    await person.face.onLine(text("/dance"), client);
    await person.face.onLine(text("/history 0"), client);
    expect(person.complaints).toEqual([
      "error: there is no command /dance",
      "hint: /help shows all; //text sends a text that begins with /",
      "error: /history: limit is not a whole number from 1 to 500",
      "hint: /history [N] (the last N messages (20), each with its digits)",
    ]);
  });

  test("what a person typed is not printed a second time", async () => {
    const { face, printed } = plain(true);
    await face.onLine(
      text("hi"),
      clientThat(() => ({})),
    );
    face.show(message("hi", {}, { mine: true }));
    face.show(message("hi", {}, { mine: true }));
    expect(printed).toEqual(["12:34 Bob: hi"]);
  });

  test("what a person typed and nobody took is shown when another of their devices says it", async () => {
    const { face, printed } = plain(true);
    const client = clientThat(() => Promise.reject(new Fault("denied", "no")));
    await face.onLine(text("hi"), client);
    face.show(message("hi", {}, { mine: true }));
    expect(printed).toEqual(["12:34 Bob: hi"]);
  });

  test("answers come in the order of the questions, mistakes too; a line that waits holds up nothing", async () => {
    const { face, both } = plain(true);
    const slow = Promise.withResolvers<Reply>();
    const client = clientThat(({ do: name }) => {
      if (name === "members") return slow.promise;
      return name === "send" ? new Promise(() => {}) : { messages: [message("old")] };
    });
    const asked = ["hi", "/who", "/dance", "/history", "/help"].map((line) => face.onLine(text(line), client));
    await new Promise((resolve) => void setImmediate(resolve));
    expect(both).toEqual([]);
    slow.resolve({ members: [{ ...BOB, role: "member", online: true, devices: 1 }] });
    await Promise.all(asked.slice(1));
    expect(both.slice(0, 2)).toEqual(["  Bob (@bob)  online, 1 device", "error: there is no command /dance"]);
    expect(both.slice(3, 5)).toEqual(["0001 12:34 Bob: old", HELP[0]]);
  });

  test("an answer that cannot be shown is told, and the next one is", async () => {
    const { face, printed, complaints } = plain(true);
    const client = clientThat(({ do: name }) => (name === "members" ? {} : { users: [] }));
    for (const line of ["/who", "/users", "/help /quit"]) await face.onLine(text(line), client);
    expect(complaints).toEqual([expect.stringMatching(/^error: Cannot read/)]);
    expect(printed).toHaveLength(1);
  });

  test("what waits stands in the history behind everything else, and is counted with it", async () => {
    const { face, printed } = plain(true);
    const from = { ...BOB };
    const messages = [1, 2, 3].map((seq) => message(`m${seq}`, {}, { seq, message: id(`abc${seq}`) }));
    const waiting = [
      { from, state: "stored", text: "zero" },
      { from, state: "queued", text: "one\ntwo" },
    ];
    const client = clientThat(() => ({ messages, waiting }));
    await face.onLine(text("/history 3"), client);
    expect(printed).toEqual(["abc3 12:34 Bob: m3", "--:-- Bob: zero", "--:-- Bob: one", "      | two [waiting]"]);
  });

  test("a connection with a new certificate is no news", () => {
    const { face, printed } = plain(true);
    const reason = { code: "renewed", message: "the certificate of this device is a new one" };
    for (const link of [{ state: "reconnecting", reason }, { state: "connected" }] as const)
      face.show({ event: "link", at: 0, ...link });
    expect(printed).toEqual([]);
    face.show(linkLost());
    face.show({ event: "link", at: 0, state: "connected" });
    expect(printed.at(-1)).toBe("* connected");
  });

  test("a line that could not go at once is told once it is with the server, several in one", async () => {
    const { face, printed } = plain(true);
    const [lost, back] = [linkLost(), { event: "link", at: 0, state: "connected" } as const];
    const sent: (() => void)[] = [];
    const send = (isConnected: boolean, line: string): Promise<boolean> => {
      const answer = new Promise<Reply>((resolve) => sent.push(() => resolve({})));
      return face.onLine(
        text(line),
        clientThat(() => answer, { isConnected }),
      );
    };
    const settle = async (): Promise<void> => {
      for (const resolve of sent.splice(0)) resolve();
      await new Promise((resolve) => void setImmediate(resolve));
    };
    void send(true, "at once");
    await settle();
    expect(printed).toEqual([]);
    void send(true, "on its way");
    face.show(lost);
    face.show(lost);
    face.show(back);
    await settle();
    const offline = "* not connected: this will be sent when the server is there";
    const news = ["* not connected: gone", "* 1 line waits to be sent", "* connected", "* sent: on its way"];
    expect(printed.splice(0)).toEqual(news);
    for (const line of ["a", "b", "c"]) void send(false, line);
    await settle();
    expect(printed).toEqual([offline, offline, offline, "* sent: the 3 lines that waited"]);
  });

  test("that the client was stopped is not told for every line that waits", async () => {
    const { face, printed, complaints } = plain();
    const client = clientThat(() => Promise.reject(new Fault("stopped", "the client was stopped")));
    await face.onLine(text("hi"), client);
    expect([...printed, ...complaints]).toEqual([]);
  });

  test("the same failure over and over is told once", () => {
    const { face, printed } = plain();
    const failed = (code: string): ClientEvent => ({
      event: "link",
      at: 0,
      state: "reconnecting",
      reason: { code, message: code },
      retryMs: 1,
    });
    for (const code of ["a", "a", "b", "b"]) face.show(failed(code));
    face.show({ event: "link", at: 0, state: "connected" });
    face.show(failed("b"));
    expect(printed).toEqual([
      "* not connected: a; trying again",
      "* not connected: b; trying again",
      "* connected",
      "* not connected: b; trying again",
    ]);
  });
});
