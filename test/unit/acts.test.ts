// Every act of administration that is entered in the realm's log has its words in the client and its line in the documentation.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realmSentence } from "../../src/client/face/lines/realm-lines.ts";

const ROOT = join(import.meta.dirname, "../..");
const files = readdirSync(join(ROOT, "src/server"), { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".ts"),
);
const source = files.map((path) => readFileSync(join(ROOT, "src/server", path), "utf8")).join("\n");
const ACTS = [
  ...new Set(
    [...source.matchAll(/\bact: ([^,}\n]*)/g)].flatMap(([, value = ""]) =>
      [...value.matchAll(/"([a-z.-]+)"/g)].map(([, code = ""]) => code),
    ),
  ),
].filter((code) => code !== "");
const page = readFileSync(join(ROOT, "docs/administration.md"), "utf8");

const said = (act: string): string =>
  realmSentence({ event: "act", at: 0, by: "ann", act, on: "bob", detail: "more" }, true);

describe("acts of administration", () => {
  it("are found by the pattern above", () => {
    for (const act of [
      "invite",
      "user.role",
      "motd.clear",
      "maintenance.on",
      "maintenance.off",
      "limits",
      "backup",
      "restore",
    ])
      expect(ACTS).toContain(act);
  });

  it.each(ACTS)("%s has words of its own, with everything that is known of it", (act) => {
    const line = said(act);
    expect(line).toMatch(/^@ann .*\bbob \(more\)$/);
    expect(line).not.toContain(`@ann ${act} `);
  });

  it("stand in the documentation", () => {
    // Of the password of one's own, and of what happened before: no acts that somebody asks for here.
    const elsewhere = new Set(["password.set", "password.change", "restore"]);
    expect(ACTS.filter((act) => !page.includes(`\`${act}\``) && !elsewhere.has(act))).toEqual([]);
  });

  it("what is not known here is said as it is, on one safe line", () => {
    const line = realmSentence({ event: "act", at: 0, by: "@console", act: "new.act", detail: "a\u{1b}[2J" }, true);
    expect(line).toMatch(/^somebody at the server new\.act \(a/);
    expect(line).not.toContain("\u{1b}");
  });
});
