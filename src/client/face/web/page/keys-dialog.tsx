// The keys of the page, all of them, for who does without a mouse.
import type { VNode } from "preact";
import { Dialog } from "./parts.tsx";
import { useTools } from "./tools.ts";
import type { Key } from "./words/en.ts";

const KEYS: readonly (readonly [keys: string, what: Key])[] = [
  ["Ctrl K", "switcher"],
  ["Alt ↑ ↓", "key-next"],
  ["Alt A", "key-activity"],
  ["Alt U", "key-unread"],
  ["Ctrl F", "search"],
  ["Ctrl L", "lock"],
  ["Enter", "send"],
  ["Shift Enter", "key-line"],
  ["↑", "key-edit-last"],
  ["Ctrl P", "key-recall"],
  ["Tab", "key-complete"],
  ["Esc", "key-read"],
  ["Ctrl ↑", "key-messages"],
  ["R  Q  E  D  C  U", "key-message"],
  ["F1", "keys"],
];

export function KeysDialog(): VNode {
  const { say } = useTools();
  return (
    <Dialog title={say("keys")}>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{say(what)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
