// The import rule sees every way to import, and refuses what the table of rooms does not allow.
import { describe, expect, test } from "vitest";
import { judge } from "../../../scripts/floors/judge.ts";

const GROUND = {
  "src/model/ids.ts": "export type Id = string;",
  "src/wire/frames.ts": 'import type { Id } from "../model/ids.ts";\nexport type Frame = Id;',
  "src/server/service/service.ts": "export const service = 1;",
  "src/server/store/sqlite/store.ts": "export const store = 1;",
  "src/client/app/app.ts": "export type App = 1;",
  "src/mls/group.ts": "export const group = 1;",
};

function judged(path: string, text: string): readonly string[] {
  return judge(new Map(Object.entries({ ...GROUND, [path]: text })));
}

test("a tree that keeps the rule has no faults", () => {
  expect(judge(new Map(Object.entries(GROUND)))).toEqual([]);
});

describe("every way to import upward is seen", () => {
  const ways = {
    value: 'import { service } from "../service/service.ts";',
    "side effect": 'import "../service/service.ts";',
    "type only": 'import type { service } from "../service/service.ts";',
    "inline type": 'import { type service } from "../service/service.ts";',
    "re-export": 'export { service } from "../service/service.ts";\nexport const own = 1;',
    "type re-export": 'export type { service } from "../service/service.ts";\nexport const own = 1;',
    star: 'export * from "../service/service.ts";\nexport const own = 1;',
    "import()": 'export const lazy = () => import("../service/service.ts");',
    "type import()": 'export type T = typeof import("../service/service.ts");',
    require: 'export const service = require("../service/service.ts");',
    "import =": 'import service = require("../service/service.ts");\nexport { service };',
    "worker URL": 'export const url = new URL("../service/service.ts", import.meta.url);',
    "beside await using": 'await using x = y();\nimport type { service } from "../service/service.ts";',
  };
  test.each(Object.entries(ways))("%s", (_, text) => {
    expect(judged("src/server/session/step.ts", text)).toEqual([
      expect.stringContaining("server/session may not import server/service (../service/service.ts)"),
    ]);
  });
});

describe("what each room may not do", () => {
  test.each([
    ["src/server/net/x.ts", "../../client/app/app.ts", "server/net may not import client/app"],
    ["src/client/link/x.ts", "../../server/service/service.ts", "client/link may not import server/service"],
    ["src/server/service/x.ts", "../../mls/group.ts", "server/service may not import mls"],
    ["src/server/store/other/x.ts", "../sqlite/store.ts", "server/store/other may not import server/store/sqlite"],
    ["src/pki/x.ts", "../wire/frames.ts", "pki may not import wire"],
    ["src/bin/cli.ts", "../client/app/app.ts", "bin may not import client/app"],
    ["src/bin/chat-server.ts", "../client/app/app.ts", "bin/server may not import client/app"],
    ["src/wire/x.ts", "../../test/kit/x.ts", "wire may not import test"],
    ["src/wire/x.ts", "../../scripts/x.ts", "wire may not import scripts"],
    ["src/wire/x.ts", "node:fs", "wire does no I/O: node:fs"],
    ["src/model/x.ts", "node:crypto", "model imports nothing, not even node:crypto"],
    ["src/pki/x.ts", "node:process", "only src/bin touches the process: node:process"],
    ["src/pki/x.ts", "fs", "write node:fs"],
    ["src/wire/x.ts", "node-forge", "node-forge is not for wire"],
    ["src/server/net/x.ts", "pino", "pino is not for server/net"],
    ["src/wire/x.ts", "left-pad", "left-pad is not for wire"],
    ["src/wire/x.ts", "./gone.ts", "./gone.ts is not a file of this repository"],
  ])("%s importing %s", (path, specifier, fault) => {
    const findings = judged(path, `import ${JSON.stringify(specifier)};`);
    expect(findings).toEqual([expect.stringContaining(`${path}:1: ${fault}`)]);
  });

  test("a file outside every room", () => {
    expect(judged("src/utils/x.ts", "")).toEqual([expect.stringContaining("stands in no room")]);
  });

  test("a barrel", () => {
    expect(judged("src/wire/index.ts", 'export * from "./frames.ts";')).toEqual([expect.stringContaining("a barrel")]);
  });

  test("an import() that cannot be judged: refused in src, left alone elsewhere", () => {
    const text = "export const lazy = (name: string) => import(name);";
    expect(judged("src/wire/x.ts", text)).toEqual([
      "src/wire/x.ts:1: an import without a plain string cannot be judged",
    ]);
    expect(judged("test/bench/x.ts", text)).toEqual([]);
  });
});

