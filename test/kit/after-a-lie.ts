// What is looked at after a lie of test/kit/liar.ts.
import { expect } from "vitest";
import type { TestClient } from "./client.ts";
import type { Liar } from "./liar.ts";

export const codes = (client: TestClient): string[] => client.face.of("alarm").map(({ code }) => code);

/** After a lie the group goes on: what the others write is read here, and what is written here is read by them. */
export async function goesOn(liar: Liar, alice: TestClient): Promise<void> {
  const text = `and then? ${liar.entries.length}`;
  liar.deliver(await liar.write(text));
  await alice.face.until(() => alice.texts().includes(text), "what Bob wrote after the lie");
  await alice.send("here");
  await liar.settled();
  // A commit that makes the lie forgotten may come behind it.
  expect(liar.heard.findLast((one) => one !== "(commit)")).toMatch(/^alice: .*"here"/);
}
