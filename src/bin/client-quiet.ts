// Whoever comes in by a face is asked and told by that face: the function behind the command asks nobody, and says nothing.
import type { AccountsWorld } from "./client-account.ts";
import { ACCOUNT_FLAGS } from "./client-flags.ts";
import { checkedHandle } from "./client-handle.ts";
import { usualValues } from "./flags.ts";

type Silent = Pick<AccountsWorld, "platform" | "input">;

export function quietly({ platform, input }: Silent): Pick<AccountsWorld, "platform" | "input" | "person" | "say"> {
  return { platform, input, person: undefined, say: () => undefined };
}

/** Where whoever comes in is to be kept. */
export interface Keeping extends Silent {
  readonly home: string | undefined;
  readonly profile?: string | undefined;
}

interface Owner {
  /** Undefined: the invitation says it. */
  readonly user: string | undefined;
  /** For the vault of this device. Secret. */
  readonly passphrase: string | undefined;
}

/** The world of the commands of an account. @throws Fault `handle-invalid` */
export function quietAccount(place: Keeping, { user, passphrase }: Owner): AccountsWorld {
  const { home, profile } = place;
  const handle = user === undefined ? {} : { user: checkedHandle(user) };
  return { ...quietly(place), values: { ...usualValues(ACCOUNT_FLAGS), home, profile, ...handle }, passphrase };
}
