// The page of this program. From sources it is what `node scripts/page.ts` has left in build/page; in an executable the build puts the four
// texts in the place of this file (scripts/executable/bundle.ts).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../model/fault.ts";
import type { BuiltPage } from "./page-files.ts";

const FILE = join(import.meta.dirname, "../../../../build/page/page.json");

/** @throws Fault `no-page` */
export function builtPage(): BuiltPage {
  try {
    return JSON.parse(readFileSync(FILE, "utf8")) as BuiltPage;
  } catch (error) {
    throw new Fault("no-page", "the page was not built", { hint: "run node scripts/page.ts", cause: error });
  }
}
