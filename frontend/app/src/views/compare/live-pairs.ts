/** The pair to show as images come: two views of the live link, paired. Knows no React. */
import type { Api, LiveImage, LiveView, Preview } from '@coilcast/live-image'
import type { Wanted } from '../../frame/source.ts'
import { arrive, dueInMs, isComplete, NO_FRAMES, type Pairing, pairKey, SIDES, type Side, tick } from './pairing.ts'

/** What to paint on either side; null where the twin has not come. */
export type WantedPair = Readonly<Record<Side, Wanted | null>>

export interface LivePairsHost {
  readonly kinds: Readonly<Record<Side, string>>
  /** The newest image of the kind of this side. */
  readonly views: Readonly<Record<Side, Pick<LiveView, 'get' | 'subscribe'>>>
  readonly api: Pick<Api, 'details'>
}

/** Previews are kept until the twin has come, for so many images. */
const MAX_PREVIEWS = 16
const MAX_ASKED = 64
const MAX_ASKING = 2

export class LivePairs {
  readonly #host: LivePairsHost
  readonly #listeners = new Set<() => void>()
  #pairing: Pairing = NO_FRAMES
  #pair: WantedPair | null = null
  /** By number of the image; null: it is on its way. */
  readonly #previews = new Map<number, Preview | null>()
  /** Frames whose twin was looked for. */
  readonly #asked = new Set<string>()
  #asking = 0
  #timer: number | undefined
  #stop: AbortController | null = null
  #leave: (() => void)[] = []

  constructor(host: LivePairsHost) {
    this.#host = host
  }

  get = (): WantedPair | null => this.#pair

  /** Listens; the link is asked as long as anybody does. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#start()
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end()
    }
  }

  #start(): void {
    this.#stop = new AbortController()
    this.#leave = SIDES.map(side => this.#host.views[side].subscribe(() => this.#hear(side)))
    for (const side of SIDES) this.#hear(side)
  }

  #end(): void {
    for (const leave of this.#leave) leave()
    this.#stop?.abort()
    this.#stop = null
    window.clearTimeout(this.#timer)
    this.#pairing = NO_FRAMES
    this.#pair = null
    this.#previews.clear()
    this.#asked.clear()
  }

  #hear(side: Side): void {
    const { currentImage: image, epoch, isDemo, preview, isPushed } = this.#host.views[side].get()
    if (image === null || isDemo) return
    if (epoch !== null && this.#pairing.epoch !== null && epoch !== this.#pairing.epoch) this.#previews.clear()
    if (image.seq !== null && isPushed) this.#keepPreview(image.seq, preview)
    this.#advance(arrive(this.#pairing, side, image, epoch, performance.now()))
  }

  #keepPreview(seq: number, preview: Preview | null): void {
    this.#previews.set(seq, preview ?? this.#previews.get(seq) ?? null)
    for (const oldest of this.#previews.keys()) {
      if (this.#previews.size <= MAX_PREVIEWS) return
      this.#previews.delete(oldest)
    }
  }

  #advance(pairing: Pairing): void {
    const nowMs = performance.now()
    // Whatever woke this up, the time that is waited for may just be over.
    this.#pairing = tick(pairing, nowMs)
    window.clearTimeout(this.#timer)
    const dueMs = dueInMs(this.#pairing, nowMs)
    if (dueMs !== null) this.#timer = window.setTimeout(() => this.#advance(this.#pairing), dueMs + 1)
    this.#publish()
    this.#askForTwins()
  }

  #publish(): void {
    const { shown } = this.#pairing
    if (shown === null) return
    const pair = { left: this.#wanted('left', shown.left), right: this.#wanted('right', shown.right) }
    if (pair.left === this.#pair?.left && pair.right === this.#pair?.right) return
    this.#pair = pair
    for (const listener of [...this.#listeners]) listener()
  }

  /** The same as before where nothing has changed. */
  #wanted(side: Side, image: LiveImage | null): Wanted | null {
    if (image === null) return null
    const { epoch } = this.#pairing
    const known = image.seq === null ? undefined : this.#previews.get(image.seq)
    const wanted = { image, epoch, isDemo: false, preview: known ?? null, isPushed: known !== undefined }
    const before = this.#pair?.[side]
    const isSame = before?.image === image && before.epoch === epoch && before.preview === wanted.preview
    return isSame ? before : wanted
  }

  /**
   * The link tells the newest image of each kind: a twin that is not its kind's newest, because this page was just opened or the
   * link is slower than the line, has to be asked for.
   */
  #askForTwins(): void {
    const { shown, frames } = this.#pairing
    const alone = shown === null ? frames.filter(frame => !isComplete(frame)) : isComplete(shown) ? [] : [shown]
    for (const { left, right } of alone) {
      const image = left ?? right
      if (image !== null && this.#asking < MAX_ASKING && !this.#asked.has(pairKey(image))) void this.#askFor(image)
    }
  }

  async #askFor(image: LiveImage): Promise<void> {
    const { signal } = this.#stop ?? {}
    this.#asked.add(pairKey(image))
    for (const oldest of this.#asked) if (this.#asked.size > MAX_ASKED) this.#asked.delete(oldest)
    this.#asking += 1
    const { camera, type, filename } = image
    // Without an answer the twin is as good as not there; the link still brings it when it comes.
    const details = await this.#host.api.details(camera, type, filename, signal).catch(() => null)
    this.#asking -= 1
    if (signal?.aborted) return
    let pairing = this.#pairing
    for (const side of SIDES) {
      const twin = details?.twins[this.#host.kinds[side]]
      // An answer from another catalog than the link's is overtaken.
      const isOfThisCount = pairing.epoch === null || details?.epoch === pairing.epoch
      if (twin && isOfThisCount) pairing = arrive(pairing, side, twin, details?.epoch ?? null, performance.now())
    }
    this.#advance(pairing)
  }
}
