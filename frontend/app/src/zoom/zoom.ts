/** One transform for as many pictures as are to move together. Knows no React. */
import { FIT, type Transform } from './transform.ts'

export class Zoom {
  #transform: Transform
  readonly #listeners = new Set<() => void>()

  constructor(initial: Transform = FIT) {
    this.#transform = initial
  }

  get = (): Transform => this.#transform

  set(next: Transform): void {
    const { zoom, x, y } = this.#transform
    if (next.zoom === zoom && next.x === x && next.y === y) return
    this.#transform = next
    for (const listener of [...this.#listeners]) listener()
  }

  get isFit(): boolean {
    return this.#transform.zoom <= 1.001
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
