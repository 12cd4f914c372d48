/** What the strip says of itself, for the few components that say it on: no more often than people read. Knows no React. */
import type { Report } from './strip.ts'

const EVERY_MS = 100

export const NO_REPORT: Report = {
  first: -1,
  last: -1,
  stride: 1,
  compression: 1,
  zoom: 1,
  kind: 'whole',
  drawn: 'nothing',
  progress: 0,
  cursor: null,
}

export class ReportStore {
  #report = NO_REPORT
  #next: Report | null = null
  #timer: number | undefined
  readonly #listeners = new Set<() => void>()

  get = (): Report => this.#report

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  say(report: Report): void {
    this.#next = report
    this.#timer ??= window.setTimeout(() => this.#tell(), EVERY_MS)
  }

  #tell(): void {
    this.#timer = undefined
    const next = this.#next
    if (next === null || isSame(next, this.#report)) return
    this.#report = next
    for (const listener of [...this.#listeners]) listener()
  }
}

function isSame(one: Report, other: Report): boolean {
  return (Object.keys(one) as (keyof Report)[]).every(key => Object.is(one[key], other[key]))
}
