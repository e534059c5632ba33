// Where a download goes, with real files: what is written, under which name, and what is never touched.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Sink } from "../../../../src/client/files/contract.ts";
import { createSink, reopenSink } from "../../../../src/client/files/disk/sink.ts";
import { asNobody } from "./nobody.ts";

const CONTENT = Buffer.from("what was sent");
const state = { folder: "" };
const at = (...names: string[]): string => join(state.folder, ...names);

beforeEach(() => {
  state.folder = mkdtempSync(join(tmpdir(), "mutual-files-"));
});
afterEach(() => rmSync(state.folder, { recursive: true, force: true }));

async function saved(path: string, more: { readonly name?: string; readonly replace?: boolean } = {}): Promise<string> {
  const sink = await createSink({ path, name: "photo.png", size: CONTENT.length, replace: false, ...more });
  await sink.write(0, CONTENT);
  try {
    return await sink.finish();
  } finally {
    await sink.close();
  }
}

describe("where a download goes", () => {
  test("into a folder, under the name it came with, for this user only", async () => {
    const path = await saved(at());
    expect(path).toBe(at("photo.png"));
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(at())).toEqual(["photo.png"]);
  });

  test("to a file that the user named; that name is theirs, also with a dot", async () => {
    expect(await saved(at(".own name"))).toBe(at(".own name"));
  });

  test("has no name until it is whole, and nobody else can read it", async () => {
    const sink = await createSink({ path: at(), name: "photo.png", size: 5, replace: false });
    const [only = ""] = readdirSync(at());
    expect(only).toMatch(/^\.[0-9a-f]{24}\.part$/);
    expect(statSync(at(only)).mode & 0o777).toBe(0o600);
    await sink.discard();
    expect(readdirSync(at())).toEqual([]);
  });

  test.each<readonly [what: string, path: () => string, code: string]>([
    ["an empty path", () => "", "target-path"],
    ["a path with a zero", () => at("a\0b"), "target-path"],
    ["a folder that is not there", () => at("no", "photo.png"), "target-missing"],
    ["a folder that is not there, written as one", () => at("no/"), "target-missing"],
    ["a file where a folder should be", () => at("file", "photo.png"), "target-missing"],
  ])("not to %s", async (_, path, code) => {
    writeFileSync(at("file"), "");
    await expect(saved(path())).rejects.toMatchObject({ code });
    expect(readdirSync(at())).toEqual(["file"]);
  });

  test("not where this user may not write", async () => {
    chmodSync(at(), 0o555);
    await asNobody(() => expect(saved(at())).rejects.toMatchObject({ code: "target-unwritable" }));
  });

  test("not to a disk that has no room for it, told before", async () => {
    const wish = { path: at(), name: "a", size: 2 ** 52, replace: false };
    await expect(createSink(wish)).rejects.toMatchObject({ code: "target-full" });
    expect(readdirSync(at())).toEqual([]);
  });
});

describe("what is there already stays", () => {
  test("a file: the new one gets a number, the next one the next", async () => {
    writeFileSync(at("photo.png"), "mine");
    expect(await saved(at())).toBe(at("photo (2).png"));
    expect(await saved(at("photo.png"))).toBe(at("photo (3).png"));
    expect(readFileSync(at("photo.png"), "utf8")).toBe("mine");
  });

  test("a link, also one that leads nowhere: nothing is written through it", async () => {
    symlinkSync(at("elsewhere"), at("photo.png"));
    expect(await saved(at())).toBe(at("photo (2).png"));
    expect(readlinkSync(at("photo.png"))).toBe(at("elsewhere"));
    expect(readdirSync(at()).toSorted()).toEqual(["photo (2).png", "photo.png"]);
  });

  test("a folder of that name", async () => {
    mkdirSync(at("x"));
    mkdirSync(at("x", "photo.png"));
    expect(await saved(at("x"))).toBe(at("x", "photo (2).png"));
  });

  test("one that came while it was being written", async () => {
    const sink = await createSink({ path: at(), name: "photo.png", size: 5, replace: false });
    writeFileSync(at("photo.png"), "quicker");
    expect(await sink.finish()).toBe(at("photo (2).png"));
    expect(readFileSync(at("photo.png"), "utf8")).toBe("quicker");
  });

  test("unless it shall be replaced: the file, or the link itself and not what it leads to", async () => {
    writeFileSync(at("photo.png"), "old");
    expect(await saved(at(), { replace: true })).toBe(at("photo.png"));
    expect(readFileSync(at("photo.png")).equals(CONTENT)).toBe(true);
    writeFileSync(at("precious"), "precious");
    symlinkSync(at("precious"), at("link.png"));
    await saved(at("link.png"), { replace: true });
    expect(lstatSync(at("link.png")).isFile()).toBe(true);
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(statSync(at("link.png")).mode & 0o777).toBe(0o600);
  });

  test("a folder is never replaced", async () => {
    mkdirSync(at("x"));
    mkdirSync(at("x", "photo.png"));
    await expect(saved(at("x"), { replace: true })).rejects.toMatchObject({ code: "target-exists" });
  });
});

