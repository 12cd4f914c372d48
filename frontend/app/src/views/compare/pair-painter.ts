/**
 * Paints one pair after the other: both pictures are decoded before either is shown, and change in the same instant, so that two frames
 * never stand beside or over one another. One pair is loaded at a time; while it loads, only the newest of those that come waits.
 */
import type { LiveImage } from '@coilcast/live-image'
import { type Picture, pictureSize, releasePicture } from '../../frame/picture.ts'
import { chooseSource, frameKey, PREVIEW_GRACE_MS, type Source, type Wanted } from '../../frame/source.ts'
import type { WantedPair } from './live-pairs.ts'
import { type Pair, SIDES, type Side } from './pairing.ts'

export interface PairPainterHost {
  /** Where the pictures go; its children belong to the painter. */
  element(side: Side): HTMLElement | null
  /** Address of a path on the server. */
  resolve(path: string): string
  /** Resolves with the picture of `image`, ready to be painted without a wait; rejects when it is not wanted any more. */
  decode(source: string | Blob, signal: AbortSignal): Promise<Picture>
  /** How wide the picture of a side is drawn, in pixels of the screen. */
  drawnWidth(side: Side): number
  isZoomed(): boolean
  /** A picture is in its element now: of another image, or the same one sharper. */
  onPicture(side: Side, picture: Picture, image: LiveImage): void
  /** Another pair is in the elements now. */
  onShown(shown: ShownPair): void
}

export interface ShownPair {
  readonly pair: Pair
  /** Which of them cannot be painted, from whatever source. */
  readonly broken: Readonly<Record<Side, boolean>>
}

/** What is zoomed is looked at closely: soon after the last move the original replaces the preview. */
const SHARPEN_ZOOMED_AFTER_MS = 150
const SHARPEN_AFTER_MS = 1500
/** A server that was stopped in the middle of an answer is not waited for longer. */
const LOAD_WITHIN_MS = 20_000
/** What could not be painted may have been the server's trouble and not the image's. */
const TRY_AGAIN_AFTER_MS = 10_000

interface Loaded {
  readonly key: string
  readonly wanted: Wanted
  readonly source: Source
  readonly picture: Picture
  isSharpening: boolean
}

interface Load {
  loaded: Loaded | null
  readonly failed: Set<Source>
}

interface Job {
  readonly run: string
  readonly key: string
  readonly sinceMs: number
  pair: WantedPair
  readonly loads: Readonly<Record<Side, Load>>
}

type Shown = { readonly key: string; readonly pictures: Record<Side, Loaded | null> }

export class PairPainter {
  readonly #host: PairPainterHost
  #run = ''
  #job: Job | null = null
  #isLoading = false
  #shown: Shown | null = null
  #timer: number | undefined
  #sharpenTimer: number | undefined
  #againTimer: number | undefined
  /** Ends what is loaded for the pair on the screen, once it is overtaken. */
  #sharpening = new AbortController()
  readonly #disposing = new AbortController()

  constructor(host: PairPainterHost) {
    this.#host = host
  }

  /**
   * The pair to show, or the same one again with a preview; null leaves what is there. What was on its way when `run` becomes another
   * is not shown any more: the line's newest must not appear after a fixed frame was chosen.
   */
  paint(pair: WantedPair | null, run: string): void {
    this.#run = run
    const job = this.#job
    const key = pair === null ? null : keyOf(pair)
    if (pair === null || key === null) this.#job = null
    else if (job?.key === key && job.run === run) job.pair = pair
    else this.#job = { run, key, sinceMs: performance.now(), pair, loads: { left: newLoad(), right: newLoad() } }
    this.#next()
  }

