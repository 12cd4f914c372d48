/** The frames' pictures that are there, and getting those that are not. */
import type { LiveImage } from '@coilcast/live-image'
import { chooseLevel, LEVELS, type Level, type Pixels, standIns } from './levels.ts'
import { Loader } from './loader.ts'
import type { Need } from './order.ts'
import { keyOf, pixelsOfImage, Tiles, type TilesHost } from './tiles.ts'
import type { Direction } from './turn.ts'

/** Beside the live link and its questions, of the six connections that a browser has for a server. */
const CONCURRENCY = 4

export class Stock {
  readonly #tiles: Tiles
  readonly #loader: Loader<Need>
  #images: readonly LiveImage[] = []
  #direction: Direction = 'y'

  constructor(host: TilesHost) {
    this.#tiles = new Tiles(host)
    this.#loader = new Loader<Need>({
      concurrency: CONCURRENCY,
      keyOf: ({ index, level }) => this.#key(index, level),
      load: async ({ index, level }, signal) => {
        const image = this.#images[index]
        return image === undefined ? 'gone' : this.#tiles.load(image, level, signal)
      },
      setTimeout: (callback, ms) => window.setTimeout(callback, ms),
    })
  }

  setFrames(images: readonly LiveImage[], direction: Direction): void {
    this.#images = images
    this.#direction = direction
    this.#tiles.setDirection(direction)
  }

  beginFrame(): void {
    this.#tiles.beginFrame()
  }

  /** The level to have for a frame drawn on so many pixels; null when none of its sizes can be shown. */
  levelOf(index: number, drawn: Pixels, framesInSight: number): Level | null {
    const image = this.#images[index]
    if (image === undefined) return null
    const level = chooseLevel(drawn, pixelsOfImage(image, this.#direction), framesInSight)
    return standIns(level).find(each => !this.#loader.isGone(keyOf(image, each))) ?? null
  }

  pictureOf(index: number, level: Level): { bitmap: ImageBitmap; isExact: boolean } | null {
    const image = this.#images[index]
    const best = image === undefined ? null : this.#tiles.best(image, level)
    return best === null ? null : { bitmap: best.bitmap, isExact: best.level === 'original' }
  }

  /** Neither this level nor a finer one is there, and one of them can still come. */
  lacks({ index, level }: Need): boolean {
    const image = this.#images[index]
    if (image === undefined || this.#loader.isGone(keyOf(image, level))) return false
    return !LEVELS.slice(LEVELS.indexOf(level)).some(each => this.#tiles.has(image, each))
  }

  /** In this order; whatever else is on its way is stopped. */
  want(needs: readonly Need[]): void {
    this.#loader.want(needs)
  }

  clear(): void {
    this.#loader.stop()
    this.#tiles.clear()
  }

  #key(index: number, level: Level): string {
    const image = this.#images[index]
    return image === undefined ? `${index}/${level}` : keyOf(image, level)
  }
}
