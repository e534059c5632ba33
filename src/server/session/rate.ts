// A token bucket as a value: how much a device may say, and how long it must wait when it says more.

export interface RateLimit {
  /** Refill per second; 0 switches the limit off. */
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export function fullBucket(limit: RateLimit, nowMs: number): Bucket {
  return { tokens: limit.burst, atMs: nowMs };
}

/**
 * Takes `amount` tokens; the bucket may go below zero once, and `waitMs` says how long nothing more may be read.
 * A clock that goes backwards refills nothing.
 */
export function take(
  limit: RateLimit,
  bucket: Bucket,
  use: { readonly amount: number; readonly nowMs: number },
): { readonly bucket: Bucket; readonly waitMs: number } {
  if (limit.perSecond === 0) return { bucket, waitMs: 0 };
  const refill = (Math.max(0, use.nowMs - bucket.atMs) * limit.perSecond) / 1000;
  const tokens = Math.min(limit.burst, bucket.tokens + refill) - use.amount;
  return {
    bucket: { tokens, atMs: use.nowMs },
    waitMs: tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / limit.perSecond),
  };
}