  /** The zoom or the size of a picture's box is another. */
  refresh(): void {
    window.clearTimeout(this.#sharpenTimer)
    const isBlurred = SIDES.some(side => this.#canSharpen(this.#shown?.pictures[side] ?? null, side))
    if (!isBlurred || this.#isDisposed) return
    const afterMs = this.#host.isZoomed() ? SHARPEN_ZOOMED_AFTER_MS : SHARPEN_AFTER_MS
    this.#sharpenTimer = window.setTimeout(() => {
      for (const side of SIDES) void this.#sharpen(side)
    }, afterMs)
  }

  /** Leaves both places empty. */
  clear(): void {
    this.#job = null
    this.#sharpening.abort()
    window.clearTimeout(this.#timer)
    window.clearTimeout(this.#sharpenTimer)
    window.clearTimeout(this.#againTimer)
    for (const side of SIDES) {
      release(this.#shown?.pictures[side] ?? null)
      this.#host.element(side)?.replaceChildren()
    }
    this.#shown = null
  }

  dispose(): void {
    this.#disposing.abort()
    this.clear()
  }

  get #isDisposed(): boolean {
    return this.#disposing.signal.aborted
  }

  #next(): void {
    window.clearTimeout(this.#timer)
    const job = this.#job
    if (job === null || this.#isLoading || this.#isDisposed || this.#shown?.key === job.key) return
    const waitedMs = performance.now() - job.sinceMs
    const pending = SIDES.filter(side => this.#isPending(job, side))
    if (pending.length === 0) {
      this.#show(job)
      return
    }
    const sources = pending.flatMap(side => {
      const wanted = job.pair[side]
      const source = wanted && chooseSource(wanted, waitedMs, job.loads[side].failed)
      return wanted === null || source === null ? [] : [{ side, wanted, source }]
    })
    if (sources.length > 0) void this.#loadAll(job, sources)
    else this.#timer = window.setTimeout(() => this.#next(), Math.max(0, PREVIEW_GRACE_MS - waitedMs) + 1)
  }

  async #loadAll(job: Job, sources: { side: Side; wanted: Wanted; source: Source }[]): Promise<void> {
    this.#isLoading = true
    await Promise.all(
      sources.map(async ({ side, wanted, source }) => {
        const { failed } = job.loads[side]
        job.loads[side].loaded = await this.#load(wanted, source, this.#disposing.signal)
        if (job.loads[side].loaded === null) failed.add(source)
      }),
    )
    this.#isLoading = false
    const isWhole = SIDES.every(side => !this.#isPending(job, side))
    if (isWhole && job.run === this.#run && !this.#isDisposed) this.#show(job)
    else if (job !== this.#job) for (const side of SIDES) release(job.loads[side].loaded)
    this.#next()
  }

  /** Null, whatever the reason (gone, damaged, no answer): then the next source is tried. */
  async #load(wanted: Wanted, source: Source, stop: AbortSignal): Promise<Loaded | null> {
    const { image, epoch, preview } = wanted
    // The epoch keeps a cache from answering with the picture that had this number in another catalog.
    const path = source === 'screen' ? `/preview/${image.seq}?size=screen&epoch=${epoch}` : image.url
    const signal = AbortSignal.any([stop, AbortSignal.timeout(LOAD_WITHIN_MS)])
    try {
      const bytes = source === 'pushed' && preview !== null ? preview.blob : this.#host.resolve(path)
      const picture = await this.#host.decode(bytes, signal)
      return { key: frameKey(image), wanted, source, picture, isSharpening: false }
    } catch {
      return null
    }
  }

  /** Neither loaded, nor on the screen already, nor known to be broken. */
  #isPending(job: Job, side: Side): boolean {
    const { loaded, failed } = job.loads[side]
    return job.pair[side] !== null && loaded === null && !failed.has('original') && this.#onScreen(job, side) === null
  }

  /** The twin that came first stays where it is when the other joins it. */
  #onScreen(job: Job, side: Side): Loaded | null {
    const wanted = job.pair[side]
    const shown = this.#shown?.pictures[side] ?? null
    return wanted !== null && shown?.key === frameKey(wanted.image) ? shown : null
  }

  #show(job: Job): void {
    const before = this.#shown?.pictures
    const pictures = { left: this.#pictureOf(job, 'left'), right: this.#pictureOf(job, 'right') }
    for (const side of SIDES) {
      const picture = pictures[side]
      if (picture === before?.[side]) continue
      this.#put(side, picture)
      release(before?.[side] ?? null)
    }
    this.#shown = { key: job.key, pictures }
    this.#sharpening.abort()
    this.#sharpening = new AbortController()
    const { left, right } = job.pair
    const broken = { left: left !== null && !pictures.left, right: right !== null && !pictures.right }
    this.#host.onShown({ pair: { left: left?.image ?? null, right: right?.image ?? null }, broken })
    window.clearTimeout(this.#againTimer)
    if (broken.left || broken.right) this.#againTimer = window.setTimeout(() => this.#tryAgain(job), TRY_AGAIN_AFTER_MS)
    this.refresh()
  }

  /** A held frame is not followed by another. */
  #tryAgain(job: Job): void {
    if (this.#job !== job || this.#shown === null) return
    for (const side of SIDES) job.loads[side].failed.clear()
    this.#shown = { ...this.#shown, key: '' }
    this.#next()
  }

  #pictureOf(job: Job, side: Side): Loaded | null {
    const kept = this.#onScreen(job, side)
    if (kept !== null && job.loads[side].loaded !== null) release(job.loads[side].loaded)
    return kept ?? job.loads[side].loaded
  }

  /** Beside whatever else is loaded: the next pair must not wait for this one's large files. */
  async #sharpen(side: Side): Promise<void> {
    const blurred = this.#shown?.pictures[side] ?? null
    if (blurred === null || !this.#canSharpen(blurred, side)) return
    blurred.isSharpening = true
    const { signal } = this.#sharpening
    const sharp = await this.#load(blurred.wanted, 'original', signal)
    if (this.#shown?.pictures[side] !== blurred || this.#isDisposed) return
    if (sharp === null) {
      // Its twin joined it meanwhile: it is the same picture, and still to be sharpened.
      blurred.isSharpening = !signal.aborted
      this.refresh()
      return
    }
    this.#shown.pictures[side] = sharp
    this.#put(side, sharp)
    release(blurred)
  }

  #put(side: Side, loaded: Loaded | null): void {
    this.#host.element(side)?.replaceChildren(...(loaded === null ? [] : [loaded.picture]))
    if (loaded !== null) this.#host.onPicture(side, loaded.picture, loaded.wanted.image)
  }

  #canSharpen(shown: Loaded | null, side: Side): boolean {
    if (shown === null || shown.source === 'original' || shown.isSharpening) return false
    return this.#host.drawnWidth(side) > pictureSize(shown.picture).width
  }
}

function newLoad(): Load {
  return { loaded: null, failed: new Set() }
}

function keyOf(pair: WantedPair): string {
  return SIDES.map(side => (pair[side] ? frameKey(pair[side].image) : '')).join(' | ')
}

function release(loaded: Loaded | null): void {
  if (loaded !== null) releasePicture(loaded.picture)
}
