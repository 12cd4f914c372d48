/** A server's status, asked for again and again: once for however many look at it, and not while nobody sees the page. */
import { type Api, type ApiError, sameError } from './api.ts'
import type { Environment } from './environment.ts'
import type { SystemStatus } from './status.ts'
import { createLiveStore, patch, type ReadableStore } from './store.ts'

export interface StatusState {
  /** The last answer; it stays while the server cannot be reached. */
  readonly status: SystemStatus | null
  /** Why the last question was not answered. */
  readonly error: ApiError | null
  /** There is neither an answer nor an error yet. */
  readonly isLoading: boolean
}

export const NO_STATUS: StatusState = { status: null, error: null, isLoading: true }

const LEAST_INTERVAL_MS = 500

export class StatusFeed {
  readonly #api: Pick<Api, 'status'>
  readonly #environment: Environment
  readonly #store = createLiveStore(NO_STATUS, () => this.#start())
  readonly #intervals = new Map<symbol, number>()
  #asking: AbortController | null = null
  #askedAt = 0
  #timer: number | null = null

  constructor(api: Pick<Api, 'status'>, environment: Environment) {
    this.#api = api
    this.#environment = environment
  }

  /** The status, at most `intervalMs` old for who subscribes: the shortest interval of all counts. */
  every(intervalMs: number): ReadableStore<StatusState> {
    return {
      get: this.#store.get,
      subscribe: listener => {
        const user = Symbol('user')
        this.#intervals.set(user, intervalMs)
        const leave = this.#store.subscribe(listener)
        this.#schedule()
        return () => {
          this.#intervals.delete(user)
          leave()
        }
      },
    }
  }

  /** Asks now. Does nothing while nobody listens. */
  refresh(): void {
    if (this.#intervals.size === 0) return
    this.#asking?.abort()
    void this.#ask()
  }

  #start(): () => void {
    const stopWake = this.#environment.onWake(() => this.#asking ?? void this.#ask())
    void this.#ask()
    return () => {
      stopWake()
      this.#asking?.abort()
      this.#asking = null
      this.#clearTimer()
    }
  }

  async #ask(): Promise<void> {
    this.#clearTimer()
    const stop = new AbortController()
    this.#asking = stop
    this.#askedAt = this.#environment.now()
    let changes: Partial<StatusState>
    try {
      changes = { status: await this.#api.status(stop.signal), error: null }
    } catch (error) {
      changes = { error: sameError(this.#store.get().error, error as ApiError) }
    }
    if (this.#asking !== stop) return
    this.#asking = null
    patch(this.#store, { ...changes, isLoading: false })
    this.#schedule()
  }

  #schedule(): void {
    if (this.#asking || this.#intervals.size === 0) return
    this.#clearTimer()
    const interval = Math.max(LEAST_INTERVAL_MS, Math.min(...this.#intervals.values()))
    const rest = Math.max(0, this.#askedAt + interval - this.#environment.now())
    this.#timer = this.#environment.setTimeout(() => {
      this.#timer = null
      // Whoever comes back to the page wakes it.
      if (!this.#environment.isHidden()) void this.#ask()
    }, rest)
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#environment.clearTimeout(this.#timer)
    this.#timer = null
  }
}