describe("what each room may do", () => {
  test.each([
    ["src/pki/x.ts", "node-forge"],
    ["src/wire/x.ts", "protobufjs/minimal.js"],
    ["src/bin/cli.ts", "yargs/helpers"],
    ["src/bin/chat-server.ts", "pino"],
    ["src/bin/chat-server.ts", "./cli.ts"],
    ["src/server/main.ts", "./store/sqlite/store.ts"],
    ["src/server/store/sqlite/x.ts", "node:sqlite"],
    ["src/client/link/x.ts", "../../mls/group.ts"],
    ["scripts/x.ts", "esbuild"],
    ["test/unit/x.ts", "node-forge"],
    ["test/unit/x.ts", "../../src/mls/group.ts"],
  ])("%s importing %s", (path, specifier) => {
    const files = { ...GROUND, "src/bin/cli.ts": "", [path]: `import ${JSON.stringify(specifier)};` };
    expect(judge(new Map(Object.entries(files)))).toEqual([]);
  });
});

describe("cycles", () => {
  test("through types only", () => {
    const files = {
      "src/wire/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;',
      "src/wire/b.ts": 'import type { C } from "./c.ts";\nexport type B = C;',
      "src/wire/c.ts": 'import type { A } from "./a.ts";\nexport type C = A;',
    };
    expect(judge(new Map(Object.entries(files)))).toEqual([
      expect.stringMatching(/^import cycle: (src\/wire\/.\.ts( → )?){4}$/),
    ]);
  });

  test("of one file with itself", () => {
    expect(judged("src/wire/x.ts", 'import "./x.ts";')).toEqual(["import cycle: src/wire/x.ts → src/wire/x.ts"]);
  });

  test("a diamond is no cycle", () => {
    const files = {
      "src/wire/a.ts": 'import "./b.ts"; import "./c.ts";',
      "src/wire/b.ts": 'import "./d.ts";',
      "src/wire/c.ts": 'import "./d.ts";',
      "src/wire/d.ts": "",
    };
    expect(judge(new Map(Object.entries(files)))).toEqual([]);
  });
});

describe("what runs in a browser", () => {
  const page = "src/client/face/web/page/app.ts";
  test.each([
    ["a module of Node", 'import { join } from "node:path";', "imports nothing, not even node:path"],
    ["its own server", 'import { start } from "../start.ts";', "may not import"],
    ["the rules of the client", 'import type { App } from "../../../app/app.ts";', "may not import client/app"],
    ["the library of its server", 'import { WebSocket } from "ws";', "ws is not for"],
  ])("does not import %s", (_, text, fault) => {
    const files = { ...GROUND, "src/client/face/web/start.ts": "export const start = 1;", [page]: text };
    expect(judge(new Map(Object.entries(files)))).toEqual([expect.stringContaining(fault)]);
  });

  test("imports what both ends of its line have in common, and its own library", () => {
    const text = 'import { n } from "../protocol/messages.ts";\nimport { h } from "preact";\nexport const m = [n, h];';
    const files = { ...GROUND, "src/client/face/web/protocol/messages.ts": "export const n = 1;", [page]: text };
    expect(judge(new Map(Object.entries(files)))).toEqual([]);
  });
});
