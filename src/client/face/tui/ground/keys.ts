// Bytes of a terminal as keys, text, pastes, clicks. Knows no clock and no stream: the time is handed in.
// What stands behind the end of a paste, in the same read or shortly after it, is still paste: a text with ESC[201~ in it would
// otherwise type for its reader, and press Enter.
import { altKey, apc, controlKey, csi, key, osc, PASTE_BEGIN, PASTE_END, type Said, ss3 } from "./sequences.ts";

/** A lone ESC is the key when nothing follows for so long. */
const ESCAPE_MS = 40;
/** Behind a paste, and behind each read that counted as one. */
const PASTE_MS = 20;
/** A paste whose end never comes is over when nothing follows for so long. */
const STUCK_MS = 1_000;
const PASTE_CHARS = 1024 * 1024;
const SEQUENCE_CHARS = 256;
const ESC = "\x1b";
// oxlint-disable-next-line no-control-regex -- control characters are what it reads
const CSI = /^\x1b\[([<?>=]?)([\d;:]*)[ -/]*([@-~])/;
// oxlint-disable-next-line no-control-regex -- the same
const OSC = /^\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)/;
// oxlint-disable-next-line no-control-regex -- the same
const DCS = /^\x1b[P_^X]([^\x1b]*)\x1b\\/;
// oxlint-disable-next-line no-control-regex -- the same
const SEQUENCES = /\x1b(?:\[[<?>=]?[\d;:]*[ -/]*[@-~]|O[A-Z])/g;
// oxlint-disable-next-line no-control-regex -- the same
const TEXT = /^[^\x00-\x1f\x7f]+/;

export class KeyReader {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #held = "";
  /** What was pasted so far, while its end has not come. */
  #paste: string | undefined;
  #pasteUntil = Number.NEGATIVE_INFINITY;
  #waitUntil: number | undefined;

  /** When `late` is to be called, if nothing comes before. */
  get waitsUntil(): number | undefined {
    return this.#waitUntil;
  }

  push(bytes: Uint8Array, now: number): readonly Said[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return [];
    const wasPasted = this.#paste === undefined && now < this.#pasteUntil;
    this.#held += text;
    const said = wasPasted ? this.#tail(now) : this.#read(now, false);
    this.#look(now);
    return said;
  }

  /** Nothing came until `waitsUntil`. */
  late(now: number): readonly Said[] {
    if (this.#waitUntil === undefined || now < this.#waitUntil) return [];
    this.#waitUntil = undefined;
    if (this.#paste === undefined) return this.#read(now, true);
    const pasted = this.#paste + this.#held;
    [this.#paste, this.#held] = [undefined, ""];
    return [{ said: "paste", text: pasted }];
  }

  #look(now: number): void {
    if (this.#paste !== undefined) this.#waitUntil = now + STUCK_MS;
    else this.#waitUntil = this.#held === "" ? undefined : now + ESCAPE_MS;
  }

  #read(now: number, isLast: boolean): readonly Said[] {
    const all: Said[] = [];
    while (this.#held !== "") {
      if (this.#paste !== undefined) {
        const pasted = this.#pasted();
        if (pasted === undefined) break;
        all.push(pasted, ...this.#tail(now));
        continue;
      }
      const next = this.#next(isLast);
      if (next === "more") break;
      if (next !== undefined) all.push(next);
    }
    return all;
  }

  /** Undefined: its end is not there yet. */
  #pasted(): Said | undefined {
    const end = this.#held.indexOf(PASTE_END);
    if (end < 0) {
      // The beginning of the end may be among the last ones.
      const sure = Math.max(0, this.#held.length - PASTE_END.length + 1);
      this.#paste = `${this.#paste ?? ""}${this.#held.slice(0, sure)}`;
      this.#held = this.#held.slice(sure);
      if (this.#paste.length <= PASTE_CHARS) return undefined;
    }
    const text = `${this.#paste ?? ""}${end < 0 ? "" : this.#held.slice(0, end)}`;
    this.#held = end < 0 ? this.#held : this.#held.slice(end + PASTE_END.length);
    this.#paste = undefined;
    return { said: "paste", text };
  }

  /** Everything that is here now, behind a paste. Sequences among it mean nothing. */
  #tail(now: number): readonly Said[] {
    this.#pasteUntil = now + PASTE_MS;
    const text = this.#held.replaceAll(SEQUENCES, "");
    // The beginning of a sequence, cut by the end of the read.
    const begun = text.lastIndexOf(ESC);
    const cut = begun >= 0 && text.length - begun < PASTE_BEGIN.length ? begun : text.length;
    this.#held = text.slice(cut);
    const pasted = text.slice(0, cut);
    return pasted === "" ? [] : [{ said: "paste", text: pasted }];
  }

  /** Undefined: it means nothing. `more`: it is not whole yet. */
  #next(isLast: boolean): Said | "more" | undefined {
    const held = this.#held;
    if (held.startsWith(ESC)) return this.#escape(isLast);
    const [text = ""] = TEXT.exec(held) ?? [];
    if (text !== "") {
      this.#held = held.slice(text.length);
      return { said: "text", text };
    }
    this.#held = held.slice(1);
    return controlKey(held.charCodeAt(0));
  }

  #escape(isLast: boolean): Said | "more" | undefined {
    const held = this.#held;
    if (held.startsWith(PASTE_BEGIN)) {
      this.#held = held.slice(PASTE_BEGIN.length);
      this.#paste = "";
      return undefined;
    }
    const second = held.charAt(1);
    if (second === "" || second === ESC) return this.#alone(second === ESC || isLast);
    if (second === "[")
      return this.#take(CSI, isLast, ([, mark = "", fields = "", final = ""]) => csi(mark, fields, final));
    if (second === "]") return this.#take(OSC, isLast, ([, text = ""]) => osc(text));
    if ("P_^X".includes(second))
      return this.#take(DCS, isLast, ([, text = ""]) => (second === "_" ? apc(text) : undefined));
    if (second === "O" && !isLast && held.length < 3) return "more";
    if (second === "O" && held.length > 2) {
      this.#held = held.slice(3);
      return ss3(held.charAt(2));
    }
    const [character = ""] = held.slice(1);
    this.#held = held.slice(1 + character.length);
    return altKey(character);
  }

  #alone(isSure: boolean): Said | "more" {
    if (!isSure) return "more";
    this.#held = this.#held.slice(1);
    return key("escape");
  }

  #take(
    pattern: RegExp,
    isLast: boolean,
    read: (found: RegExpExecArray) => Said | undefined,
  ): Said | "more" | undefined {
    const found = pattern.exec(this.#held);
    if (found !== null) {
      this.#held = this.#held.slice(found[0].length);
      return read(found);
    }
    if (!isLast && this.#held.length < SEQUENCE_CHARS) return "more";
    // Not a sequence: Alt with a character, and text behind it.
    const [, character = ""] = this.#held;
    this.#held = this.#held.slice(1 + character.length);
    return this.#held === "" ? altKey(character) : undefined;
  }
}
