// Completion in real shells and the manual pages in real readers, of the packaged executables. Debian: zsh, fish, mandoc, man-db.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT, run, SERVER } from "../kit/executables.ts";

const OFFERS = join(import.meta.dirname, "../kit/offers.zsh");
const DIST_MAN = join(CLIENT, "../man");
const PROGRAMS = { "chat-client": CLIENT, "chat-server": SERVER } as const;
type Name = keyof typeof PROGRAMS;

let folder: string;
/** The programs in the path, two profiles at home, and files to choose from. */
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mutual-shells-"));
  for (const [name, path] of Object.entries(PROGRAMS)) symlinkSync(path, join(folder, name));
  mkdirSync(join(folder, "papers"));
  for (const file of ["me.p12", "menu.txt", "new.pass"]) writeFileSync(join(folder, file), "");
  const profile = { realm: "ab".repeat(32), user: "bob", device: "cd".repeat(16), host: "127.0.0.1", port: 1 };
  const profiles = ["home", "work"].map((name) => ({ ...profile, name }));
  writeFileSync(join(folder, "profiles.json"), JSON.stringify({ version: 1, profiles }));
  env = { PATH: `${folder}:/usr/bin:/bin`, CHAT_HOME: folder, HOME: folder, TERM: "xterm" };
  for (const shell of ["bash", "zsh", "fish"])
    for (const name of Object.keys(PROGRAMS) as Name[]) {
      const { code, stdout, stderr } = await run(PROGRAMS[name], ["completion", shell], { env });
      if (code !== 0) throw new Error(stderr);
      writeFileSync(join(folder, `${name}.${shell}`), `${stdout}\n`);
    }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BASH = `source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=()
"$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
printf '%s\\n' "\${COMPREPLY[@]}"`;
const FISH = "source $argv[1]; complete -C $argv[2] | cut -f1";

/** Sorted; a folder without its slash. */
async function offered(shell: string, line: string): Promise<readonly string[]> {
  const words = line.split(" ");
  const script = join(folder, `${words[0] ?? ""}.${shell}`);
  const args: Readonly<Record<string, readonly string[]>> = {
    bash: ["-c", BASH, "bash", script, ...words],
    zsh: ["-f", OFFERS, script, line],
    fish: ["-N", "-c", FISH, "--", script, line],
  };
  const { stdout, stderr } = await run(`/usr/bin/${shell}`, args[shell] ?? [], { env, cwd: folder });
  expect(stderr).toBe("");
  return [...new Set(stdout.split("\n").map((one) => one.trim().replace(/\/$/, "")))]
    .filter((one) => one !== "")
    .toSorted();
}

const LINES: readonly (readonly [string, readonly string[]])[] = [
  ["chat-client se", ["send"]],
  ["chat-client send --ex", ["--expire"]],
  ["chat-client --prof", ["--profile"]],
  ["chat-client --profile ", ["home", "work"]],
  ["chat-client read --profile w", ["work"]],
  ["chat-client read plans --fol", ["--follow"]],
  ["chat-client completion ", ["bash", "fish", "zsh"]],
  ["chat-client profiles ", ["default", "remove", "rename"]],
  ["chat-client profiles default ", ["home", "work"]],
  ["chat-client devices ", ["add", "remove", "rename"]],
  ["chat-client --log-level s", ["silent"]],
  ["chat-client backup men", ["menu.txt"]],
  ["chat-client p12 --passphrase-file ne", ["new.pass"]],
  ["chat-client -ip x --js", ["--json"]],
  ["chat-client --certs pap", ["papers"]],
  ["chat-server invit", ["invitations", "invite"]],
  ["chat-server invite --role ", ["admin", "member", "owner"]],
  ["chat-server --data pap", ["papers"]],
];

describe.each(["bash", "zsh", "fish"])("%s", (shell) => {
  it.each(LINES)("completes %j", async (line, words) => {
    expect(await offered(shell, line)).toEqual(words);
  });
});

it("names of profiles are there at once, also where there are none", async () => {
  expect(await run(CLIENT, ["profiles", "--names"], { env })).toEqual({ code: 0, stdout: "home\nwork", stderr: "" });
  const none = { ...env, CHAT_HOME: join(folder, "nowhere") };
  expect(await run(CLIENT, ["profiles", "--names"], { env: none })).toEqual({ code: 0, stdout: "", stderr: "" });
});

/** Without what a terminal would make bold. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- grotty(1) prints a letter, a backspace and the letter again
  return text.replaceAll(/.\u0008/g, "");
}

describe.each(Object.keys(PROGRAMS) as Name[])("the manual of %s", (name) => {
  it("is what the program prints, and has no warning of mandoc or groff", async () => {
    const page = join(DIST_MAN, `${name}.1`);
    const printed = await run(PROGRAMS[name], ["man"]);
    expect([printed.code, printed.stderr]).toEqual([0, ""]);
    expect(await run("/usr/bin/cat", [page])).toMatchObject({ stdout: printed.stdout });
    expect(await run("/usr/bin/mandoc", ["-T", "lint", page])).toEqual({ code: 0, stdout: "", stderr: "" });
    const read = await run("/usr/bin/man", ["--warnings", "-l", page], { env: { MANWIDTH: "80", MANPAGER: "cat" } });
    expect([read.code, read.stderr]).toEqual([0, ""]);
    expect(plain(read.stdout)).toMatch(/^EXIT STATUS$[\s\S]*^ +7 +passphrase: /m);
  });
});
