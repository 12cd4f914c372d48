/** When to try again. Pure; `random` is a number in [0, 1). */

export interface RetryPolicy {
  /** So many failures in a row, then HTTP takes over while the socket is still tried. */
  maxAttempts: number
  delayMs: number
}

export const DEFAULT_POLICY: RetryPolicy = { maxAttempts: 5, delayMs: 3000 }

const FIRST_SPREAD_MS = 500
const CAP_MS = 30_000
const FLOOR_MS = 500

/**
 * How long to wait after `failures` attempts in a row have failed. A link that was up is tried again at once, spread over half
 * a second because every panel of the plant lost it in the same instant; then at the server's pace; then, on HTTP, with
 * full jitter up to half a minute, for ever.
 */
export function retryDelayMs(policy: RetryPolicy, failures: number, random: number): number {
  if (failures === 0) return random * FIRST_SPREAD_MS
  if (failures < policy.maxAttempts) return policy.delayMs * (0.8 + 0.4 * random)
  return backoffMs(failures - policy.maxAttempts + 1, random, Math.max(policy.delayMs, FLOOR_MS))
}

/** Full jitter: anything up to `base` doubled for every failure, at most half a minute. */
export function backoffMs(failures: number, random: number, baseMs = 1000): number {
  return Math.max(FLOOR_MS, random * Math.min(CAP_MS, baseMs * 2 ** failures))
}
