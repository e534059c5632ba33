// A realm's log that nobody wrote, for the tests and pictures of the web face.
import type { CertificateView, RealmReplies } from "../../../src/client/port/realm-views.ts";
import { datesIn } from "../../../src/client/face/web/page/dates.ts";
import type { DeviceId, Handle, Sha256 } from "../../../src/model/ids.ts";
import { DAY, id, NOON } from "./made-up.ts";

const UNTIL = NOON + 90 * DAY;

export function auditReply(user: string): RealmReplies["audit"] & Readonly<Record<string, unknown>> {
  const of = (kind: string, how: string, entry: number): CertificateView => ({
    device: id(kind, user) as DeviceId,
    user: user as Handle,
    serial: String(entry),
    entry,
    how,
    at: NOON - 30 * DAY + entry,
    until: UNTIL,
  });
  const revoked = { at: NOON - DAY, reason: "lost", by: "@console" };
  return {
    certificates: [of("d", "invitation", 12), of("e", "device", 13), { ...of("f", "password", 14), revoked }],
    acts: [
      { at: NOON - 2 * DAY, by: "elena", act: "user.role", on: "bob", detail: "admin" },
      { at: NOON - DAY, by: "@console", act: "backup" },
    ],
    log: { entries: 2_345, root: "cd".repeat(32) as Sha256 },
  };
}

export function certifiedUntil(language: string): string {
  return `certificate until ${datesIn(language, () => NOON).full(UNTIL)}`;
}
