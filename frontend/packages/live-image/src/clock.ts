/** The server's clock, estimated from its answers to pings. Pure. */

/** The offset to add to the local clock, with the exchanges that it was taken from. */
export interface ServerClock {
  readonly offsetMs: number
  readonly samples: readonly Sample[]
}
interface Sample {
  readonly offsetMs: number
  readonly roundTripMs: number
}

export const UNSET_CLOCK: ServerClock = { offsetMs: 0, samples: [] }

const KEPT_SAMPLES = 8
/** Further than its own round trip can explain: one of the two clocks was set. */
const JUMP_MS = 1000
/** Further than a message can be late. */
const OFF_MS = 10_000

/** The clock after one exchange. The quickest exchange of the last few is believed: it leaves the least room for error. */
export function observe(clock: ServerClock, sentAt: number, receivedAt: number, serverTime: number): ServerClock {
  const sample = { offsetMs: serverTime - (sentAt + receivedAt) / 2, roundTripMs: receivedAt - sentAt }
  const jumped = Math.abs(sample.offsetMs - clock.offsetMs) > sample.roundTripMs / 2 + JUMP_MS
  const samples = jumped ? [sample] : [...clock.samples, sample].slice(-KEPT_SAMPLES)
  const best = samples.reduce((quickest, next) => (next.roundTripMs < quickest.roundTripMs ? next : quickest))
  return { offsetMs: best.offsetMs, samples }
}

/**
 * A guess from a message nobody asked for: wrong by the time it travelled. It counts before the first exchange, which replaces
 * it, and when it is too far off to have been on its way: the clock stood still while the machine slept.
 */
export function guess(clock: ServerClock, receivedAt: number, serverTime: number): ServerClock {
  const offsetMs = serverTime - receivedAt
  if (clock.samples.length > 0 && Math.abs(offsetMs - clock.offsetMs) < OFF_MS) return clock
  return { offsetMs, samples: [] }
}
