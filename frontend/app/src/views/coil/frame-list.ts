/** All frames of one coil, in order: what was, page by page, and what comes. Knows no React. */
import type { Api, HistoryPage, LiveImage } from '@coilcast/live-image'

export interface FrameQuery {
  readonly coilNumber: string
  readonly imageType: string
  readonly camera: string
}

export interface FrameState {
  /** By capture time. The same array for as long as nothing changed. */
  readonly images: readonly LiveImage[]
  readonly status: 'loading' | 'ready' | 'failed'
  /** How many there are in all, once the server has said so. */
  readonly expected: number | null
  readonly error: unknown
}

const PAGE = 1000
const NOTHING: FrameState = { images: [], status: 'loading', expected: null, error: null }

export class FrameList {
  readonly #api: Pick<Api, 'history' | 'density'>
  readonly #query: FrameQuery
  readonly #listeners = new Set<() => void>()
  #stop = new AbortController()
  #state = NOTHING

  constructor(api: Pick<Api, 'history' | 'density'>, query: FrameQuery) {
    this.#api = api
    this.#query = query
  }

  get = (): FrameState => this.#state

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Asks for every page, from the coil's head on. May be called again: after a failure, a gap in what came live, a stop. */
  async load(): Promise<void> {
    this.#stop.abort()
    this.#stop = new AbortController()
    const { signal } = this.#stop
    this.#set({ status: 'loading', error: null })
    void this.#count(signal)
    try {
      let before: string | undefined
      do {
        const page: HistoryPage = await this.#api.history(
          { ...this.#query, order: 'oldest', limit: PAGE, before },
          signal,
        )
        signal.throwIfAborted()
        this.#add(page.images)
        before = page.next ?? undefined
      } while (before !== undefined)
      this.#set({ status: 'ready' })
    } catch (error) {
      if (!signal.aborted) this.#set({ status: 'failed', error })
    }
  }

  /** One that came now; another coil's is left out. */
  add(image: LiveImage): void {
    const { coilNumber, imageType, camera } = this.#query
    if (image.coil_number === coilNumber && image.type === imageType && image.camera === camera) this.#add([image])
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Only for the progress shown: without an answer there is none. */
  async #count(signal: AbortSignal): Promise<void> {
    const density = await this.#api.density({ ...this.#query, buckets: 1 }, signal).catch(() => null)
    if (density !== null && !signal.aborted) this.#set({ expected: density.total })
  }

  #add(images: readonly LiveImage[]): void {
    const merged = merge(this.#state.images, images)
    if (merged !== this.#state.images) this.#set({ images: merged })
  }

  #set(changes: Partial<FrameState>): void {
    this.#state = { ...this.#state, ...changes }
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Both, by capture time; of two versions of an image the later one. Returns `known` itself when there is nothing new. */
export function merge(known: readonly LiveImage[], more: readonly LiveImage[]): readonly LiveImage[] {
  const last = known.at(-1)
  const isTail = more.every((image, index) => isAfter(image, more[index - 1] ?? last))
  // The usual case: the next page, or the next frame of a coil that runs.
  if (isTail) return more.length === 0 ? known : [...known, ...more]
  const byName = new Map(known.map(image => [image.filename, image]))
  let isNew = false
  for (const image of more) {
    const other = byName.get(image.filename)
    if (other !== undefined && (image.seq ?? 0) <= (other.seq ?? 0)) continue
    byName.set(image.filename, image)
    isNew = true
  }
  return isNew ? [...byName.values()].sort((one, other) => (isAfter(one, other) ? 1 : -1)) : known
}

/** An order of its own for images of the same time: by number, then by name. */
function isAfter(image: LiveImage, other: LiveImage | undefined): boolean {
  if (other === undefined || image.timestamp !== other.timestamp)
    return image.timestamp > (other?.timestamp ?? -Infinity)
  if (image.filename === other.filename) return false
  return image.seq === other.seq ? image.filename > other.filename : (image.seq ?? 0) > (other.seq ?? 0)
}
