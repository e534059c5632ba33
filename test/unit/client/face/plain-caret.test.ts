// `^` is the last message that was typed here, also while it is on its way: never an older one instead.
import { describe, expect, test } from "vitest";
import type { Reply } from "../../../../src/client/port/client.ts";
import { clientThat, text } from "../../../kit/lines.ts";
import { ALICE, id, message, plain } from "./plain-face.ts";

const NEW = id("9999");
const AWAY = { isConnected: false };

function scene(isConnected = true) {
  const { face, printed, complaints } = plain(true);
  face.show(message("older", { message: id("bbbb"), seq: 2, mine: true, from: ALICE }));
  const stored = Promise.withResolvers<Reply>();
  const client = clientThat(({ do: name }) => (name === "send" ? stored.promise : { members: [] }), { isConnected });
  const changes = () => client.asked.filter(({ do: name }) => name !== "send" && name !== "read");
  const store = (): void => stored.resolve({ message: NEW, seq: 3, at: new Date(1_000).toISOString() });
  return { face, client, changes, store, printed, complaints };
}

describe("^", () => {
  test.each(["/edit ^ better", "/delete ^", "/react ^ 👍"])("%s waits for what was typed before it", async (line) => {
    const { face, client, changes, store } = scene();
    const said = face.onLine(text("quick one"), client);
    const changed = face.onLine(text(line), client);
    await new Promise((resolve) => setImmediate(resolve));
    expect(changes()).toEqual([]);
    store();
    await Promise.all([said, changed]);
    expect(changes()).toMatchObject([{ message: NEW }]);
  });

  test("is not guessed while what was typed cannot be sent, and keeps no question waiting", async () => {
    const { face, client, changes, store, complaints } = scene(false);
    const said = face.onLine(text("for later"), client);
    await face.onLine(text("/delete ^"), client);
    expect(changes()).toEqual([]);
    expect(complaints.join("\n")).toContain("error: what you typed last is not sent yet");
    await face.onLine(text("/who"), client);
    expect(changes()).toMatchObject([{ do: "members" }]);
    store();
    await said;
  });

  test("a change that waits for the server keeps no question waiting", async () => {
    const { face } = scene();
    const waits = Promise.withResolvers<Reply>();
    const slow = clientThat(({ do: name }) => (name === "react" ? waits.promise : { members: [] }), AWAY);
    const changed = face.onLine(text("/react ^ 👍"), slow);
    await face.onLine(text("/who"), slow);
    expect(slow.asked.map(({ do: name }) => name).toSorted()).toEqual(["members", "react"]);
    waits.resolve({ seq: 4 });
    await changed;
  });
});
