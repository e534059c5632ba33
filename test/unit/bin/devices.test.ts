// `chat-client devices`: what stands behind it, and how another machine is waited for.
import { describe, expect, test } from "vitest";
import { readCommand } from "../../../src/client/app/commands.ts";
import { deviceFields, mustBeKnown, nothingToAdd } from "../../../src/bin/client-devices.ts";
import { added, Newcomer } from "../../../src/bin/client-devices-add.ts";
import type { Asker } from "../../../src/bin/client-once.ts";
import type { ClientEvent } from "../../../src/client/port/views.ts";
import { HandClock } from "../../kit/hand-clock.ts";
import { clientThat, Lines } from "../../kit/lines.ts";

describe("what stands behind it", () => {
  test.each([
    ["", { do: "devices" }],
    ["bob", { do: "devices", user: "bob" }],
    ["@Bob", { do: "devices", user: "bob" }],
    ["@add", { do: "devices", user: "add" }],
    ["@remove", { do: "devices", user: "remove" }],
    ["rename 4f1c09aa laptop", { do: "label", device: "4f1c09aa", label: "laptop" }],
    ["rename laptop my old laptop", { do: "label", device: "laptop", label: "my old laptop" }],
    ["rename laptop -", { do: "label", device: "laptop", label: "" }],
    ["remove Laptop", { do: "revoke", device: "Laptop" }],
  ])("%j", (line, command) => {
    expect(readCommand(deviceFields(line.split(" ").filter((word) => word !== "")))).toEqual(command);
  });

  test.each([
    [["rename"], "devices rename needs a DEVICE and its NAME"],
    [["rename", "laptop"], "devices rename needs a DEVICE and its NAME"],
    [["remove"], "devices remove needs a DEVICE"],
    [["remove", "a", "b"], "unexpected argument: b"],
    [["bob", "carol"], "unexpected argument: carol"],
  ])("%j makes no sense", (words, message) => {
    expect(() => deviceFields(words)).toThrow(expect.objectContaining({ code: "usage", message }) as Error);
  });

  test("behind add nothing; where a line is to be pasted is said", () => {
    expect(() => nothingToAdd(["now"])).toThrow(
      expect.objectContaining({
        code: "usage",
        message: "devices add takes nothing behind it: now",
        hint: expect.stringContaining("chat-client join 'LINE'") as string,
      }) as Error,
    );
    const pasted = expect.objectContaining({
      message: "devices add shows a line, and takes none",
      hint: expect.stringContaining("chat-client join 'LINE'") as string,
    }) as Error;
    expect(() => nothingToAdd(["chat://chat.example.org:12346/#secret"])).toThrow(pasted);
    expect(() => deviceFields(["chat://chat.example.org:12346/#secret"])).toThrow(pasted);
    nothingToAdd([]);
  });

  test("a machine where nobody is in adds none: what to do on which one is said", () => {
    mustBeKnown(true);
    expect(() => mustBeKnown(false)).toThrow(
      expect.objectContaining({
        code: "certs-missing",
        message: "this machine is no device of yours yet, and can add no other",
        hint: expect.stringMatching(/chat-client devices add.* then here: chat-client join/) as string,
      }) as Error,
    );
  });
});

const SELF = { user: "alice", device: "11".repeat(16), name: "Alice" };
const NEW = "22".repeat(16);
const OLD = "33".repeat(16);
const UNTIL_MS = 600_000;

function event(name: ClientEvent["event"], fields: object): ClientEvent {
  return { event: name, at: 0, ...SELF, ...fields } as unknown as ClientEvent;
}
const certificate = (device: string, how = "device"): ClientEvent =>
  event("certificate", { device, change: "issued", how });
const here = (device: string, cosigned: string = SELF.device): ClientEvent =>
  event("device", { device, change: "added", how: "device", cosigned });
const FALSE = event("alarm", { code: "pairing-false", message: "somebody else came" });

/** The command, up to where the line is shown. */
class Scene {
  readonly clock = new HandClock();
  readonly newcomer = new Newcomer();
  readonly #lines = new Lines();
  readonly end: Promise<unknown>;
  isOver = false;

