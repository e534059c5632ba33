// What the user wants of a conversation is kept, for each conversation by itself.
import { describe, expect, it } from "vitest";
import { Preferences } from "../../../../src/client/app/preferences.ts";
import type { HeldLog } from "../../../../src/client/port/vault.ts";
import type { LogId } from "../../../../src/model/ids.ts";

const LOG = "00030000000000000000000000000001" as LogId;
const OTHER = "00030000000000000000000000000002" as LogId;

class Scene {
  readonly settings = new Map<string, string>();
  now = 1_000;
  preferences = this.start();

  start(): Preferences {
    const vault = {
      setting: (name: string) => this.settings.get(name),
      logs: () => [LOG, OTHER].map((log) => ({ log }) as HeldLog),
    };
    this.preferences = new Preferences(vault, () => this.now);
    return this.preferences;
  }

  keep(changes: ReturnType<Preferences["set"]>): number {
    for (const change of changes)
      if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
    return changes.length;
  }
}

describe("what the user wants", () => {
  it("stays where nothing else is said, over a restart too", () => {
    const scene = new Scene();
    scene.keep(scene.preferences.set(LOG, { typing: false }));
    scene.keep(scene.preferences.set(LOG, { receipts: true }));
    expect(scene.start().of(LOG)).toEqual({ typing: false, receipts: true });
    expect(scene.preferences.of(OTHER)).toEqual({});
  });

  it("is written once", () => {
    const scene = new Scene();
    expect(scene.keep(scene.preferences.set(LOG, { typing: false }))).toBe(1);
    expect(scene.keep(scene.preferences.set(LOG, { typing: false }))).toBe(0);
  });

  it("a conversation is quiet until its time, for ever, or not any more", () => {
    const scene = new Scene();
    scene.keep(scene.preferences.set(LOG, { typing: false }));
    scene.keep(scene.preferences.mute(LOG, 2_000));
    expect(scene.start().mutedUntil(LOG)).toBe(2_000);
    expect(scene.preferences.mutedUntil(OTHER)).toBeUndefined();
    scene.now = 2_000;
    expect(scene.preferences.mutedUntil(LOG)).toBeUndefined();
    scene.keep(scene.preferences.mute(LOG, "for-ever"));
    expect(scene.start().mutedUntil(LOG)).toBe(true);
    scene.keep(scene.preferences.mute(LOG, "unmute"));
    expect(scene.start().of(LOG)).toEqual({ typing: false });
  });
});
