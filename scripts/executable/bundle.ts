// One program as one script: everything it imports, in the CommonJS form that starts fastest (docs/decisions/0001-packaging.md).
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { makePage } from "./page.ts";
import { ROOT } from "./paths.ts";

/** What `import.meta` says inside an executable: the executable itself. Nothing is "main" but the entry, which runs anyway. */
const IMPORT_META = {
  "import.meta.url": "__executable.url",
  "import.meta.filename": "__executable.file",
  "import.meta.dirname": "__executable.folder",
  "import.meta.main": "false",
};
const BANNER =
  'const __executable={file:process.execPath,folder:require("node:path").dirname(process.execPath),' +
  'get url(){return require("node:url").pathToFileURL(process.execPath).href}};';

const SPAWN = /new\s+Worker\(\s*new\s+URL\(\s*"\.\/worker\.ts"\s*,\s*import\.meta\.url\s*,?\s*\)\s*,\s*\{/g;
const CODE = "mutual:worker-code";

/** A script, and what of others is in it. */
export interface Bundle {
  readonly code: string;
  /** Files of packages, from the root of the project; those of workers too. */
  readonly foreign: readonly string[];
  /** The notices that stand in those files, and not in the script. */
  readonly notices: string;
}

export async function bundle(entry: string): Promise<Bundle> {
  const workers: Bundle[] = [];
  const { outputFiles, metafile } = await build({ ...options(workers), entryPoints: [entry] });
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  const taken = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return {
    code: inAscii(text(".cjs")),
    foreign: [...taken.filter((path) => path.includes("node_modules/")), ...workers.flatMap(({ foreign }) => foreign)],
    notices: [text(".LEGAL.txt"), ...workers.map(({ notices }) => notices)].filter((one) => one !== "").join("\n"),
  };
}

/** Tagged templates and regular expressions keep such characters otherwise, and of one of them V8 makes two bytes of every other. */
function inAscii(code: string): string {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function options(workers: Bundle[]): BuildOptions & { readonly write: false; readonly metafile: true } {
  return {
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    platform: "node",
    target: "node26",
    format: "cjs",
    // Identifiers stay: they are what a stack trace in a bug report shows.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "external",
    metafile: true,
    outfile: join(ROOT, "bundle.cjs"),
    define: { ...IMPORT_META, "process.env.NODE_ENV": '"production"' },
    banner: { js: BANNER },
    plugins: [embedWorkers(workers), embedPage(workers), plainWidths()],
    logLevel: "silent",
  };
}

/**
 * yargs measures words with string-width, whose tables of emoji take 25 to 35 ms of every start. The help is laid out
 * without it (src/bin/help.ts), so a width is the number of characters.
 */
function plainWidths(): Plugin {
  return {
    name: "plain-widths",
    setup(pluginBuild) {
      pluginBuild.onLoad({ filter: /[\\/]node_modules[\\/]string-width[\\/]index\.js$/ }, () => ({
        contents: "export default (text) => text.length;",
      }));
    },
  };
}

/** The page stands in the program as its texts. What of others is in it counts as that of a worker does. */
function embedPage(workers: Bundle[]): Plugin {
  return {
    name: "embed-page",
    setup(pluginBuild) {
      pluginBuild.onLoad({ filter: /[\\/]src[\\/].*[\\/]built-page\.ts$/ }, async () => {
        const { page, foreign, notices } = await makePage();
        workers.push({ code: "", foreign, notices });
        return {
          contents: `const page = ${JSON.stringify(page)};\nexport const builtPage = () => page;`,
          loader: "js",
        };
      });
    },
  };
}

/**
 * An executable cannot load a worker from disk. So each `spawn.ts`, which starts the `worker.ts` beside it by URL,
 * starts it here from its bundled text. A spawn.ts that does so in another way stops the build.
 */
function embedWorkers(workers: Bundle[]): Plugin {
  return {
    name: "embed-workers",
    setup(pluginBuild) {
      pluginBuild.onLoad({ filter: /[\\/]src[\\/].*[\\/]spawn\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        const spawned = text.replaceAll(SPAWN, "new Worker(__code, { eval: true,");
        if (spawned === text || spawned.includes('worker.ts",')) {
          return { errors: [{ text: `${path}: write new Worker(new URL("./worker.ts", import.meta.url), { … })` }] };
        }
        return { contents: `import __code from "${CODE}";\n${spawned}`, loader: "ts", resolveDir: dirname(path) };
      });
      pluginBuild.onResolve({ filter: new RegExp(`^${CODE}$`) }, ({ importer }) => ({
        path: join(dirname(importer), "worker.ts"),
        namespace: CODE,
      }));
      pluginBuild.onLoad({ filter: /.*/, namespace: CODE }, async ({ path }) => {
        const worker = await bundle(path);
        workers.push(worker);
        return { contents: `${worker.code}\n//# sourceURL=${basename(dirname(path))}-worker.js\n`, loader: "text" };
      });
    },
  };
}
