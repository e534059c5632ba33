// OpenSSL configuration files (config(5)), read to the same values that OpenSSL reads from them.
// What OpenSSL overlooks in silence (an open quote, an unknown directive) is a fault here. Pure: files and environment are handed in.

import { Fault } from "../model/fault.ts";
import { expand, LineFault, stripComment } from "./cnf-text.ts";

/** One `name = value`, with where it stands. */
export type Setting = { readonly name: string; readonly value: string; readonly file: string; readonly line: number };
export type Section = ReadonlyMap<string, Setting>;

export type Config = {
  readonly file: string;
  readonly sections: ReadonlyMap<string, Section>;
};

export type ConfigSource = {
  /** Shown in faults; `.include` is resolved against it by `read`. */
  readonly file: string;
  readonly text: string;
  /** The only environment variables that `$ENV::x` sees. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads an included file; `from` is the file that includes it. Without it `.include` is refused. */
  readonly read?: (path: string, from: string) => { readonly file: string; readonly text: string };
};

const DEFAULT = "default";
/** A file may include itself through another one: the depth ends that, the counts end the rest. */
const INCLUDE_DEPTH = 8;
const TEXT_CHARS = 256 * 1024;
const SETTINGS_MOST = 10_000;
const SECTION_LINE = /^\[\s*([^[\]]*?)\s*\]$/;
const DIRECTIVE = /^\.([a-z]+)(?:\s*=\s*|\s+|$)(.*)$/;
const SETTING = /^(?:([A-Za-z0-9_.\- ]+?)::)?([A-Za-z0-9_.\-!%&*+,/;?@^~|]+)\s*=\s*(.*)$/s;
/** Everything but tab, line feed and carriage return: in a text file these are damage. */
// oxlint-disable-next-line no-control-regex -- to find control characters is the purpose
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/;

type Reading = {
  readonly source: ConfigSource;
  readonly sections: Map<string, Map<string, Setting>>;
  section: string;
  chars: number;
  settings: number;
};

/** @throws Fault `cnf-malformed` with file and line */
export function parseConfig(source: ConfigSource): Config {
  const reading: Reading = {
    source,
    sections: new Map<string, Map<string, Setting>>([[DEFAULT, new Map()]]),
    section: DEFAULT,
    chars: 0,
    settings: 0,
  };
  readText(reading, source, 0);
  return { file: source.file, sections: reading.sections };
}

export function configFault(place: { file: string; line?: number }, sentence: string, hint?: string): Fault {
  const where = place.line === undefined ? place.file : `${place.file}:${place.line}`;
  return new Fault("cnf-malformed", `${where}: ${sentence}`, {
    hint: hint ?? "see config(5) and x509v3_config(5) of OpenSSL, and certs/README.md",
  });
}

/** A section that has to be there. @throws Fault `cnf-malformed` */
export function sectionOf(config: Config, name: string): Section {
  const section = config.sections.get(name);
  if (section === undefined) throw configFault(config, `there is no section [ ${name} ]`);
  return section;
}

/** A value, looked up as OpenSSL does: in its section, then in the default section. */
export function settingOf(config: Config, section: string, name: string): Setting | undefined {
  return config.sections.get(section)?.get(name) ?? config.sections.get(DEFAULT)?.get(name);
}

function readText(reading: Reading, { file, text }: { file: string; text: string }, depth: number): void {
  reading.chars += text.length;
  if (reading.chars > TEXT_CHARS) throw configFault({ file }, `more than ${TEXT_CHARS} characters`);
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    let logical = lines[index] ?? "";
    if (CONTROLS.test(logical)) throw configFault({ file, line }, "this is not text");
    while (endsWithBackslash(logical) && index + 1 < lines.length) {
      index += 1;
      logical = logical.slice(0, -1) + (lines[index] ?? "");
    }
    atPlace({ file, line }, () => readLine(reading, stripComment(logical).trim(), { file, line, depth }));
  }
}

/** An odd number of backslashes: the last one is not itself escaped. */
function endsWithBackslash(line: string): boolean {
  return (/\\+$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

function atPlace(place: { file: string; line: number }, step: () => void): void {
  try {
    step();
  } catch (error) {
    throw error instanceof LineFault ? configFault(place, error.message) : error;
  }
}

type Place = { readonly file: string; readonly line: number; readonly depth: number };

function readLine(reading: Reading, line: string, place: Place): void {
  if (line === "") return;
  const [, section] = SECTION_LINE.exec(line) ?? [];
  if (section !== undefined) return openSection(reading, section);
  const [, directive, argument = ""] = DIRECTIVE.exec(line) ?? [];
  if (directive !== undefined) return obey(reading, { directive, argument, place });
  const [, other, name, value = ""] = SETTING.exec(line) ?? [];
  if (name === undefined) throw new LineFault(`expected "name = value", "[ section ]" or a directive`);
  const target = other ?? reading.section;
  assign(reading, target, { name, value: expand(value, lookup(reading, target)), file: place.file, line: place.line });
}

function openSection(reading: Reading, name: string): void {
  if (name === "") throw new LineFault("a section without a name");
  reading.section = name;
  if (!reading.sections.has(name)) reading.sections.set(name, new Map());
}

function assign(reading: Reading, section: string, setting: Setting): void {
  reading.settings += 1;
  if (reading.settings > SETTINGS_MOST) throw new LineFault(`more than ${SETTINGS_MOST} settings`);
  const settings = reading.sections.get(section) ?? new Map<string, Setting>();
  reading.sections.set(section, settings);
  // As in OpenSSL the later one wins, and takes the later place.
  settings.delete(setting.name);
  settings.set(setting.name, setting);
}

/** `$x` in its section and then in the default one; `${s::x}` too, and `$ENV::x` in the environment before the default. */
function lookup(reading: Reading, current: string) {
  return (section: string | undefined, name: string): string | undefined => {
    const own = reading.sections.get(section ?? current)?.get(name)?.value;
    const env = section === "ENV" && Object.hasOwn(reading.source.env, name) ? reading.source.env[name] : undefined;
    return own ?? env ?? reading.sections.get(DEFAULT)?.get(name)?.value;
  };
}

function obey(reading: Reading, order: { directive: string; argument: string; place: Place }): void {
  const { directive, argument, place } = order;
  if (directive !== "include") throw new LineFault(`the directive .${directive} is not supported`);
  const { read } = reading.source;
  if (read === undefined) throw new LineFault(".include is not possible here");
  if (place.depth >= INCLUDE_DEPTH) throw new LineFault(`.include is nested more than ${INCLUDE_DEPTH} deep`);
  const path = expand(argument, lookup(reading, reading.section));
  if (path === "") throw new LineFault(".include without a file");
  readText(reading, read(path, place.file), place.depth + 1);
}
