// The entry of the groups' thread: calls in, answers out. Nothing is decided here.
// It is loaded from a file in development and from a string in the packaged program, so it reads nothing but messages.
import { parentPort, workerData } from "node:worker_threads";
import { Fault, partsOf, reason } from "../../model/fault.ts";
import { newPathCache } from "../../pki/peer.ts";
import { realmOf } from "../../pki/realm.ts";
import { Credentials } from "../credentials.ts";
import { GroupHost } from "../group-host.ts";
import type { Answer, Call, GroupCall, ThreadData } from "./calls.ts";

type AnyCall = (...args: readonly unknown[]) => Promise<unknown>;

function start(port: NonNullable<typeof parentPort>, { realm, own, newSuite }: ThreadData): void {
  const credentials = new Credentials(realmOf(realm), newPathCache());
  const host = new GroupHost({ credentials, own, newSuite, now: () => new Date() });
  port.on("message", (call: Call) => {
    void answer(host, call).then((said) => port.postMessage(said));
  });
}

async function answer(host: GroupHost, { id, call, args }: Call): Promise<Answer> {
  try {
    return { id, ok: true, value: await methodOf(host, call)(...args) };
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault("mls-failed", reason(error));
    return { id, ok: false, fault: partsOf(fault) };
  }
}

/** The other end is our own code: it asks only for what Groups has. */
function methodOf(host: GroupHost, call: GroupCall): AnyCall {
  return (host[call] as AnyCall).bind(host);
}

if (parentPort !== null) start(parentPort, workerData as ThreadData);
