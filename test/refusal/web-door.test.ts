// Who is turned away by the local server of the web face: other names, other origins, other sites, other places.
import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { expect, test } from "vitest";
import { TestWeb } from "../kit/web/server.ts";

test.each([
  ["a name that was rebound to this address", (host: string) => `evil.example:${host.split(":")[1]}`],
  ["localhost", (host: string) => `localhost:${host.split(":")[1]}`],
  ["another port", () => "127.0.0.1:1"],
  ["no port", () => "127.0.0.1"],
  ["a name that begins like ours", (host: string) => `${host}.evil.example`],
])("a Host that is %s is answered by 421", async (_, hostOf) => {
  await using test_ = await TestWeb.start();
  const { status, body } = await test_.get({ headers: { host: hostOf(test_.host) } });
  expect([status, body]).toEqual([421, "421\n"]);
});

test("two Hosts, or the target as a whole address, lead nowhere", async () => {
  await using web = await TestWeb.start();
  const raw = async (head: string): Promise<string> => {
    const socket = connect(web.web.port, "127.0.0.1");
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
    return (await textOf(socket)).slice(0, 12);
  };
  expect(await raw(`GET / HTTP/1.1\r\nHost: ${web.host}\r\nHost: evil.example`)).toMatch(/^HTTP\/1\.1 4(?:00|21)/);
  expect(await raw("GET / HTTP/1.0")).toBe("HTTP/1.1 421");
  expect(await raw(`GET http://${web.host}/ HTTP/1.1\r\nHost: ${web.host}`)).toBe("HTTP/1.1 404");
});

test.each(["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1", "http://localhost"])(
  "the Origin %s is refused",
  async (origin) => {
    await using web = await TestWeb.start();
    expect((await web.get({ headers: { origin } })).status).toBe(403);
    expect((await web.swap(web.token(), { origin })).status).toBe(403);
  },
);

test.each(["same-site", "cross-site"])("a request from a %s page is refused", async (site) => {
  await using web = await TestWeb.start();
  expect((await web.get({ headers: { "sec-fetch-site": site } })).status).toBe(403);
  expect((await web.get({ path: "/page.js", headers: { "sec-fetch-site": site } })).status).toBe(403);
  const frame = { "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };
  expect((await web.get({ headers: frame })).status).toBe(403);
  expect((await web.swap(web.token(), { "sec-fetch-site": site })).status).toBe(403);
});

test("typed addresses and the redirect file come to the bare page, and to nothing else", async () => {
  await using web = await TestWeb.start();
  const redirect = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  expect((await web.get({ headers: redirect })).status).toBe(200);
  expect((await web.get({ path: "/page.js", headers: redirect })).status).toBe(403);
  expect((await web.get({ headers: { "sec-fetch-site": "none" } })).status).toBe(200);
  expect((await web.swap(web.token(), { "sec-fetch-site": "none" })).status).toBe(403);
});

test.each([
  "/../package.json",
  "/..%2f..%2fetc/passwd",
  "/page.js/../../package.json",
  "//etc/passwd",
  "/page.js?x",
  "/api/file/../../../etc/passwd",
  "/index.html",
  "/constructor",
])("the path %s is no place", async (path) => {
  await using web = await TestWeb.start();
  const headers = { authorization: `Bearer ${await web.key()}` };
  expect((await web.get({ path, headers })).status).toBe(404);
});

test("every answer, refusals too, carries what keeps others out, and never leave for other origins", async () => {
  await using web = await TestWeb.start();
  for (const wanted of [{}, { path: "/page.js" }, { path: "/nowhere" }, { headers: { host: "evil.example" } }]) {
    const { headers } = await web.get(wanted);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(headers).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers["set-cookie"]).toBeUndefined();
  }
});

test("nobody but this machine is answered: it listens on 127.0.0.1 alone", async () => {
  await using web = await TestWeb.start();
  const outcome = await new Promise<string>((resolve) => {
    const socket = connect(web.web.port, "::1");
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.once("connect", () => resolve("connected"));
  });
  expect(outcome).not.toBe("connected");
});
