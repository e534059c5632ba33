// Puts one bundled script into one Node binary. A process of its own, because pkg changes the working directory:
// node scripts/executable/seal.ts '{"main", "output", "target", "nodePath"?}'
import pkg from "@yao-pkg/pkg/lib-es5/sea.js";
import { NODE_FLAGS } from "./node-flags.ts";

export interface SealJob {
  /** The bundled script. */
  readonly main: string;
  readonly output: string;
  /** `linux-x64`, `darwin-arm64`, … */
  readonly target: string;
  /** The Node binary; without it, pkg's cache must hold that of the target (scripts/package.ts). */
  readonly nodePath: string | undefined;
  /** What the executable carries beside its script: names and files. */
  readonly assets?: Readonly<Record<string, string>>;
}

const PLATFORMS = new Map([
  ["darwin", "macos"],
  ["win32", "win"],
]);

export function sealOptions(job: SealJob): Parameters<typeof pkg.default>[1] {
  const [platform = "", arch = ""] = job.target.split("-");
  const seaConfig = {
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    // What V8 has compiled of the program is among the assets (warm.ts).
    useCodeCache: false,
    execArgv: [...NODE_FLAGS],
    // NODE_OPTIONS of a stranger must not load code into a process that holds keys.
    execArgvExtension: "none",
    ...(job.assets === undefined ? {} : { assets: job.assets }),
  };
  return {
    seaConfig,
    ...(job.nodePath === undefined ? {} : { nodePath: job.nodePath }),
    signature: true,
    targets: [
      {
        nodeRange: `node${process.versions.node}`,
        platform: (PLATFORMS.get(platform) ?? platform) as "linux",
        arch,
        output: job.output,
      },
    ],
  };
}

const text = process.argv[2];
if (text === undefined) throw new Error("seal.ts is started by scripts/build.ts and scripts/package.ts");
const job = JSON.parse(text) as SealJob;
await pkg.default(job.main, sealOptions(job));
