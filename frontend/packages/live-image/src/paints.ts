/** What was painted when, collected for a second and reported together: the first time of an image counts. */
import type { Environment } from './environment.ts'
import { Recent } from './recent.ts'

/** An image that is on the screen, since when by the server's clock. */
export interface PaintReport {
  seq: number
  painted_at: number
}

/** So many in one message; of more than that in one interval the first ones stand for all. */
export const MOST_PAINTS = 100
export const PAINTS_INTERVAL_MS = 1000

/** An image that is looked at again after more than that counts as painted anew, which the server knows better. */
const REMEMBERED = 1000

export class Paints {
  readonly #environment: Environment
  readonly #send: (images: PaintReport[]) => void
  readonly #known = new Recent(REMEMBERED)
  #pending: PaintReport[] = []
  #timer: number | null = null

  constructor(environment: Environment, send: (images: PaintReport[]) => void) {
    this.#environment = environment
    this.#send = send
  }

  note(seq: number, atMs: number): void {
    if (this.#known.has(seq) || this.#pending.length >= MOST_PAINTS) return
    this.#known.add(seq)
    this.#pending.push({ seq, painted_at: atMs })
    this.#timer ??= this.#environment.setTimeout(() => this.flush(), PAINTS_INTERVAL_MS)
  }

  /** Reports now: the page may not get another chance. */
  flush(): void {
    const images = this.#pending
    this.drop()
    if (images.length > 0) this.#send(images)
  }

  /** There is nobody to report to. */
  drop(): void {
    this.#pending = []
    if (this.#timer !== null) this.#environment.clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Another log counts its images from the start. */
  forget(): void {
    this.drop()
    this.#known.clear()
  }
}
