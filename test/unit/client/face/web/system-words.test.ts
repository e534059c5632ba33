// What happened in a conversation, as the page says it: who has another role, and whose doing it was.
import { expect, test } from "vitest";
import type { LogId } from "../../../../../src/model/ids.ts";
import type { SystemEvent } from "../../../../../src/client/port/screens.ts";
import { systemSentence } from "../../../../../src/client/face/web/page/system-words.ts";
import { sayIn } from "../../../../../src/client/face/web/page/words/say.ts";

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
