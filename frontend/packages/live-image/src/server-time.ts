/** The server's clock as one connection after the other tells it, and the ping that is under way. */
import { guess, observe, type ServerClock, UNSET_CLOCK } from './clock.ts'

export class ServerTime {
  readonly #localNow: () => number
  #clock: ServerClock = UNSET_CLOCK
  /** The last ping, while it is unanswered: an answer to one before would only blur the clock. */
  #ping: { id: number; sentAt: number } | null = null
  #lastPing = 0

  constructor(localNow: () => number) {
    this.#localNow = localNow
  }

  now(): number {
    return this.#localNow() + this.#clock.offsetMs
  }

  /** The id of a ping that is sent now. */
  ping(): number {
    this.#lastPing += 1
    this.#ping = { id: this.#lastPing, sentAt: this.#localNow() }
    return this.#lastPing
  }

  /** False for the answer to a ping that nobody waits for any more. */
  pong(id: number, timestamp: number): boolean {
    if (this.#ping?.id !== id) return false
    this.#clock = observe(this.#clock, this.#ping.sentAt, this.#localNow(), timestamp)
    this.#ping = null
    return true
  }

  guess(timestamp: number): void {
    this.#clock = guess(this.#clock, this.#localNow(), timestamp)
  }

  /** The connection is gone, and with it the answer. */
  disconnected(): void {
    this.#ping = null
  }

  reset(): void {
    this.#clock = UNSET_CLOCK
  }
}
