// A full disk: a batch that does not fit is refused whole, nothing that was acknowledged is lost, and with room again it goes on.
// By SQLite's own limit everywhere; on a real small file system wherever one may be mounted, with or without root.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { Engine } from "../../src/server/store/sqlite/engine.ts";
import type { Fault } from "../../src/model/fault.ts";
import { realClock, recordOf } from "../contract/store-harness.ts";
import { fillAndGoOn } from "./full-disk.ts";

const state = { folder: "" };
beforeEach(() => {
  state.folder = mkdtempSync(join(tmpdir(), "mutual-full-"));
});
afterEach(() => rmSync(state.folder, { recursive: true, force: true }));

/** How a process may mount something for itself alone: as root of a user namespace of its own, or being root. Undefined: it may not. */
const NAMESPACE = [["--user", "--map-root-user", "--mount"], ["--mount"]].find(
  (flags) => spawnSync("unshare", [...flags, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]).status === 0,
);

describe("full disk", () => {
  test("by a limit on the pages, through the whole store: refused, kept, gone on, opened again", async () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    Atomics.store(flag, 0, 1);
    const failures: Fault[] = [];
    const url = new URL("./full-worker.ts", import.meta.url);
    const open = () =>
      openSqliteStore({
        file: join(state.folder, "chat.db"),
        clock: realClock,
        spawn: () => new Worker(url, { execArgv: [], workerData: flag.buffer }),
        onFailed: (fault) => void failures.push(fault),
      });
    const { acked, refused, held, findings } = await fillAndGoOn({ open, makeRoom: () => Atomics.store(flag, 0, 0) });
    expect({ refused, held, findings, failures }).toEqual({
      refused: "store-full",
      held: [acked, acked + 1, acked + 1],
      findings: [],
      failures: [],
    });
    expect(acked).toBeGreaterThan(0);
  });

  test.skipIf(NAMESPACE === undefined)(
    "on a file system of 12 MiB, and none opens where there is no room at all",
    () => {
      const disk = join(state.folder, "small");
      mkdirSync(disk);
      const script = new URL("./small-disk.ts", import.meta.url).pathname;
      const mountAndRun = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" "$1"';
      const args = [...(NAMESPACE ?? []), "sh", "-c", mountAndRun, "sh", disk, process.execPath, script];
      const { stdout, stderr, status } = spawnSync("unshare", args, { encoding: "utf8" });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      const { acked, ...course } = JSON.parse(stdout) as { readonly acked: number };
      expect(acked).toBeGreaterThan(0);
      expect(course).toEqual({
        refused: "store-full",
        held: [acked, acked + 1, acked + 1],
        findings: [],
        failures: [],
        opened: "store-full",
      });
    },
  );

  test("nothing of what was refused is left: its names can be used again", async () => {
    const engine = new Engine(join(state.folder, "chat.db"), 0);
    engine.db.exec("PRAGMA max_page_count = 60");
    const enrolMany = (): void => {
      for (let n = 0; n < 100; n += 1) engine.enrol(recordOf(`u${n}`, { certificates: [Buffer.alloc(20_000)] }));
    };
    expect(enrolMany).toThrow(expect.objectContaining({ code: "store-full" }) as Error);
    const stored = engine.users("", "", 1_000).length;
    engine.db.exec("PRAGMA max_page_count = 1000000");
    expect(engine.enrol(recordOf(`u${stored}`))).toBe("added");
    expect(await engine.check()).toEqual({ ok: true, findings: [] });
    engine.close();
  });
});
