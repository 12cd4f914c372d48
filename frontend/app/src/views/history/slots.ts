/**
 * So many loads at a time, whoever asked last first: what has just come into view is what is looked at. Knows no React and no DOM.
 */

interface Load {
  start(): void
}

export class Slots {
  readonly #most: number
  readonly #waiting: Load[] = []
  readonly #running = new Set<Load>()

  constructor(most: number) {
    this.#most = most
  }

  /** Calls `start` when it is this load's turn. Returns what to call when it is over, or wanted no more. */
  take(start: () => void): () => void {
    const load = { start }
    this.#waiting.push(load)
    this.#next()
    return () => {
      const place = this.#waiting.indexOf(load)
      if (place >= 0) this.#waiting.splice(place, 1)
      if (this.#running.delete(load)) this.#next()
    }
  }

  #next(): void {
    while (this.#running.size < this.#most) {
      const load = this.#waiting.pop()
      if (load === undefined) return
      this.#running.add(load)
      load.start()
    }
  }
}
