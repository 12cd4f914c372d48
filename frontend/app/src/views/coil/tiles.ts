/** The pictures of the frames in the sizes they are drawn in: fetched, decoded off the page, kept within bounds. */
import type { LiveImage } from '@coilcast/live-image'
import { type Level, type Pixels, pixelsOf, sourceOf, standIns } from './levels.ts'
import type { Outcome } from './loader.ts'
import { Lru } from './lru.ts'
import { type Direction, runsAcross } from './turn.ts'

/** Of the small levels, which make the overview, some ten thousand; of the large ones, what a few screens need. */
const SMALL_BYTES = 64 << 20
const LARGE_BYTES = 224 << 20

export interface TilesHost {
  /** Address of an image in that size. */
  addressOf(image: LiveImage, source: 'strip' | 'screen' | 'original'): string
  onLoaded(): void
}

export class Tiles {
  readonly #host: TilesHost
  readonly #caches: Record<'small' | 'large', Lru<ImageBitmap>>
  #direction: Direction = 'y'
  /** What was drawn since `beginFrame`: not let go of. */
  #used = new Set<string>()
  #isOver = false

  constructor(host: TilesHost) {
    this.#host = host
    const bitmaps = {
      sizeOf: (bitmap: ImageBitmap) => bitmap.width * bitmap.height * 4,
      dispose: (bitmap: ImageBitmap) => bitmap.close(),
    }
    this.#caches = {
      small: new Lru({ ...bitmaps, limitBytes: SMALL_BYTES }),
      large: new Lru({ ...bitmaps, limitBytes: LARGE_BYTES }),
    }
  }

  get bytes(): number {
    return this.#caches.small.bytes + this.#caches.large.bytes
  }

  /** Small levels are shrunk along the strip: turned, they are of no use. */
  setDirection(direction: Direction): void {
    if (direction === this.#direction) return
    this.#direction = direction
    this.#caches.small.clear()
  }

  beginFrame(): void {
    this.#used = new Set()
  }

  has(image: LiveImage, level: Level): boolean {
    return this.#cacheOf(level).has(keyOf(image, level))
  }

  /** The best there is for a frame that is wanted at `level`. */
  best(image: LiveImage, level: Level): { bitmap: ImageBitmap; level: Level } | null {
    for (const each of standIns(level)) {
      const key = keyOf(image, each)
      const bitmap = this.#cacheOf(each).get(key)
      if (bitmap === null) continue
      this.#used.add(key)
      return { bitmap, level: each }
    }
    return null
  }

  /** Fetches and decodes. The loader's half: never rejects. */
  async load(image: LiveImage, level: Level, signal: AbortSignal): Promise<Outcome> {
    if (this.has(image, level)) return 'done'
    try {
      const response = await fetch(this.#host.addressOf(image, sourceOf(level)), { signal })
      // Not there yet, or too much at once; anything else will not come.
      if (!response.ok) return response.status === 503 || response.status === 429 ? 'later' : 'gone'
      const blob = await response.blob()
      signal.throwIfAborted()
      return await this.#decode(blob, image, level)
    } catch (error) {
      return error instanceof TypeError ? 'later' : 'gone'
    }
  }

  clear(): void {
    this.#isOver = true
    this.#caches.small.clear()
    this.#caches.large.clear()
  }

  async #decode(blob: Blob, image: LiveImage, level: Level): Promise<Outcome> {
    const bitmap = await createImageBitmap(blob, this.#shrunk(image, level)).catch(() => null)
    if (bitmap === null) return 'gone'
    if (this.#isOver) bitmap.close()
    else {
      this.#cacheOf(level).set(keyOf(image, level), bitmap, key => this.#used.has(key))
      this.#host.onLoaded()
    }
    return 'done'
  }

  #shrunk(image: LiveImage, level: Level): ImageBitmapOptions {
    if (level !== 'sliver' && level !== 'thin') return {}
    const { along, across } = pixelsOf(level, pixelsOfImage(image, this.#direction))
    const [resizeWidth, resizeHeight] = runsAcross(this.#direction) ? [along, across] : [across, along]
    return { resizeWidth, resizeHeight, resizeQuality: 'medium' }
  }

  #cacheOf(level: Level): Lru<ImageBitmap> {
    return this.#caches[level === 'sliver' || level === 'thin' ? 'small' : 'large']
  }
}

/** An image whose size nobody said is taken for one of the usual shape. */
export function pixelsOfImage({ width, height }: LiveImage, direction: Direction): Pixels {
  const [x, y] = [width ?? 1000, height ?? 1000]
  return runsAcross(direction) ? { along: x, across: y } : { along: y, across: x }
}

export function keyOf(image: LiveImage, level: Level): string {
  return `${image.seq ?? image.url}/${level}`
}
