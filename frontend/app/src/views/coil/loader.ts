/** Loads what is wanted, the first first, a few at a time, and stops what is wanted no more. Knows neither pictures nor the network. */

/** `done` is there; `gone` never will be; `later` may be asked again. */
export type Outcome = 'done' | 'gone' | 'later'

export interface LoaderHost<Job> {
  readonly concurrency: number
  keyOf(job: Job): string
  /** Never rejects. */
  load(job: Job, signal: AbortSignal): Promise<Outcome>
  setTimeout(callback: () => void, ms: number): unknown
}

const AGAIN_MS = 1000
/** A server that is being started again is asked for each picture no more often than this. */
const LONGEST_MS = 5000

export class Loader<Job> {
  readonly #host: LoaderHost<Job>
  readonly #running = new Map<string, AbortController>()
  /** How often it was asked for in vain. Infinity: it is gone. */
  readonly #tries = new Map<string, number>()
  readonly #waiting = new Set<string>()
  #wanted: readonly Job[] = []
  #next = 0

  constructor(host: LoaderHost<Job>) {
    this.#host = host
  }

  /** Everything that is wanted now and not there yet. */
  want(jobs: readonly Job[]): void {
    this.#wanted = jobs
    this.#next = 0
    const keys = new Set(jobs.map(job => this.#host.keyOf(job)))
    for (const [key, stop] of this.#running) {
      if (keys.has(key)) continue
      this.#running.delete(key)
      stop.abort()
    }
    this.#pump()
  }

  isGone(key: string): boolean {
    return this.#tries.get(key) === Number.POSITIVE_INFINITY
  }

  stop(): void {
    this.want([])
    this.#tries.clear()
  }

  #pump(): void {
    while (this.#running.size < this.#host.concurrency) {
      const job = this.#wanted[this.#next]
      if (job === undefined) return
      this.#next += 1
      const key = this.#host.keyOf(job)
      if (!this.#running.has(key) && !this.#waiting.has(key) && !this.isGone(key)) void this.#load(job, key)
    }
  }

  async #load(job: Job, key: string): Promise<void> {
    const stop = new AbortController()
    this.#running.set(key, stop)
    const outcome = await this.#host.load(job, stop.signal)
    if (this.#running.get(key) === stop) this.#running.delete(key)
    if (!stop.signal.aborted) this.#note(key, outcome)
    this.#pump()
  }

  #note(key: string, outcome: Outcome): void {
    if (outcome === 'done') {
      this.#tries.delete(key)
      return
    }
    const tries = (this.#tries.get(key) ?? 0) + 1
    this.#tries.set(key, outcome === 'gone' ? Number.POSITIVE_INFINITY : tries)
    if (this.isGone(key)) return
    this.#waiting.add(key)
    this.#host.setTimeout(
      () => {
        this.#waiting.delete(key)
        this.#next = 0
        this.#pump()
      },
      Math.min(AGAIN_MS * tries, LONGEST_MS),
    )
  }
}
