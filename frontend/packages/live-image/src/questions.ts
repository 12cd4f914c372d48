/** What is asked over HTTP for each view: once, until its newest image is known, and by long poll while there is no socket. */
import type { Environment } from './environment.ts'
import type { Http } from './http.ts'
import type { LiveView } from './live-view.ts'
import type { CurrentAnswer } from './messages.ts'
import { poll } from './poll.ts'
import { backoffMs } from './retry.ts'

export interface QuestionsHost {
  readonly http: Http
  readonly environment: Environment
  onAnswer(view: LiveView, answer: CurrentAnswer): void
  /** True when the last long poll was answered. */
  onPolling(works: boolean): void
}

/** Of the six connections that browsers hold to one server, half are left for the images. */
const MOST_LONG_POLLS = 3

export class Questions {
  readonly #host: QuestionsHost
  readonly #asking = new Map<LiveView, AbortController>()
  readonly #polling = new Map<LiveView, AbortController>()

  constructor(host: QuestionsHost) {
    this.#host = host
  }

  /** Asks for the view's newest image until there is an answer, whatever the socket does meanwhile. */
  ask(view: LiveView): void {
    if (this.#asking.has(view)) return
    const stop = new AbortController()
    this.#asking.set(view, stop)
    void this.#ask(view, stop.signal).finally(() => {
      if (this.#asking.get(view) === stop) this.#asking.delete(view)
    })
  }

  poll(view: LiveView): void {
    if (this.#polling.has(view)) return
    const { http, environment, onAnswer, onPolling } = this.#host
    const stop = new AbortController()
    this.#polling.set(view, stop)
    const io = {
      ask: (after: number | null, signal: AbortSignal) => http.current(view.demand, after, signal),
      pause: (ms: number, signal: AbortSignal) => http.pause(ms, signal),
      isCrowded: () => this.#polling.size > MOST_LONG_POLLS,
      random: () => environment.random(),
      onAnswer: (answer: CurrentAnswer) => onAnswer(view, answer),
      onWorking: onPolling,
    }
    void poll(io, stop.signal)
  }

  /** Asks anew whatever waits for its turn, or for an answer that may never come. */
  hurry(): void {
    for (const [requests, again] of [
      [this.#asking, (view: LiveView) => this.ask(view)],
      [this.#polling, (view: LiveView) => this.poll(view)],
    ] as const) {
      for (const [view, stop] of [...requests]) {
        stop.abort()
        requests.delete(view)
        again(view)
      }
    }
  }

  stopPolling(): void {
    for (const stop of this.#polling.values()) stop.abort()
    this.#polling.clear()
  }

  forget(view: LiveView): void {
    for (const requests of [this.#asking, this.#polling]) {
      requests.get(view)?.abort()
      requests.delete(view)
    }
  }

  async #ask(view: LiveView, signal: AbortSignal): Promise<void> {
    const { http, environment, onAnswer } = this.#host
    for (let failures = 1; ; failures += 1) {
      const answer = await http.current(view.demand, null, signal).catch(() => null)
      if (signal.aborted) return
      if (answer) onAnswer(view, answer)
      // One from another log than the socket's is no answer.
      if (view.isSettled) return
      await http.pause(backoffMs(failures, environment.random()), signal)
      // The socket may have brought it meanwhile.
      if (signal.aborted || view.isSettled) return
    }
  }
}
