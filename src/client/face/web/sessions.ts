// Who may speak to the local server: whoever brought the token that was shown to nobody but the browser gets a key for it, once.
// Holds no token longer than a minute, compares without telling by time how much was right.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../port/clock.ts";

const SECRET_BYTES = 32;
/** From the start of the browser to its first request, on a slow machine. @internal */
export const TOKEN_MS = 60_000;
/** Nobody guesses 256 bits: who tries has no good reason. @internal */
export const TOKEN_TRIES = 10;
/** Windows that were opened and never closed: the oldest key goes. */
const SESSIONS_MOST = 16;

export interface SessionsWorld {
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
}

interface Token {
  readonly digest: Buffer;
  readonly until: number;
  readonly onUsed: () => void;
  triesLeft: number;
}

export class Sessions {
  readonly #world: SessionsWorld;
  readonly #keys: Buffer[] = [];
  #token: Token | undefined;

  constructor(world: SessionsWorld) {
    this.#world = world;
  }

  /** A new one; the one of before is void. `onUsed`: also when it can never be used any more. */
  token(onUsed: () => void = () => undefined): string {
    this.#endToken();
    const secret = this.#secret();
    const token = {
      digest: digestOf(secret),
      until: this.#world.clock.now() + TOKEN_MS,
      onUsed,
      triesLeft: TOKEN_TRIES,
    };
    this.#token = token;
    this.#world.clock.after(TOKEN_MS, () => {
      if (this.#token === token) this.#endToken();
    });
    return secret;
  }

  /** The key for it; undefined: it is not the token, not any more, or nobody may guess any longer. */
  swap(offered: string): string | undefined {
    const token = this.#token;
    if (token === undefined || this.#world.clock.now() >= token.until) return undefined;
    if (!timingSafeEqual(digestOf(offered), token.digest)) {
      token.triesLeft -= 1;
      if (token.triesLeft === 0) this.#endToken();
      return undefined;
    }
    this.#endToken();
    const key = this.#secret();
    this.#keys.push(digestOf(key));
    if (this.#keys.length > SESSIONS_MOST) this.#keys.shift();
    return key;
  }

  isKey(offered: string): boolean {
    const digest = digestOf(offered);
    return this.#keys.some((key) => timingSafeEqual(key, digest));
  }

  #endToken(): void {
    this.#token?.onUsed();
    this.#token = undefined;
  }

  #secret(): string {
    return Buffer.from(this.#world.random(SECRET_BYTES)).toString("base64url");
  }
}

/** All of one length, whatever was offered. */
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
