// `chat-server init` that comes while another one is at work in the same folder: it waits, finds a realm, and changes nothing of it.
import { existsSync, mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { init } from "../../../src/bin/server-init.ts";
import { wishFor } from "../../../src/pki/folder-authority.ts";
import { lockFolder } from "../../../src/pki/folder-lock.ts";
import { fillFolder } from "../../../src/pki/realm-folder.ts";
import { builtInTemplates } from "../../../src/pki/templates.ts";
import { parseHosts } from "../../../src/pki/wishes.ts";

const USUAL = { host: undefined, name: "Second", owner: undefined, "passphrase-file": undefined, json: true } as const;

test(
  "who comes second is told that there is a realm, and its own ports and names are nowhere",
  { timeout: 60_000 },
  async () => {
    using own = mkdtempDisposableSync(join(tmpdir(), "mutual-init-"));
    const data = join(own.path, "data");
    const folder = join(data, "realm");
    // Another process has the folder: of our own number it would be one of before.
    const first = await lockFolder(folder, { pid: process.ppid, isAlive: () => true, waitMs: 0 });
    const said: string[] = [];
    const values = { ...USUAL, data, ip: "127.0.0.1", port: 7_001, "door-port": 7_002 };
    const second = init(values, (text) => void said.push(text)).then(
      () => "made",
      (error: unknown) => error,
    );
    const templates = builtInTemplates("First");
    const hosts = parseHosts("first.example.org");
    const wish = wishFor({ folder, now: new Date(), passphrase: undefined }, { hosts, templates });
    await fillFolder(wish);
    const made = readFileSync(join(folder, "server.crt"));
    await first[Symbol.asyncDispose]();
    expect(await second).toMatchObject({
      code: "realm-exists",
      hint: expect.stringContaining("nothing was changed") as string,
    });
    expect([said, existsSync(join(data, "chat-server.json")), existsSync(join(data, "chat.db"))]).toEqual([
      [],
      false,
      false,
    ]);
    expect(readFileSync(join(folder, "server.crt")).equals(made)).toBe(true);
  },
);
