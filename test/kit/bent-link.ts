// A link on which something else arrives than the server said.
import type { Channel, Link } from "../../src/client/port/link.ts";
import type { Frame } from "../../src/wire/codec.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";

export function bentLink(link: Link, bend: (message: ServerMessage) => ServerMessage): Link {
  return {
    async connect(signal) {
      const channel = await link.connect(signal);
      return {
        incoming: bent(channel.incoming, bend),
        send: (frame) => channel.send(frame),
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
