// What a person must hear is told once the vault has it, and again after a crash.
import { describe, expect, it } from "vitest";
import { Bulletins } from "../../../../../src/client/app/trust/bulletins.ts";
import type { Change } from "../../../../../src/client/port/vault.ts";
import type { ClientEvent } from "../../../../../src/client/port/views.ts";

const event = (number: number): ClientEvent => ({ event: "notice", at: number, code: "test", message: `${number}` });

class Scene {
  readonly settings = new Map<string, string>();
  readonly told: number[] = [];
  readonly #afterwards: (() => void)[] = [];
  #written = Promise.withResolvers<void>();
  bulletins = this.start();

  /** As after a crash: what was not written is forgotten by everybody but the vault. */
  start(): Bulletins {
    this.#written = Promise.withResolvers<void>();
    this.bulletins = new Bulletins({
      vault: { setting: (name) => this.settings.get(name) },
      face: { written: () => this.#written.promise },
      tell: ({ at }) => void this.told.push(at),
      afterwards: (run) => void this.#afterwards.push(run),
      put: (changes) => this.put(changes),
    });
    this.bulletins.start();
    return this.bulletins;
  }

  put(changes: readonly Change[]): void {
    for (const change of changes)
      if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
  }

  post(...numbers: number[]): void {
    this.put(this.bulletins.post(numbers.map((number) => event(number))));
  }

  commit(): void {
    for (const run of this.#afterwards.splice(0)) run();
  }

  async written(): Promise<void> {
    this.#written.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a bulletin", () => {
  it("is told when the vault has it", () => {
    const scene = new Scene();
    scene.post(1, 2);
    expect(scene.told).toEqual([]);
    scene.commit();
    expect(scene.told).toEqual([1, 2]);
  });

  it("is told again where the program ended before a face took it, and not where it did", async () => {
    const scene = new Scene();
    scene.post(1);
    scene.start();
    expect(scene.told).toEqual([1]);
    scene.start();
    expect(scene.told).toEqual([1, 1]);
    await scene.written();
    scene.start();
    expect(scene.told).toEqual([1, 1]);
  });

  it("what is posted while another is taken stays", async () => {
    const scene = new Scene();
    scene.post(1);
    scene.commit();
    scene.post(2);
    await scene.written();
    scene.start();
    expect(scene.told).toEqual([1, 2]);
  });

  it("none is nothing to keep", () => {
    expect(new Scene().bulletins.post([])).toEqual([]);
  });

  it("that nobody takes does not fill the vault", () => {
    const scene = new Scene();
    for (let number = 1; number <= 300; number += 1) scene.post(number);
    scene.start();
    expect(scene.told.length).toBe(200);
    expect(scene.told.at(-1)).toBe(300);
  });
});
