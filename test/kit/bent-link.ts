// A link on which something else arrives than the server said, or at another time.
import type { Channel, Link } from "../../src/client/port/link.ts";
import type { Frame } from "../../src/wire/codec.ts";
import type { ClientMessage, ServerMessage } from "../../src/wire/messages.ts";

export interface Bends {
  /** What arrives in the place of it. */
  readonly hears?: ((message: ServerMessage) => ServerMessage) | undefined;
  /** What leaves only when this has resolved; everything else overtakes it. */
  readonly holds?: ((message: ClientMessage) => Promise<void> | undefined) | undefined;
}

export function bentLink(link: Link, { hears = (message) => message, holds }: Bends): Link {
  return {
    async connect(signal) {
      const channel = await link.connect(signal);
      return {
        incoming: bent(channel.incoming, hears),
        send: (frame) => {
          const held = holds?.(frame.message);
          if (held === undefined) channel.send(frame);
          else void held.then(() => channel.send(frame));
        },
        keepAlive: (idleMs) => channel.keepAlive(idleMs),
        close: () => channel.close(),
      };
    },
  };
}

async function* bent(
  incoming: Channel["incoming"],
  bend: (message: ServerMessage) => ServerMessage,
): AsyncGenerator<readonly Frame<ServerMessage>[]> {
  for await (const frames of incoming)
    yield frames.map(({ request, message }) => ({ request, message: bend(message) }));
}
