// `chat-server backup`, `restore`, `drill`: a copy of the whole server, back again, and the proof that it would work.
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import { Fault } from "../model/fault.ts";
import type { OwnCommand } from "./cli.ts";
import { askSecret } from "./prompt.ts";
import { passphraseOf } from "./passphrase.ts";
import { administer, type Answer, configFor, quietWorld, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";
import { bytes, counted, facts, span, time } from "./server-words.ts";
import { systemClock } from "./system-clock.ts";

type Command<N extends string> = Extract<OwnCommand<typeof SERVER_COMMANDS>, { readonly name: N }>;

/** @throws Fault */
export async function backup({ args, values }: Command<"backup">, say: Say): Promise<void> {
  const { data, force, json } = values;
  const [file = ""] = args;
  const passphrase = await passphraseOf(values["passphrase-file"]);
  const answer = await administer(data, { do: "backup", file: resolve(file), passphrase, force });
  if (json) return say(JSON.stringify(answer));
  say(backupWords(answer));
}

function backupWords(answer: Answer): string {
  const damaged = answer["damagedBlobs"] as readonly string[];
  const made = answer["passphrase"];
  return [
    facts([
      ["backup", String(answer["file"])],
      ["size", `${bytes(Number(answer["fileBytes"]))}, ${counted(Number(answer["files"]), "file")} in it`],
      ["took", span(Number(answer["ms"]))],
    ]),
    ...(typeof made === "string"
      ? [
          "",
          `its passphrase: ${made}`,
          "this is said once: write it down, nobody can read the backup without it",
          "to choose one yourself: --passphrase-file FILE",
        ]
      : []),
    ...(damaged.length === 0
      ? []
      : [
          "",
          `${counted(damaged.length, "file")} of users on the disk are damaged: look at the disk (${damaged.join(" ")})`,
        ]),
    "",
    `prove that it works: chat-server drill ${String(answer["file"])} --passphrase-file FILE`,
  ].join("\n");
}

/** @throws Fault */
export async function restore({ args, values }: Command<"restore">, say: Say): Promise<void> {
  const { data, force, json } = values;
  const { restoreBackup } = await import("../server/restore.ts");
  const wish = { file: resolve(args[0] ?? ""), data, passphrase: await needed(values), force };
  const { manifest, examined, ...counts } = await restoreBackup({ ...wish, now: () => systemClock.now() });
  const { madeAt, agent, realm } = manifest;
  const { entries, devices } = examined.sizes;
  const answer = { ok: true, data: resolve(data), madeAt, agent, realm, ...counts, entries, devices };
  if (json) return say(JSON.stringify(answer));
  const start = data === "chat-data" ? "chat-server" : `chat-server --data ${data}`;
  say(
    [
      facts([
        ["restored", resolve(data)],
        ["as it was", time(madeAt)],
        ["realm", realm],
        ["in it", `${entries} entries, ${counted(counts.blobs, "file")} of users, ${counted(devices, "device")}`],
        ["before", counts.kept],
      ]),
      "",
      "now start the server; its clients give back what they have seen since, and send what was lost again:",
      "",
      `  ${start}`,
    ].join("\n"),
  );
}

/** @throws Fault */
export async function runDrill({ args, values }: Command<"drill">, say: Say): Promise<void> {
  const { drill } = await import("../server/drill.ts");
  const passphrase = await needed(values);
  const keys = await passphraseOf(values["keys-passphrase-file"]);
  const place = resolve(values.place ?? tmpdir());
  const config = { ...(await configFor(["--data", place])), passphrase: keys };
  const report = await drill({ file: resolve(args[0] ?? ""), passphrase, place, config }, quietWorld);
  if (values.json) return say(JSON.stringify({ ok: true, ...report }));
  say(
    [
      facts([
        ["backup", report.file],
        ["as it was", time(report.madeAt)],
        ["read", `${counted(report.files, "file")}, ${bytes(report.bytes)}, every byte authenticated`],
        ["database", `in order; ${report.entries} entries, every chain followed to its head`],
        [
          "files",
          `${report.blobs}, each with the hash of its name${report.damagedBlobs.length > 0 ? `; ${report.damagedBlobs.length} damaged before and left out` : ""}`,
        ],
        ["realm's log", `${report.realmLog} entries${report.connected ? ", signed as they are" : ""}`],
        ["generation", `${report.generation} became ${report.restoredGeneration}`],
        [
          "a device",
          report.connected ? "was certified, let in and greeted" : "was not tried: the CA's key is elsewhere",
        ],
        ["took", span(report.ms)],
      ]),
      "",
      "it works; all of it was removed again",
    ].join("\n"),
  );
}

/** From the file, or asked for where a person is there. @throws Fault `no-passphrase` */
async function needed(values: {
  readonly "passphrase-file": string | undefined;
  readonly json: boolean;
}): Promise<string> {
  const passphrase = await passphraseOf(values["passphrase-file"]);
  if (passphrase !== undefined) return passphrase;
  const { stdin: input, stdout: output } = process;
  if (input.isTTY && output.isTTY && !values.json) return askSecret({ input, output }, "passphrase of the backup: ");
  throw new Fault("no-passphrase", "the passphrase of the backup was not given", {
    hint: "--passphrase-file FILE, or start it on a terminal; it was said when the backup was made, or given then",
  });
}
