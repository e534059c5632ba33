// The first lines of an executable of this machine: they run the program, with what V8 had compiled of it when it was tried (warm.ts).
// A cache of another V8 is refused by V8 itself, and the program compiled as any other.
import { getRawAsset } from "node:sea";
import { Script } from "node:vm";
import type { ProgramFunction } from "./warm-run.ts";

const asset = (name: string): Buffer => Buffer.from(getRawAsset(name));
const script = new Script(asset("program").toString("latin1"), {
  filename: process.execPath,
  cachedData: asset("cache"),
});
const run = script.runInThisContext() as ProgramFunction;
run(exports as object, require, module);
