// What is offered of a folder on the disk.
import { mkdirSync, mkdtempDisposableSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFolder } from "../../../src/bin/in-folder.ts";

test("files and folders by name, also behind links; nothing of what is not there", async () => {
  using own = mkdtempDisposableSync(join(tmpdir(), "mutual-in-folder-"));
  mkdirSync(join(own.path, "b-folder"));
  writeFileSync(join(own.path, "a-file"), "");
  symlinkSync(join(own.path, "b-folder"), join(own.path, "c-link"));
  symlinkSync(join(own.path, "nowhere"), join(own.path, "d-broken"));
  const all = [
    { name: "a-file", isFolder: false },
    { name: "b-folder", isFolder: true },
    { name: "c-link", isFolder: true },
    { name: "d-broken", isFolder: false },
  ];
  expect(await inFolder(`${own.path}/`, "/nowhere")).toEqual(all);
  expect(await inFolder("~/", own.path)).toEqual(all);
  expect(await inFolder(join(own.path, "nothing/"), "/nowhere")).toEqual([]);
});
