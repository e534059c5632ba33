// Files through the web face: what a page may send and how much, what it gets, and that neither names a place on this machine.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { giveDownload } from "../../src/client/face/web/downloads.ts";
import type { Command, Reply } from "../../src/client/port/client.ts";
import type { MessageId } from "../../src/model/ids.ts";
import { BLOB_BYTES } from "../../src/model/limits.ts";
import { TestWeb, type Wanted } from "../kit/web/server.ts";

const MESSAGE = "0".repeat(31) + "1";
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

async function upload(web: TestWeb, query: Record<string, string>, wanted: Wanted = {}): Promise<number> {
  const headers = {
    authorization: `Bearer ${await web.key()}`,
    origin: web.origin,
    "content-type": "application/octet-stream",
  };
  const path = `/api/upload?${new URLSearchParams(query).toString()}`;
  const { status } = await web.get({
    method: "POST",
    path,
    body: "hello",
    ...wanted,
    headers: { ...headers, ...wanted.headers },
  });
  return status;
}

test("a file is handed to the command by a path of the server's choosing, and is gone afterwards", async () => {
  await using web = await TestWeb.start();
  const seen: unknown[] = [];
  web.screens.answers.set("file", (command) => {
    if (command.do === "file")
      seen.push([basename(command.path), readFileSync(command.path, "utf8"), statSync(command.path).mode & 0o777]);
    return {};
  });
  expect(await upload(web, { to: "#lobby", name: "../../../etc/passwd" })).toBe(202);
  expect(await upload(web, { to: "#lobby", name: "a.txt", text: "look", reply: MESSAGE })).toBe(202);
  await expect.poll(() => seen).toHaveLength(2);
  expect(seen).toEqual([
    ["_.._.._etc_passwd", "hello", 0o600],
    ["a.txt", "hello", 0o600],
  ]);
  expect(web.screens.asked.at(-1)).toMatchObject({ text: "look", replyTo: MESSAGE, to: "#lobby" });
  for (const command of web.screens.asked)
    expect(command.do === "file" && command.path.startsWith(join(web.folder, "uploads"))).toBe(true);
  await expect.poll(() => readdirSync(join(web.folder, "uploads"))).toEqual([]);
});

test("what is too long, of no length, of another kind, or malformed is not taken", async () => {
  await using web = await TestWeb.start();
  const good = { to: "#lobby", name: "a.txt" };
  expect(await upload(web, good, { headers: { "content-type": "text/plain" } })).toBe(415);
  expect(await upload(web, good, { headers: { "content-length": String(BLOB_BYTES + 1) }, body: "" })).toBe(413);
  expect(await upload(web, good, { headers: { "transfer-encoding": "chunked" } })).toBe(411);
  expect(await upload(web, { to: "#lobby" })).toBe(400);
  expect(await upload(web, { name: "a" })).toBe(400);
  expect(await upload(web, { ...good, reply: "x" })).toBe(400);
  expect(await upload(web, { ...good, to: "x".repeat(200) })).toBe(400);
  expect(await upload(web, { ...good, text: "x".repeat(4_001) })).toBe(400);
  expect(web.screens.asked).toEqual([]);
});

async function shown(web: TestWeb, bytes: Uint8Array, name = "picture.png"): Promise<Record<string, unknown>> {
  web.screens.answers.set("save", (command) => {
    const path = join(command.do === "save" ? command.path : "", name);
    writeFileSync(path, bytes);
    return { path, bytes: bytes.length };
  });
  const headers = { authorization: `Bearer ${await web.key()}` };
  const got = await web.get({ path: `/api/file/${MESSAGE}`, headers });
  return { status: got.status, type: got.headers["content-type"], as: got.headers["content-disposition"] };
}

test("pictures are told by their bytes; SVG, HTML and everything else is bytes, whatever it calls itself", async () => {
  await using web = await TestWeb.start();
  const bytes = { status: 200, type: "application/octet-stream", as: "attachment" };
  expect(await shown(web, PNG, "evil.html")).toEqual({ ...bytes, type: "image/png" });
  for (const text of [
    "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "<!doctype html><b>",
    "",
    "%PDF-1.7",
    "GIF89",
  ])
    expect(await shown(web, Buffer.from(text))).toEqual(bytes);
  await expect.poll(() => readdirSync(join(web.folder, "downloads"))).toEqual([]);
});

test("a page that goes away at the very beginning of its file takes nothing with it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mutual-web-"));
  // A fault that nobody listens to would end the client; the test runner counts it.
  class Gone extends ServerResponse {
    override writeHead(): this {
      this.destroy();
      rmSync(folder, { recursive: true });
      return this;
    }
  }
  const ask = (command: Command): Promise<Reply> => {
    const path = join(command.do === "save" ? command.path : "", "picture.png");
    writeFileSync(path, PNG);
    return Promise.resolve({ path });
  };
  const world = { folder, port: 1, random: (bytes: number) => new Uint8Array(bytes), ask };
  await giveDownload(MESSAGE as MessageId, new Gone(new IncomingMessage(new Socket())), world);
  expect(existsSync(folder)).toBe(false);
});

test("a file that is refused is no page; of an id that is none nothing is asked", async () => {
  await using web = await TestWeb.start();
  const headers = { authorization: `Bearer ${await web.key()}` };
  expect((await web.get({ path: "/api/file/..%2f..%2fetc", headers })).status).toBe(404);
  expect((await web.get({ path: `/api/file/${MESSAGE}/..`, headers })).status).toBe(404);
  expect(web.screens.asked).toEqual([]);
  expect((await web.get({ method: "POST", path: `/api/file/${MESSAGE}`, headers })).status).toBe(405);
  expect(existsSync(join(web.folder, "port"))).toBe(true);
});
