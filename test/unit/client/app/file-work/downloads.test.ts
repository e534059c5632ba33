// Which file a message has, and which message an id means.
import { expect, test } from "vitest";
import { Downloads } from "../../../../../src/client/app/file-work/downloads.ts";
import { FileTransfer } from "../../../../../src/client/app/file-work/file-transfer.ts";
import { KeptTransfers } from "../../../../../src/client/app/file-work/kept.ts";
import { Turns } from "../../../../../src/client/app/file-work/turns.ts";
import { type Opened, writeOpened } from "../../../../../src/client/app/payload/opened.ts";
import type { FileDisk } from "../../../../../src/client/files/contract.ts";
import { startUpload } from "../../../../../src/client/files/upload.ts";
import type { FileTicket } from "../../../../../src/client/files/ticket.ts";
import type { HeldEntry, HeldLog, Vault } from "../../../../../src/client/port/vault.ts";
import type { LogId, MessageId } from "../../../../../src/model/ids.ts";
import { MemoryServer, MemorySink, MemorySource, Told, noise, worldOf } from "../../files/memory.ts";
import { MemorySettings } from "./settings.ts";

const MID = "0a".repeat(16) as MessageId;

/** A vault that has one message of this id in each conversation; `row`: when it came. */
function vaultOf(held: readonly { readonly row: number; readonly opened: Opened }[]): Pick<Vault, "logs" | "named"> {
  const logs = held.map((_, at) => ({ log: `c${at}`.repeat(16) as LogId }) as HeldLog);
  const named = (log: LogId): HeldEntry | undefined => {
    const one = held[logs.findIndex((each) => each.log === log)];
    return one && ({ row: one.row, payload: writeOpened(one.opened) } as HeldEntry);
  };
  return { logs: () => logs, named };
}

async function uploaded(server: MemoryServer, seed: number): Promise<FileTicket> {
  const source = new MemorySource(noise(1_000, seed));
  const { onRecord, onProgress } = new Told();
  return await startUpload(worldOf(server), { source, name: `${seed}.bin`, onRecord, onProgress }).done;
}

function scene(server: MemoryServer, vault: Pick<Vault, "logs" | "named">) {
  const sink = new MemorySink();
  const turns = new Turns(1);
  turns.open();
  const disk: Partial<FileDisk> = {
    destinationOf: async ({ name }) => ({ folder: "/home/bob", name }),
    createSink: async () => sink,
  };
  const downloads = new Downloads({
    disk: disk as FileDisk,
    kept: new KeptTransfers(new MemorySettings()),
    transfer: worldOf(server),
    vault,
    open: (file, isPaused) => new FileTransfer({ turns, now: () => 1, tell: () => {} }, file, isPaused),
  });
  const save = () => downloads.save({ do: "save", message: MID, path: "/home/bob", replace: false });
  return { save, sink };
}

test("of several messages with one id the one that came first and has a file", async () => {
  const server = new MemoryServer();
  const [first, copied] = [await uploaded(server, 1), await uploaded(server, 2)];
  const { save, sink } = scene(
    server,
    vaultOf([
      { row: 9, opened: { kind: "file", ticket: copied } },
      { row: 3, opened: { kind: "file", ticket: first } },
      { row: 1, opened: { kind: "text", text: "none" } },
    ]),
  );
  expect(await save()).toMatchObject({ sha256: first.sha256 });
  expect(sink.content.equals(noise(1_000, 1))).toBe(true);
});

test("none", async () => {
  const { save } = scene(new MemoryServer(), vaultOf([{ row: 1, opened: { kind: "expired" } }]));
  await expect(save()).rejects.toMatchObject({ code: "no-file" });
  const nowhere = scene(new MemoryServer(), vaultOf([]));
  await expect(nowhere.save()).rejects.toMatchObject({ code: "no-such-message" });
});
