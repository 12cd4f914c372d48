/** One transform for as many pictures as are to move together, and what can be done with it. Knows no React. */
import {
  clamp,
  FIT,
  fitScale,
  oneToOneZoom,
  type Point,
  panBy,
  type Size,
  stepIn,
  stepOut,
  type Transform,
  zoomAt,
} from './transform.ts'

/** The picture that keys and buttons are about: its pixels, and the CSS pixels that it has on the screen. */
export interface Geometry {
  readonly content: Size
  readonly box: Size
}

/** Where 1:1 is no nearer than all of it, as for a small picture, a double click still comes nearer. */
const NEARER = 2

export class Zoom {
  #transform: Transform
  #geometry: Geometry | null = null
  readonly #listeners = new Set<() => void>()

  constructor(initial: Transform = FIT) {
    this.#transform = initial
  }

  get = (): Transform => this.#transform

  set(next: Transform): void {
    const { zoom, x, y } = this.#transform
    if (next.zoom === zoom && next.x === x && next.y === y) return
    this.#transform = next
    this.#changed()
  }

  get isFit(): boolean {
    return this.#transform.zoom <= 1.001
  }

  /** Told by whoever shows a picture through this zoom, whenever its size or that of its box is another. */
  measure(geometry: Geometry): void {
    if (this.#geometry !== null && isSame(this.#geometry, geometry)) return
    this.#geometry = geometry
    this.#changed()
  }

  /** Screen pixels for a hundred of the picture's; null as long as no picture is there. */
  get percent(): number | null {
    if (this.#geometry === null) return null
    const { content, box } = this.#geometry
    const { zoom } = clamp(this.#transform, content, box)
    return Math.round(100 * zoom * fitScale(content, box) * window.devicePixelRatio)
  }

  fit(): void {
    this.set(FIT)
  }

  in(): void {
    this.#move(stepIn)
  }

  out(): void {
    this.#move(stepOut)
  }

  /** A pixel of the picture for each of the screen, about the middle. */
  oneToOne(): void {
    this.#move((at, content, box) => {
      return clamp({ ...at, zoom: oneToOneZoom(content, box, window.devicePixelRatio) }, content, box)
    })
  }

  /** Moves the picture by CSS pixels. */
  pan(dx: number, dy: number): void {
    this.#move((at, content, box) => panBy(at, dx, dy, content, box))
  }

  /** To and fro between all of it and 1:1 about a point of a box. */
  toggle(point: Point, { content, box }: Geometry): void {
    const oneToOne = oneToOneZoom(content, box, window.devicePixelRatio)
    const factor = oneToOne > 1.05 ? oneToOne : NEARER
    this.set(this.isFit ? zoomAt(FIT, factor, point, content, box) : FIT)
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #move(change: (at: Transform, content: Size, box: Size) => Transform): void {
    if (this.#geometry !== null) this.set(change(this.#transform, this.#geometry.content, this.#geometry.box))
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

function isSame(one: Geometry, other: Geometry): boolean {
  return isSameSize(one.content, other.content) && isSameSize(one.box, other.box)
}

function isSameSize(one: Size, other: Size): boolean {
  return one.width === other.width && one.height === other.height
}
