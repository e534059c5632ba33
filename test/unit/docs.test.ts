// The pages about errors and lines name everything that the code can say: a new code, command or event without its line fails here.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT, exitOf } from "../../src/bin/exit-codes.ts";
import { readCommand } from "../../src/client/app/commands.ts";
import { Fault } from "../../src/model/fault.ts";

const ROOT = resolve(import.meta.dirname, "..", "..");
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");
const ERRORS = read("docs", "errors.md");
const LINES = read("docs", "lines.md");

const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.includes("generated"))
  .map((path) => read("src", path));
const SOURCE = sources.join("\n");

function found(pattern: RegExp, text: string = SOURCE): readonly string[] {
  return [...text.matchAll(pattern)].map(([, first = ""]) => first);
}

/** Inside text that is code: every string literal that may be a code. */
function literals(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => found(/"([a-z][a-z0-9-]*)"/g, text));
}

function bodyOf(pattern: RegExp, text: string): string {
  const [body = ""] = found(pattern, text);
  expect(body).not.toBe("");
  return body;
}

function inBackticks(page: string): ReadonlySet<string> {
  return new Set(found(/`([^`\n]+)`/g, page));
}

/** The first cells of all table rows of a page, each thing in backticks in them. */
function firstCells(page: string): readonly string[] {
  return found(/^\|([^|]*)\|/gm, page).flatMap((cell) => found(/`([^`]+)`/g, cell));
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].toSorted();
}

const EXPLAIN = read("src", "client", "link", "explain.ts");
const FAREWELL = read("src", "client", "app", "farewell.ts");
const REFUSALS = read("src", "client", "app", "circle", "refusals.ts");
const SERVER_KINDS = bodyOf(/\^certificate-\(([a-z|-]+)\)\$/g, EXPLAIN).split("|");

/** Every shape in which the code names a code. */
const CODES = sorted([
  // new Fault("…" and mlsFault("…"; also a choice between two, or on a line of its own
  ...literals(found(/(?:new Fault|mlsFault)\(([\s\S]*?),\s/g)),
  ...found(/super\("([a-z-]+)"/g),
  ...found(/\bcode: "([a-z-]+)"/g),
  // link/explain.ts: [code, message, hint]
  ...found(/[[\s]"([a-z-]+)",/g, EXPLAIN).filter((code) => /^(?:connect|server|certificate|link)-/.test(code)),
  ...SERVER_KINDS.map((kind) => `server-${kind}`),
  "server-certificate",
  // goodbyes: of the session, as the client knows them, and those that end it
  ...found(/\b(?:end|cut|farewell)\("([a-z-]+)"/g),
  ...found(/^ {2}"?([a-z-]+)"?: \[/gm, bodyOf(/REASONS[^{]*\{([\s\S]*?)\n\};/g, FAREWELL)),
  ...literals(found(/const FINAL = new Set\(\[(.*?)\]/g)),
  ...literals(found(/\? code : ("[a-z]+")/g)),
  // refusals in the server's log
  ...literals(found(/return ("too-many-[a-z-]+")/g)),
  ...literals(found(/function handshakeCode([\s\S]*?)\n\}/g)),
  // alarms, what became of a message, and why a device is not believed
  ...found(/\balarm\((?:\s*log,)?\s*"([a-z-]+)"/g),
  ...literals(found(/const code = why === "restored" \? (.*);/g)),
  ...found(/\bunreadable\("([a-z-]+)"/g),
  ...found(/#distrust\(device, "([a-z-]+)"/g),
  ...literals(found(/\b(?:refused|failed)\(([^()]*"[a-z-]+")/g)),
  ...literals(found(/answer\.code : ("[a-z]+")/g)),
  // what a change is refused for
  ...found(/^ {2}"?([a-z-]+)"?: \[/gm, REFUSALS),
  ...literals(found(/export type Refusal =([^;]*);/g)),
]).filter((code) => code !== "error");

describe("docs/errors.md", () => {
  it("the patterns above still find what they were made for", () => {
    expect(CODES.length).toBeGreaterThan(120);
    for (const code of "certificate-name connect-reset server-tls server-name superseded hello-twice refused".split(
      " ",
    ))
      expect(CODES).toContain(code);
    for (const code of "too-many-connections-address tls-version log-forked replay unknown-device answer slow".split(
      " ",
    ))
      expect(CODES).toContain(code);
  });

  it("every code stands there", () => {
    const told = inBackticks(ERRORS);
    expect(CODES.filter((code) => !told.has(code))).toEqual([]);
  });

  it("no code stands there that the code does not have", () => {
    const known = new Set(CODES);
    const codes = firstCells(ERRORS).filter((name) => /^[a-z][a-z-]*$/.test(name));
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
  });

  it("every exit code stands there, with its name and with the codes that end so", () => {
    const rows = [...ERRORS.matchAll(/^\| `(\d)` \| (\w+) \|.*\|(.*)\|$/gm)];
    expect(rows.map(([, code, name]) => [name, Number(code)])).toEqual(Object.entries(EXIT));
    for (const [, , name, codes = ""] of rows)
      for (const code of found(/`([^`]+)`/g, codes)) expect([code, exitOf(new Fault(code, ""))]).toEqual([code, name]);
    const prefixes = found(/^ {2}\["([a-z-]+)", "/gm, read("src", "bin", "exit-codes.ts"));
    const told = inBackticks(ERRORS);
    expect(prefixes.filter((prefix) => !told.has(prefix.endsWith("-") ? `${prefix}*` : prefix))).toEqual([]);
  });
});

describe("docs/lines.md", () => {
  const codeOf = (name: string): string => {
    try {
      readCommand({ do: name });
      return "known";
    } catch (error) {
      return error instanceof Fault ? error.code : "thrown";
    }
  };
  const commands = read("src", "client", "app", "commands.ts");
  const now = found(/^ {2}(\w+): (?:\(|read)/gm, bodyOf(/READERS[\s\S]*?\} = \{\n([\s\S]*?)\n\};/g, commands));
  const part = (from: string, to: string): string => LINES.slice(LINES.indexOf(from), LINES.indexOf(to));
  const table = (heading: string, next: string): readonly string[] =>
    firstCells(part(heading, next)).filter((name) => /^[a-z]+$/.test(name));

  it("every command of this version has its row, and no other has one", () => {
    expect(now.length).toBeGreaterThan(5);
    expect(sorted(table("### Commands", "### Events"))).toEqual(sorted(now));
    expect(now.map(codeOf).filter((code) => code !== "known" && code !== "bad-field")).toEqual([]);
  });

  it("every event has its row, and no other has one", () => {
    const views = ["views.ts", "realm-views.ts"].map((file) => read("src", "client", "port", file)).join("\n");
    const events = found(/readonly event: "([a-z]+)"/g, views);
    expect(events.length).toBeGreaterThan(5);
    expect(sorted(table("### Events", "### Order"))).toEqual(sorted(events));
  });

  it("every command of a typed line stands there", () => {
    const typed = found(/^ {2}([a-z]+): [a-z]*[vV]erb\(/gm, read("src", "client", "face", "lines", "verbs.ts"));
    expect(typed.length).toBeGreaterThan(40);
    expect(typed.filter((name) => !LINES.includes(`\`/${name}`))).toEqual([]);
  });
});