describe("names that want to go elsewhere", () => {
  test.each([
    "../up.txt",
    "..",
    "/etc/cron.d/x",
    "a/../../b",
    "..\\..\\b",
    "\0",
    ".ssh",
    "-rf",
    "con",
    "a\u202etxt.exe",
    "C:x",
  ])("%j stays in the folder", async (name) => {
    mkdirSync(at("in"));
    const path = await saved(at("in"), { name });
    const [only = ""] = readdirSync(at("in"));
    expect(path).toBe(at("in", only));
    expect(only).not.toMatch(/^[.-]|[/\\:\u202e]/);
    expect(readdirSync(at())).toEqual(["in"]);
  });
});

describe("a partial file that is opened again", () => {
  const wish = { name: "photo.png", size: 100, replace: false };

  async function begun(): Promise<Sink["place"]> {
    const sink = await createSink({ path: at(), ...wish });
    await sink.write(0, Buffer.from("0123456789"));
    await sink.close();
    return sink.place;
  }

  test("is cut to what is certain, and goes on", async () => {
    const sink = await reopenSink(await begun(), 4);
    const into = Buffer.alloc(10);
    expect([await sink.read(0, into), into.toString("utf8", 0, 4)]).toEqual([4, "0123"]);
    await sink.write(4, Buffer.from("abc"));
    expect(readFileSync(await sink.finish(), "utf8")).toBe("0123abc");
  });

  test.each<readonly [what: string, change: (partial: string) => void, code: string]>([
    ["gone", (partial) => rmSync(partial), "target-gone"],
    [
      "another file of that name",
      (partial) => {
        // The first stays until the second is there: otherwise it may get the same inode.
        writeFileSync(`${partial}.new`, "0123456789");
        execFileSync("mv", [`${partial}.new`, partial]);
      },
      "target-changed",
    ],
    [
      "a link to somewhere",
      (partial) => {
        writeFileSync(at("precious"), "0123456789");
        rmSync(partial);
        symlinkSync(at("precious"), partial);
      },
      "target-changed",
    ],
    [
      "a link to where it was moved",
      (partial) => {
        execFileSync("mv", [partial, at("moved")]);
        symlinkSync(at("moved"), partial);
      },
      "target-changed",
    ],
    ["one with a second name", (partial) => linkSync(partial, at("second")), "target-changed"],
    ["shorter than it was", (partial) => truncateSync(partial, 3), "target-changed"],
  ])("is refused when it is %s", async (_, change, code) => {
    const place = await begun();
    change(place.partial);
    await expect(reopenSink(place, 4)).rejects.toMatchObject({ code });
  });

  test.each<(place: Sink["place"]) => Sink["place"]>([
    (place) => ({ ...place, partial: at("precious") }),
    (place) => ({ ...place, partial: join(place.folder, "..", `.${"0".repeat(24)}.part`) }),
    (place) => ({ ...place, name: "../x" }),
    (place) => {
      const named = join(place.folder, "a name that is no partial's");
      execFileSync("mv", [place.partial, named]);
      return { ...place, partial: named };
    },
  ])("a record that was bent leads nowhere (%#)", async (bend) => {
    writeFileSync(at("precious"), "precious");
    await expect(reopenSink(bend(await begun()), 0)).rejects.toMatchObject({ code: "target-changed" });
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
  });

  test("exchanged while it is written: it gets no name", async () => {
    const sink = await createSink({ path: at(), ...wish });
    await sink.write(0, CONTENT);
    rmSync(sink.place.partial);
    writeFileSync(sink.place.partial, "somebody else's");
    await expect(sink.finish()).rejects.toMatchObject({ code: "target-changed" });
    expect(readdirSync(at())).not.toContain("photo.png");
    await sink.close();
  });

  test("the folder vanished while it is written", async () => {
    mkdirSync(at("x"));
    const sink = await createSink({ path: at("x"), ...wish });
    rmSync(at("x"), { recursive: true });
    await sink.write(0, CONTENT);
    await expect(sink.finish()).rejects.toMatchObject({ code: "target-gone" });
    await sink.discard();
  });
});
