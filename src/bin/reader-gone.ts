// That nobody reads a pipe any more, although nothing is written to it. Node tells it of a write only; Linux tells whoever waits for
// the pipe (poll: POLLERR), and a socket of Node waits. The handle is no documented part of Node: without it nothing is noticed.
import { constants, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import process from "node:process";

interface Handle {
  readonly open?: (fd: number) => number;
}
type HandleClass = new (kind: number) => Handle;

/** Of a handle that takes any file: that of a pipe waits for nothing where it may only write. */
const SOCKET = 0;

/** Once, when the reader of the pipe `fd` has gone. Never where it is no pipe, and not on other systems. */
export function onReaderGone(fd: number, gone: () => void): void {
  try {
    // Anything else cannot be waited for.
    if (process.platform !== "linux" || !fstatSync(fd).isFIFO()) return;
    const handle = new (handleClass())(SOCKET);
    // Another way to the same pipe: what is done to it leaves that of everybody else alone.
    const again = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    if (handle.open?.(again) !== 0) return;
    const waiting = new Socket({ handle, readable: true, writable: false } as ConstructorParameters<typeof Socket>[0]);
    waiting.once("error", gone);
    waiting.resume().unref();
  } catch {
    // The next write says it.
  }
}

/** No name is looked up, nobody is connected to: a socket has its handle from then on. */
function handleClass(): HandleClass {
  const socket = new Socket();
  socket.connect({ host: "localhost", port: 1, lookup: () => {} });
  const { constructor } = (socket as unknown as { readonly _handle: Handle })._handle;
  socket.destroy();
  return constructor as HandleClass;
}
