// What happened in a conversation, as the page says it: who has another role, and whose doing it was.
import { expect, test } from "vitest";
import type { LogId } from "../../../../../src/model/ids.ts";
import type { SystemEvent } from "../../../../../src/client/port/screens.ts";
import { systemSentence } from "../../../../../src/client/face/web/page/system-words.ts";
import { sayIn } from "../../../../../src/client/face/web/page/words/say.ts";
import { deviceOf } from "../../../../kit/screens.ts";

const place = { event: "member", at: 0, conversation: "#general" } as const;

function roleOf(user: string, by: string | undefined, language = "en"): string {
  const event: SystemEvent = {
    ...place,
    user,
    name: user,
    change: "role",
    role: "admin",
    ...(by !== undefined && { by }),
  };
  return systemSentence(event, "ada", sayIn(language));
}

test("another role: of oneself, by oneself, of others", () => {
  expect(roleOf("bob", "eve")).toBe("bob is an admin now (@eve)");
  expect(roleOf("bob", undefined)).toBe("bob is an admin now");
  expect(roleOf("bob", "ada")).toBe("You made bob an admin");
  expect(roleOf("ada", "eve")).toBe("You are an admin now (@eve)");
  expect(roleOf("ada", "ada")).toBe("You are an admin now");
  expect([roleOf("ada", "eve", "es"), roleOf("bob", "ada", "pt")]).toEqual([
    "Ahora eres admin (@eve)",
    "Você tornou bob admin",
  ]);
});

test("who came and went is said as before, and names stay on their line", () => {
  const joined: SystemEvent = { ...place, user: "bob", name: "b\nob", change: "added", by: "eve" };
  expect(systemSentence(joined, "ada", sayIn("en"))).toBe("b␊ob was added (@eve)");
  const added: SystemEvent = { ...place, user: "ada", name: "ada", change: "added", by: "eve" };
  expect(systemSentence(added, "ada", sayIn("en"))).toBe("@eve added you");
  const id = "0".repeat(32) as LogId;
  const left: SystemEvent = { ...place, event: "conversation", id, kind: "direct", change: "removed", by: "ada" };
  expect(systemSentence(left, "ada", sayIn("en"))).toBe("You left this conversation");
});

test("a new device: whose, which, how it came and who vouches for it", () => {
  const device = deviceOf("phone");
  const said = (user: string, more: object, language = "en"): string =>
    systemSentence(
      { event: "device", at: 0, user, name: user, device, change: "added", ...more },
      "ada",
      sayIn(language),
    );
  const id = device.slice(0, 8);
  expect(said("bob", { how: "phrase" })).toBe(
    `bob has a new device (${id}), by a recovery phrase: only the CA vouches for it`,
  );
  expect(said("bob", { how: "a way that is newer" })).toBe(`bob has a new device (${id}), only the CA vouches for it`);
  const cosigned = deviceOf("old");
  expect(said("bob", { how: "device", cosigned })).toContain(`co-signed by their device ${cosigned.slice(0, 8)}`);
  expect(said("ada", { label: "tele\nphone", cosigned, cosignedLabel: "desk" })).toBe(
    "You have a new device (tele␊phone), co-signed by your device desk",
  );
  expect([said("bob", { how: "password" }, "es"), said("ada", {}, "pt")]).toEqual([
    `bob tiene un dispositivo nuevo (${id}), por una contraseña: solo lo avala la CA`,
    `Você tem um novo dispositivo (${id}), só a CA o avaliza`,
  ]);
  expect(said("bob", { change: "revoked" })).toBe("A device of bob is out");
});
