// One connected device as pure steps: state + event -> state + effects. It knows the order of things (hello first, limits,
// pings, time-outs) and no socket, no store, no clock.
import type { Farewell } from "../port/outlet.ts";
import type { ClientMessage, ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
import { type Bucket, type RateLimit, fullBucket, take } from "./rate.ts";

const PROTOCOL_VERSION = 1;
/** What this server can do beyond version 1's must. */
export const FEATURES: readonly string[] = ["presence"];

export interface SessionRules {
  /** From the end of the handshake to the hello. */
  readonly loginMs: number;
  /** A connection that says nothing for so long is closed; half of it brings a ping. */
  readonly idleMs: number;
  /** Requests waiting for their answer; more are not read until some are answered. */
  readonly pendingMax: number;
  readonly messages: RateLimit;
  readonly bytes: RateLimit;
}

interface Open {
  readonly phase: "open";
  readonly heardMs: number;
  readonly pinged: boolean;
  readonly pending: number;
  readonly messages: Bucket;
  readonly bytes: Bucket;
}

export type Session =
  | { readonly phase: "hello"; readonly sinceMs: number }
  /** The hello is with the service. */
  | { readonly phase: "greeting"; readonly sinceMs: number; readonly request: number }
  | Open
  | { readonly phase: "ended" };

export type SessionEvent =
  | {
      readonly on: "message";
      readonly request: number;
      readonly message: ClientMessage;
      readonly frameBytes: number;
      readonly nowMs: number;
    }
  /** The service said yes to the hello. */
  | { readonly on: "greeted"; readonly nowMs: number }
  /** The service answered a request. */
  | { readonly on: "answered" }
  | { readonly on: "tick"; readonly nowMs: number };

export type Effect =
  | { readonly do: "open"; readonly request: number; readonly hello: ClientMessageOf<"hello"> }
  | { readonly do: "ask"; readonly request: number; readonly message: ClientMessage }
  | { readonly do: "send"; readonly request: number; readonly message: ServerMessage }
  /** Read nothing for so long (rate), or until `resume` (too much pending). */
  | { readonly do: "pause"; readonly ms: number | undefined }
  | { readonly do: "resume" }
  | { readonly do: "end"; readonly farewell: Farewell };

export interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}

const NOTHING: readonly Effect[] = [];
const ENDED: Session = { phase: "ended" };

export function startSession(nowMs: number): Session {
  return { phase: "hello", sinceMs: nowMs };
}

export function step(session: Session, event: SessionEvent, rules: SessionRules): Step {
  switch (event.on) {
    case "message":
      return onMessage(session, event, rules);
    case "greeted":
      return session.phase === "greeting"
        ? { session: opened(rules, event.nowMs), effects: NOTHING }
        : { session, effects: NOTHING };
    case "answered":
      return onAnswered(session, rules);
    case "tick":
      return onTick(session, event.nowMs, rules);
  }
}

type MessageEvent = Extract<SessionEvent, { on: "message" }>;

function onMessage(session: Session, event: MessageEvent, rules: SessionRules): Step {
  switch (session.phase) {
    case "ended":
      return { session, effects: NOTHING };
    case "hello":
      return onHello(event);
    case "greeting":
      return end("hello-expected", "nothing may be said before the greeting");
    case "open":
      return onOpenMessage(session, event, rules);
  }
}

function onHello({ request, message, nowMs }: MessageEvent): Step {
  if (message.type === "goodbye") return { session: ENDED, effects: [{ do: "end", farewell: farewell("bye", "") }] };
  if (message.type !== "hello") return end("hello-expected", "the first message must be a hello");
  if (!message.versions.includes(PROTOCOL_VERSION))
    return end("version", `this server speaks protocol version ${PROTOCOL_VERSION}`);
  return {
    session: { phase: "greeting", sinceMs: nowMs, request },
    effects: [{ do: "open", request, hello: message }],
  };
}

function onOpenMessage(session: Open, event: MessageEvent, rules: SessionRules): Step {
  const { request, message, nowMs } = event;
  const messages = take(rules.messages, session.messages, { amount: 1, nowMs });
  const bytes = take(rules.bytes, session.bytes, { amount: event.frameBytes, nowMs });
  const heard: Open = { ...session, heardMs: nowMs, pinged: false, messages: messages.bucket, bytes: bytes.bucket };
  const waitMs = Math.max(messages.waitMs, bytes.waitMs);
  const pause: readonly Effect[] = waitMs > 0 ? [{ do: "pause", ms: waitMs }] : NOTHING;
  switch (message.type) {
    case "hello":
      return end("hello-twice", "a connection has one hello");
    case "ping":
      return {
        session: heard,
        effects: [{ do: "send", request, message: { type: "pong", nonce: message.nonce } }, ...pause],
      };
    case "pong":
      return { session: heard, effects: pause };
    case "goodbye":
      return { session: ENDED, effects: [{ do: "end", farewell: farewell("bye", "") }] };
    default: {
      const pending = heard.pending + 1;
      const full: readonly Effect[] = pending === rules.pendingMax ? [{ do: "pause", ms: undefined }] : NOTHING;
      return { session: { ...heard, pending }, effects: [{ do: "ask", request, message }, ...full, ...pause] };
    }
  }
}

function onAnswered(session: Session, rules: SessionRules): Step {
  if (session.phase !== "open") return { session, effects: NOTHING };
  const resume = session.pending === rules.pendingMax;
  return { session: { ...session, pending: session.pending - 1 }, effects: resume ? [{ do: "resume" }] : NOTHING };
}

function onTick(session: Session, nowMs: number, rules: SessionRules): Step {
  switch (session.phase) {
    case "ended":
      return { session, effects: NOTHING };
    case "hello":
      return nowMs - session.sinceMs < rules.loginMs
        ? { session, effects: NOTHING }
        : end("login-timeout", `no hello within ${rules.loginMs} ms`);
    case "greeting":
      return { session, effects: NOTHING };
    case "open": {
      const silentMs = nowMs - session.heardMs;
      if (silentMs >= rules.idleMs) return end("idle", `nothing was heard for ${rules.idleMs} ms`);
      if (silentMs < rules.idleMs / 2 || session.pinged) return { session, effects: NOTHING };
      return {
        session: { ...session, pinged: true },
        effects: [{ do: "send", request: 0, message: { type: "ping", nonce: nowMs } }],
      };
    }
  }
}

function opened(rules: SessionRules, nowMs: number): Open {
  return {
    phase: "open",
    heardMs: nowMs,
    pinged: false,
    pending: 0,
    messages: fullBucket(rules.messages, nowMs),
    bytes: fullBucket(rules.bytes, nowMs),
  };
}

function end(code: string, message: string): Step {
  return { session: ENDED, effects: [{ do: "end", farewell: farewell(code, message) }] };
}

function farewell(code: string, message: string): Farewell {
  return { code, message, retryMs: 0 };
}
