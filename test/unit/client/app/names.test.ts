// Entries as views: what this user is called in, what is over, what shall not disturb.
import { describe, expect, it } from "vitest";
import { messageView, type ViewWorld } from "../../../../src/client/app/names.ts";
import { type Opened, writeOpened } from "../../../../src/client/app/payload/opened.ts";
import type { People } from "../../../../src/client/app/people.ts";
import type { HeldEntry } from "../../../../src/client/port/vault.ts";
import type { MessageView } from "../../../../src/client/port/views.ts";
import type { DeviceId, Handle, LogId, MessageId } from "../../../../src/model/ids.ts";
import { BOB, ME } from "../../../kit/vault.ts";

const LOG = "00030000000000000000000000000001" as LogId;
const MY_PHONE = "a2".repeat(16) as DeviceId;

function view(said: Opened, more: { sender?: DeviceId; now?: number; muted?: boolean } = {}): MessageView {
  const { sender = BOB, now = 0, muted = false } = more;
  const people: Partial<People> = {
    userOf: (device) => (device === BOB ? "bob" : "me") as Handle,
    sender: (device) => ({ user: "x", device, name: "X", verified: true }),
  };
  const world: ViewWorld = {
    nameOf: () => "#one",
    self: ME,
    user: "me" as Handle,
    people: people as People,
    now: () => now,
    isMuted: () => muted,
  };
  const entry = { log: LOG, mid: "m" as MessageId, seq: 1, at: 5, sender, payload: writeOpened(said), lost: false };
  return messageView(entry as HeldEntry, world);
}

const text = (words: string): Opened => ({ kind: "text", text: words });

describe("a message", () => {
  it("calls this user by name, or everyone", () => {
    expect(view(text("hello @me!"))).toMatchObject({ text: "hello @me!", mentioned: true });
    expect(view(text("hello @everyone"))).toMatchObject({ mentioned: true });
    expect(view(text("hello @bob"))).not.toHaveProperty("mentioned");
    expect(view(text("`@me` in code"))).not.toHaveProperty("mentioned");
  });

  it("calls in what was said with a file", () => {
    const ticket = { name: "a", type: "text/plain", size: 1 } as never;
    expect(view({ kind: "file", ticket, text: "look, @me" })).toMatchObject({ mentioned: true });
    expect(view({ kind: "file", ticket })).not.toHaveProperty("mentioned");
  });

  it("of one's own calls nobody, from whichever device", () => {
    for (const sender of [ME, MY_PHONE]) expect(view(text("@me"), { sender })).not.toHaveProperty("mentioned");
  });

  it("whose sender nobody has proved is nobody's: not theirs, and not this device's", () => {
    const unreadable = (code: string): Opened => ({ kind: "unreadable", code });
    for (const sender of [ME, BOB]) {
      const garbled = view(unreadable("payload-malformed"), { sender });
      expect(garbled).toMatchObject({ placeholder: "unreadable", from: { verified: true }, mine: sender === ME });
      for (const code of ["epoch-gone", "own-lost", "not-in-group"])
        expect(view(unreadable(code), { sender })).toMatchObject({
          placeholder: "unreadable",
          from: { user: "x", verified: false },
          mine: false,
        });
      expect(view(unreadable("sender-mismatch"), { sender })).toMatchObject({
        placeholder: "unbelieved",
        text: "a message that is not believed (sender-mismatch)",
        from: { user: "x", verified: false },
        mine: false,
      });
    }
  });

  it("that is over shows nothing of what it was, from its moment on", () => {
    const said: Opened = { kind: "text", text: "@me", expire: 5, expiresAt: 100 };
    expect(view(said, { now: 99 })).toMatchObject({ text: "@me", expires: 100, mentioned: true });
    const over = view(said, { now: 100 });
    expect(over).toMatchObject({ placeholder: "expired", text: "a message that has expired" });
    expect(over).not.toHaveProperty("mentioned");
    expect(over).not.toHaveProperty("expires");
  });

  it("of a conversation that shall be quiet says so", () => {
    expect(view(text("x"), { muted: true })).toMatchObject({ muted: true });
    expect(view(text("x"))).not.toHaveProperty("muted");
  });
});
