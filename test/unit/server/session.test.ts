import { describe, expect, it } from "vitest";
import type { LogId, MessageId } from "../../../src/model/ids.ts";
import {
  type Effect,
  type Session,
  type SessionEvent,
  type SessionRules,
  startSession,
  step,
} from "../../../src/server/session/session.ts";
import type { ClientMessage } from "../../../src/wire/messages.ts";

const RULES: SessionRules = {
  loginMs: 5_000,
  idleMs: 60_000,
  pendingMax: 3,
  messages: { perSecond: 10, burst: 5 },
  bytes: { perSecond: 0, burst: 0 },
};
const hello = {
  type: "hello",
  versions: [1],
  features: [],
  agent: "t",
  storeId: undefined,
  generation: 0,
  positions: [],
  logHead: new Uint8Array(0),
} as const;
const fetch = { type: "fetch", log: "11".repeat(16) as LogId, after: 0, maxCount: 0, maxBytes: 0 } as const;
const append = {
  type: "append",
  log: "11".repeat(16) as LogId,
  mid: "22".repeat(16) as MessageId,
  since: 0,
  kind: "app",
  epoch: 0,
  body: new Uint8Array(1),
  commit: undefined,
} as const satisfies ClientMessage;

const said = (message: ClientMessage, nowMs = 0, request = 1): SessionEvent => ({
  on: "message",
  request,
  message,
  frameBytes: 10,
  nowMs,
});

function run(
  events: readonly SessionEvent[],
  rules: SessionRules = RULES,
): { session: Session; effects: readonly Effect[] } {
  let session = startSession(0);
  let effects: readonly Effect[] = [];
  for (const event of events) ({ session, effects } = step(session, event, rules));
  return { session, effects };
}

const OPEN: readonly SessionEvent[] = [said(hello), { on: "greeted", nowMs: 0 }];
const codeOf = ([effect]: readonly Effect[]): string => (effect?.do === "end" ? effect.farewell.code : "goes on");

describe("before the hello", () => {
  it("asks the service to open", () => {
    const { session, effects } = run([said(hello, 3, 9)]);
    expect(session).toEqual({ phase: "greeting", sinceMs: 3, request: 9 });
    expect(effects).toEqual([{ do: "open", request: 9, hello }]);
  });

  it.each([
    ["another message", said(append), "hello-expected"],
    ["another version", said({ ...hello, versions: [2, 3] }), "version"],
    ["no version", said({ ...hello, versions: [] }), "version"],
    ["nothing in time", { on: "tick", nowMs: 5_000 } as const, "login-timeout"],
  ])("ends at %s", (_what, event, code) => {
    const { session, effects } = run([event]);
    expect(codeOf(effects)).toBe(code);
    expect(session.phase).toBe("ended");
  });

  it("waits until the last moment", () => {
    expect(run([{ on: "tick", nowMs: 4_999 }]).session.phase).toBe("hello");
  });

  it("lets nothing be said before the greeting", () => {
    expect(codeOf(run([said(hello), said(append)]).effects)).toBe("hello-expected");
  });

  it("takes one of several versions", () => {
    expect(run([said({ ...hello, versions: [7, 1] })]).session.phase).toBe("greeting");
  });
});

describe("an open session", () => {
  it("hands requests to the service", () => {
    expect(run([...OPEN, said(append, 0, 42)]).effects).toEqual([{ do: "ask", request: 42, message: append }]);
  });

  it("answers a ping itself", () => {
    expect(run([...OPEN, said({ type: "ping", nonce: 5 }, 0, 2)]).effects).toEqual([
      { do: "send", request: 2, message: { type: "pong", nonce: 5 } },
    ]);
  });

  it("has one hello", () => {
    expect(codeOf(run([...OPEN, said(hello)]).effects)).toBe("hello-twice");
  });

  it("ends on goodbye and hears nothing after", () => {
    const bye = said({ type: "goodbye", code: "bye", message: "", retryMs: 0 });
    expect(codeOf(run([...OPEN, bye]).effects)).toBe("bye");
    expect(run([...OPEN, bye, said(append)]).effects).toEqual([]);
  });

  it("reads no more when too many answers are owed, and goes on when one is given", () => {
    const three = [...OPEN, said(fetch), said(fetch), said(fetch)];
    expect(run(three).effects).toContainEqual({ do: "pause", ms: undefined });
    expect(run([...three, { on: "answered" }]).effects).toEqual([{ do: "resume" }]);
    expect(run([...three, { on: "answered" }, { on: "answered" }]).effects).toEqual([]);
  });

  it("slows a device that says too much, for as long as it owes", () => {
    const many = Array.from({ length: 6 }, () => said(append));
    const rules = { ...RULES, pendingMax: 100 };
    expect(run([...OPEN, ...many.slice(1)], rules).effects).toEqual([{ do: "ask", request: 1, message: append }]);
    expect(run([...OPEN, ...many], rules).effects).toContainEqual({ do: "pause", ms: 100 });
    expect(run([...OPEN, ...many, said(append, 1_000)], rules).effects).toHaveLength(1);
  });

  it("is not slowed by a clock that goes backwards more than by one that stands", () => {
    const rules = { ...RULES, pendingMax: 100 };
    expect(run([...OPEN, said(append, 50), said(append, -1_000)], rules).effects).toHaveLength(1);
  });

  it("pings after half the idle time, once, and ends after all of it", () => {
    const ping = run([...OPEN, { on: "tick", nowMs: 30_000 }]);
    expect(ping.effects).toEqual([{ do: "send", request: 0, message: { type: "ping", nonce: 30_000 } }]);
    expect(run([...OPEN, { on: "tick", nowMs: 30_000 }, { on: "tick", nowMs: 31_000 }]).effects).toEqual([]);
    expect(codeOf(run([...OPEN, { on: "tick", nowMs: 60_000 }]).effects)).toBe("idle");
  });

  it("counts anything heard as a sign of life", () => {
    const pong = said({ type: "pong", nonce: 1 }, 40_000);
    expect(run([...OPEN, pong, { on: "tick", nowMs: 60_000 }]).effects).toEqual([]);
  });
});
