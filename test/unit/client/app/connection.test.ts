import { describe, expect, test } from "vitest";
import {
  type Connection,
  type ConnectionInput,
  connectionStep,
  isFinal,
  retryIn,
  STABLE_MS,
} from "../../../../src/client/app/connection.ts";

const reason = { code: "connect-refused", message: "nobody" };
const failed = (more: object = {}): ConnectionInput => ({
  on: "failed",
  reason,
  final: false,
  retryMs: 0,
  nowMs: 0,
  chance: 0,
  ...more,
});

const DOWN: Connection = { at: "down" };

function run(inputs: readonly ConnectionInput[], start: Connection = DOWN) {
  let connection = start;
  const wants: string[] = [];
  for (const input of inputs) {
    const step = connectionStep(connection, input);
    connection = step.connection;
    wants.push(
      ...step.wants.map((want) =>
        "ms" in want ? `${want.want} ${want.ms}` : "state" in want ? want.state : want.want,
      ),
    );
  }
  return { connection, wants };
}

describe("the connection", () => {
  test("with a new certificate: another one in the place of the open one, at once", () => {
    const open = run([{ on: "up" }, { on: "connected" }, { on: "greeted", nowMs: 0 }]).connection;
    const step = connectionStep(open, { on: "renew" });
    expect(step.connection).toEqual({ at: "connecting", attempt: 0 });
    expect(step.wants).toMatchObject([
      { want: "hang-up" },
      { want: "tell", state: "reconnecting", reason: { code: "renewed" } },
      { want: "connect" },
    ]);
  });

  test("up, hello, greeting", () => {
    const { connection, wants } = run([{ on: "up" }, { on: "connected" }, { on: "greeted", nowMs: 5 }]);
    expect(wants).toEqual(["connect", "hello", "connected"]);
    expect(connection).toEqual({ at: "open", attempt: 0, sinceMs: 5 });
  });

  test("failures wait longer each time", () => {
    const rounds = Array.from({ length: 9 }, (): ConnectionInput[] => [failed(), { on: "wait-over" }]).flat();
    const waits = run([{ on: "up" }, ...rounds]).wants.filter((want) => want.startsWith("wait"));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000].map((ms) => `wait ${ms}`));
    expect(retryIn(20, 0.999999)).toBe(30_000);
  });

  test("only a connection that lasted starts the count anew; the server may ask for more patience", () => {
    const start: Connection = { at: "open", attempt: 4, sinceMs: 0 };
    expect(run([failed({ nowMs: STABLE_MS - 1 })], start).wants).toContain("wait 4000");
    expect(run([failed({ nowMs: STABLE_MS })], start).wants).toContain("wait 250");
    expect(run([failed({ nowMs: STABLE_MS, retryMs: 7000 })], start).wants).toContain("wait 7000");
  });

  test("a final refusal is not tried again, unless somebody asks", () => {
    const refused = run([{ on: "up" }, failed({ final: true }), { on: "wait-over" }, failed()]);
    expect(refused.wants).toEqual(["connect", "hang-up", "refused"]);
    expect(run([{ on: "up" }], refused.connection).wants).toEqual(["connect"]);
  });

  test("down on purpose stays down; up cuts a wait short", () => {
    expect(run([{ on: "up" }, { on: "down" }, failed(), { on: "wait-over" }]).connection).toEqual({ at: "down" });
    expect(run([{ on: "up" }, failed(), { on: "up" }]).wants.at(-1)).toBe("connect");
  });

  test("what arrives out of place changes nothing", () => {
    for (const input of [{ on: "greeted", nowMs: 0 }, { on: "connected" }, { on: "wait-over" }] as const) {
      expect(run([input])).toEqual({ connection: { at: "down" }, wants: [] });
    }
  });

  test("codes after which coming back is of no use", () => {
    const final = ["superseded", "device-taken", "certificate-expired", "certificate-revoked", "version"];
    expect(final.every(isFinal)).toBe(true);
    expect(["shutdown", "idle", "crl-expired", "internal", "malformed"].some(isFinal)).toBe(false);
  });
});
