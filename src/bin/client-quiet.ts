// Whoever comes in by a face is asked and told by that face: the function behind the command asks nobody, and says nothing.
import type { AccountsWorld } from "./client-account.ts";

type Place = Pick<AccountsWorld, "platform" | "input">;

export function quietly({ platform, input }: Place): Pick<AccountsWorld, "platform" | "input" | "person" | "say"> {
  return { platform, input, person: undefined, say: () => undefined };
}
