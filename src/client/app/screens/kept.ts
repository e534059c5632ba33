// What this device keeps for its screens: drafts, what is pinned, what rings, names of one's own, settings. A few JSON values in
// the vault's settings. What cannot be understood is ignored.
import type { Seq } from "../../../model/ids.ts";
import type { NotifyLevel, SettingsView } from "../../port/screens.ts";
import type { LateSettings } from "./late-settings.ts";
import { LOBBY } from "./places.ts";
import { chosenOf, isFields, readSettings, type Settings, usualSettings, without } from "./settings.ts";

export interface KeptWorld {
  readonly language: string;
  readonly late: LateSettings;
}

/** By its user, as not read from here on. */
interface Marked {
  readonly from: Seq;
  /** How many of them were read before, and how many of these name the user. */
  readonly unread: number;
  readonly mentions: number;
}

/** What is written together. */
type Part = "drafts" | "list" | "people" | "settings";

/** UTF-16 units of all drafts together, and of one: four messages as long as they may be. The oldest are not kept. */
const DRAFTS_CHARS = 262_144;
const DRAFT_CHARS = 65_536;
const KEY_CHARS = 129;
/** Conversations and people that something is kept of. */
const MOST = 1_000;
const NAME_CHARS = 64;
const LEVELS: readonly NotifyLevel[] = ["all", "mentions", "nothing"];

export class Kept {
  readonly #world: KeptWorld;
  /** By place, as in places.ts; the last one written is the last. */
  readonly drafts: Map<string, string>;
  readonly pinned: Map<string, true>;
  /** Put away up to this seq. */
  readonly archived: Map<string, number>;
  readonly levels: Map<string, NotifyLevel>;
  readonly unreadFrom: Map<string, Marked>;
  readonly nicknames: Map<string, string>;
  /** The place that was looked at last. */
  #open: string;
  readonly #usual: Settings;
  #settings: Settings;

  constructor(world: KeptWorld) {
    this.#world = world;
    const list = this.#read("list");
    this.drafts = mapOf(this.#read("drafts"), (one) => isText(one, DRAFT_CHARS));
    this.pinned = mapOf(list["pinned"], (one) => one === true);
    this.archived = mapOf(list["archived"], (one): one is number => Number.isSafeInteger(one));
    this.levels = mapOf(list["levels"], (one): one is NotifyLevel => LEVELS.some((level) => level === one));
    this.unreadFrom = mapOf(list["unreadFrom"], isMarked);
    this.nicknames = mapOf(this.#read("people"), (one) => isText(one, NAME_CHARS));
    const open = list["open"];
    this.#open = isText(open, KEY_CHARS) ? open : LOBBY;
    this.#usual = usualSettings(world.language);
    this.#settings = readSettings(this.#read("settings"), this.#usual);
  }

  get open(): string {
    return this.#open;
  }

  set open(place: string) {
    if (place === this.#open) return;
    this.#open = place;
    this.touched("list");
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** What is no setting is left out. */
  set(change: Partial<SettingsView>): void {
    this.#settings = readSettings({ ...this.#settings, ...without(change) }, this.#settings);
    this.touched("settings");
  }

  draft(place: string, text: string): void {
    if ((this.drafts.get(place) ?? "") === text) return;
    this.drafts.delete(place);
    if (text !== "") this.drafts.set(place, text);
    this.touched("drafts");
  }

  /** Something in a map of this part is another now. */
  touched(part: Part): void {
    this.#world.late.touched(part, () => this.#valueOf(part));
  }

  #valueOf(part: Part): unknown {
    switch (part) {
      case "drafts":
        return Object.fromEntries(newestDrafts(this.drafts));
      case "list":
        return {
          open: this.#open,
          pinned: newest(this.pinned),
          archived: newest(this.archived),
          levels: newest(this.levels),
          unreadFrom: newest(this.unreadFrom),
        };
      case "people":
        return newest(this.nicknames);
      case "settings":
        return chosenOf(this.#settings, this.#usual);
    }
  }

  #read(part: Part): Readonly<Record<string, unknown>> {
    const value = this.#world.late.read(part);
    return isFields(value) ? value : {};
  }
}

function newest<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].slice(-MOST));
}

function newestDrafts(drafts: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const kept: (readonly [string, string])[] = [];
  let chars = 0;
  for (const [place, text] of [...drafts].toReversed()) {
    // Half a draft would be sent for a whole one.
    if (text.length > DRAFT_CHARS || chars + text.length > DRAFTS_CHARS || kept.length >= MOST) continue;
    chars += text.length;
    kept.push([place, text]);
  }
  return kept.toReversed();
}

function mapOf<T>(value: unknown, is: (one: unknown) => one is T): Map<string, T> {
  const all: [string, unknown][] = isFields(value) ? Object.entries(value) : [];
  const good = all.flatMap(([key, one]) => (key.length <= KEY_CHARS && is(one) ? [[key, one] as const] : []));
  return new Map(good.slice(-MOST));
}

function isMarked(value: unknown): value is Marked {
  if (!isFields(value)) return false;
  return [value["from"], value["unread"], value["mentions"]].every(
    (one) => Number.isSafeInteger(one) && Number(one) >= 0,
  );
}

function isText(value: unknown, most: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= most && value.isWellFormed();
}
