// The page of the web face as four texts: one document, one script, one style sheet, one icon. Everything the page needs is in them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { BuiltPage } from "../../src/client/face/web/page-files.ts";
import { ROOT } from "./paths.ts";

const FOLDER = join(ROOT, "src/client/face/web/page");

/** A page, and what of others is in it. */
export interface MadePage {
  readonly page: BuiltPage;
  /** Files of packages, from the root of the project. */
  readonly foreign: readonly string[];
  readonly notices: string;
}

/** @throws when something in it does not build */
export async function makePage(): Promise<MadePage> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { page: join(FOLDER, "main.tsx"), style: join(FOLDER, "style/style.css") },
    outdir: join(ROOT, "build/page"),
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: ["chrome123", "firefox120", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "external",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  const taken = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const [html, icon] = await Promise.all(
    ["index.html", "icon.svg"].map((name) => readFile(join(FOLDER, name), "utf8")),
  );
  return {
    page: { html: html ?? "", script: text("page.js"), style: text("style.css"), icon: icon ?? "" },
    foreign: taken.filter((path) => path.includes("node_modules/")),
    notices: text("page.js.LEGAL.txt"),
  };
}