  constructor({ json = false, isHanding = (): boolean => false } = {}) {
    const until = this.clock.now() + UNTIL_MS;
    const client = clientThat(({ do: name }) =>
      name === "audit" ? { certificates: [{ device: OLD }] } : { line: "chat://line", until, qr: ["█▀"] },
    );
    const handing = Object.defineProperty(client, "isHanding", { get: isHanding });
    const asker = { client: handing, output: this.#lines.output } as unknown as Asker;
    this.newcomer.take(event("ready", {}));
    const values = { json } as Parameters<typeof added>[0]["values"];
    this.end = added({ values, clock: this.clock }, asker, this.newcomer).then(
      () => (this.isOver = true),
      (error: unknown) => error,
    );
  }

  /** What was asked for has been answered. */
  async takes(...events: readonly ClientEvent[]): Promise<void> {
    await new Promise(setImmediate);
    for (const one of events) this.newcomer.take(one);
    await new Promise(setImmediate);
  }

  async passes(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      this.clock.pass(250);
      await new Promise(setImmediate);
    }
  }

  said(): Promise<string[]> {
    return this.#lines.read();
  }
}

const SHOWN: readonly string[] = [
  "  █▀",
  "  chat-client join 'chat://line'",
  expect.stringMatching(/^\* type it .*; Ctrl\+C gives up$/) as string,
];
const YOURS = "* the other machine is your device 22222222 now, and this one vouches for it";
const HERE = "* 22222222 is here, and gets what was said before";

describe("another machine", () => {
  test("is told when it has its certificate and when it is here; then what it waits for is handed to it", async () => {
    let isHanding = true;
    const scene = new Scene({ isHanding: () => isHanding });
    await scene.takes(certificate(NEW));
    expect(await scene.said()).toEqual([...SHOWN, YOURS]);
    await scene.takes(here(NEW));
    await scene.passes(20_000);
    expect([scene.isOver, (await scene.said()).at(-1)]).toEqual([false, HERE]);
    isHanding = false;
    await scene.passes(3_000);
    expect(scene.isOver).toBe(true);
  });

  test("is not waited for any longer than a minute, however much it waits for", async () => {
    const scene = new Scene({ isHanding: () => true });
    await scene.takes(certificate(NEW), here(NEW));
    await scene.passes(59_000);
    expect(scene.isOver).toBe(false);
    await scene.passes(1_500);
    expect(scene.isOver).toBe(true);
  });

  test("that has its certificate and does not connect: told, and no failure", async () => {
    const scene = new Scene();
    await scene.takes(certificate(NEW));
    await scene.passes(30_000);
    expect([scene.isOver, await scene.said()]).toEqual([true, [...SHOWN, YOURS, "* 22222222 has not connected yet"]]);
  });

  test("is none that there was, none that came otherwise, and none for which another device vouches", async () => {
    const scene = new Scene();
    await scene.takes(certificate(OLD), here(OLD), certificate(NEW, "password"), here(NEW, OLD), here(NEW, ""));
    await scene.takes(event("device", { device: NEW, change: "revoked", cosigned: SELF.device }));
    expect(await scene.said()).toEqual(SHOWN);
    expect(scene.newcomer.isCertified).toBe(false);
    await scene.passes(UNTIL_MS);
    expect(await scene.end).toMatchObject({
      code: "pairing-over",
      message: "no other machine came in by then: the line is good for nothing now",
    });
  });

  test("that has not seen the line: the errand is over with what the alarm says", async () => {
    const scene = new Scene();
    await scene.takes(FALSE);
    expect(await scene.end).toMatchObject({ code: "pairing-false", message: "somebody else came" });
    expect(await scene.said()).toEqual(SHOWN);
  });

  test("in JSON: the answer, and both events; an alarm afterwards is one", async () => {
    const scene = new Scene({ json: true });
    await scene.takes(certificate(NEW), here(NEW));
    await scene.passes(3_000);
    const said = (await scene.said()).map((line) => JSON.parse(line) as object);
    expect(said).toMatchObject([
      { reply: "pair", ok: true, line: "chat://line" },
      { event: "certificate", device: NEW },
      { event: "device", device: NEW, cosigned: SELF.device },
    ]);
    expect([scene.isOver, scene.newcomer.isToldOf(FALSE)]).toEqual([true, false]);
  });
});
