// chat-server: argv, environment, exit codes, and which of its jobs is wanted. Nothing else.
import process from "node:process";
import { readCommandLine } from "./cli.ts";
import { nameProcess } from "./process-name.ts";
import { PROGRAM } from "./server-program.ts";
import { die, dieUnlessHungUp, runServer } from "./server-run.ts";
import { shellText } from "./shell-commands.ts";
import { thisProcess } from "./this-process.ts";

async function main(): Promise<void> {
  nameProcess(PROGRAM.name);
  const line = await readCommandLine(PROGRAM, thisProcess());
  switch (line.kind) {
    case "shown":
      process.stdout.write(line.text);
      return;
    case "values":
      return runServer(line.values);
    case "command": {
      if (line.name === "completion" || line.name === "man") {
        const { name, args } = line;
        process.stdout.write(await shellText({ name, args }, PROGRAM));
        return;
      }
      const { runServerCommand } = await import("./server-commands.ts");
      await runServerCommand(line, (text) => process.stdout.write(`${text}\n`));
    }
  }
}

process.on("uncaughtException", dieUnlessHungUp);
process.on("unhandledRejection", die);
main().catch(die);
