// The manual pages as roff: what stands in them, and that no text of the tables becomes a request.
import { describe, expect, test } from "vitest";
import { PROGRAM as CLIENT } from "../../../src/bin/client-program.ts";
import { EXIT } from "../../../src/bin/exit-codes.ts";
import { manualOf, type ManualOf } from "../../../src/bin/manual.ts";
import { PROGRAM as SERVER } from "../../../src/bin/server-program.ts";

describe.each([CLIENT, SERVER].map((program): [string, ManualOf] => [program.name, program]))(
  "%s(1)",
  (_name, program) => {
    const page = manualOf(program);
    const lines = page.split("\n");

    test("has its sections, in the order of man-pages(7)", () => {
      expect(lines.filter((line) => line.startsWith(".SH ")).map((line) => line.slice(4))).toEqual([
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "COMMANDS",
        "OPTIONS",
        "ENVIRONMENT",
        "FILES",
        "EXIT STATUS",
        "EXAMPLES",
        "SEE ALSO",
      ]);
    });

    test("names every command, every flag of it, and every exit code", () => {
      const plain = page.replaceAll("\\-", "-");
      for (const [word, command] of Object.entries(program.commands ?? {})) {
        expect(plain).toContain(`\\fB${word}\\fR`);
        for (const flag of Object.keys(command.flags ?? {})) expect(plain).toContain(`\\fB--${flag}\\fR`);
      }
      for (const code of Object.values(EXIT)) expect(lines).toContain(`\\fB${code}\\fR`);
    });

    test("is plain ASCII, and nothing but macros begins with a dot or a quote", () => {
      expect(page).toMatch(/^[\x20-\x7e\n]*$/);
      expect(
        lines.filter((line) => /^[.']/.test(line) && !/^\.(?:TH|SH|PP|TP|RS|RE|BR|br|nh|ad)\b/.test(line)),
      ).toEqual([]);
    });
  },
);

test("what roff would take for its own is text", () => {
  const flags = { dot: { kind: "text", about: ".so /etc/passwd 'it' \\fB ~ ^ ` – \"x\"" } } as const;
  const page = manualOf({ name: "x", version: "1", about: "It does.", flags, examples: [["x --dot '.'", "'so"]] });
  expect(page.split("\n")).toContain(`\\&.so /etc/passwd \\(aqit\\(aq \\efB \\(ti \\(ha \\(ga \\[u2013] "x"`);
  expect(page.split("\n")).toContain("\\(aqso");
  expect(page).toContain("\\fBx \\-\\-dot \\(aq.\\(aq\\fR");
});
