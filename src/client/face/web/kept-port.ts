// The port of a profile: the same one each time if it is free, because browsers give leave for notifications to an origin, port included.
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { errno } from "../../../model/fault.ts";

const FILE = "port";
const ADDRESS = "127.0.0.1";
const PORT = /^[0-9]{4,5}$/;

/** Resolves with the port. */
export async function listenAsBefore(server: Server, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = keptPort(join(folder, FILE));
  if (kept === undefined || !(await isOurs(server, kept))) {
    server.listen(0, ADDRESS);
    await once(server, "listening");
  }
  const { port } = server.address() as AddressInfo;
  if (port !== kept) writeFileSync(join(folder, FILE), `${port}\n`, { mode: 0o600 });
  return port;
}

/** False: somebody else has it now, or nobody may have it. */
async function isOurs(server: Server, port: number): Promise<boolean> {
  server.listen({ port, host: ADDRESS, exclusive: true });
  try {
    await once(server, "listening");
    return true;
  } catch (error) {
    if (errno(error) === "EADDRINUSE" || errno(error) === "EACCES") return false;
    throw error;
  }
}

function keptPort(path: string): number | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    const port = Number(text);
    return PORT.test(text) && port >= 1024 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}
