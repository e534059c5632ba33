// `node scripts/page.ts`: builds the page of the web face for a chat-client that runs from sources.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePage } from "./executable/page.ts";
import { BUILD } from "./executable/paths.ts";

const { page } = await makePage();
mkdirSync(join(BUILD, "page"), { recursive: true });
writeFileSync(join(BUILD, "page/page.json"), JSON.stringify(page));
console.log(`page: ${page.script.length} characters of script, ${page.style.length} of style`);
