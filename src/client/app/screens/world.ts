// What the screens are given from outside, and what their parts share. Knows no terminal, no page, no disk.
import type { Clock } from "../../port/clock.ts";
import type { Command } from "../../port/client.ts";
import type { Replies } from "../../port/replies.ts";
import type { SelfView } from "../../port/screens.ts";
import type { Change } from "../../port/vault.ts";

/** A time as the user's calendar and clock have it. */
export interface LocalTime {
  /** Sorts as a text: `2026-11-21`. */
  readonly day: string;
  /** Since midnight. */
  readonly minutes: number;
}

export interface ScreensWorld {
  readonly self: SelfView;
  readonly clock: Clock;
  /** Runs after everything that is ready now. */
  readonly defer: (run: () => void) => void;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  readonly local: (at: number) => LocalTime;
  /** BCP 47: what the user's system speaks. */
  readonly language: string;
  /** Of the vault. @throws Fault `vault-*` */
  readonly setting: (name: string) => string | undefined;
  readonly commit: (changes: readonly Change[]) => void;
  readonly passphrase: {
    readonly isSet: () => boolean;
    readonly check: (passphrase: string) => boolean | Promise<boolean>;
    /** Undefined: none any more. @throws Fault `passphrase-short`, `vault-*` */
    readonly set: (passphrase: string | undefined) => Promise<void>;
  };
}

/** @throws Fault */
export type Ask = <C extends Command>(command: C) => Promise<Replies[C["do"]]>;
