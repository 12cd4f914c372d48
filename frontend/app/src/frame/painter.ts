/**
 * Paints one image after the other into an element: decoded before it is shown, so that no blank frame is ever seen, and never an
 * older one after a newer. One image is loaded at a time; while it loads, only the newest of those that come waits.
 */
import type { LiveImage } from '@coilcast/live-image'
import { type Picture, pictureSize, releasePicture } from './picture.ts'
import { chooseSource, frameKey, PREVIEW_GRACE_MS, type Source, type Wanted } from './source.ts'

export interface PainterHost {
  /** Where the picture goes; its children belong to the painter. */
  readonly element: HTMLElement
  /** Address of a path on the server. */
  resolve(path: string): string
  /**
   * Resolves with the picture of `image` from an address or from the bytes at hand, ready to be painted without a wait; rejects
   * at once when it is not wanted any more.
   */
  decode(source: string | Blob, image: LiveImage, signal: AbortSignal): Promise<Picture>
  /** How many pixels of the screen the whole picture takes in width, what of it lies outside included. */
  widthOnScreen(): number
  /** The picture is in the element now: of another image, or the same one sharper. */
  onPicture?(picture: Picture, image: LiveImage): void
  /** Another image is in the element now. */
  onShown(shown: ShownFrame): void
  /** No source of this image can be painted. */
  onFailed(image: LiveImage): void
}

export interface ShownFrame {
  image: LiveImage
  isDemo: boolean
  source: Source
}

/** A line that stands still is looked at closely: after so long the original replaces the preview. */
const SHARPEN_AFTER_MS = 1500
/** Who comes nearer than the preview has pixels for looks closely now: no longer than a turn of the wheel takes. */
const SHARPEN_ZOOMED_AFTER_MS = 120
/** A server that was stopped in the middle of an answer is not waited for longer. */
const LOAD_WITHIN_MS = 20_000
/** What could not be painted may have been the server's trouble and not the image's. */
const TRY_AGAIN_AFTER_MS = 10_000

interface Job {
  order: number
  wanted: Wanted
  since: number
  failed: Set<Source>
}

export class Painter {
  readonly #host: PainterHost
  #order = 0
  /** What was wanted before the place was left empty is not wanted after. */
  #cleared = 0
  #isZoomed = false
  #job: Job | null = null
  #loading: AbortController | null = null
  #shown: (ShownFrame & { order: number; picture: Picture }) | null = null
  #timer: number | undefined
  /** One original at a time: of an image that is overtaken nobody needs it any more. */
  #sharpening: AbortController | null = null
  #isDisposed = false

  constructor(host: PainterHost) {
    this.#host = host
  }

  /** The newest image, or the same one again with its preview. */
  paint(wanted: Wanted): void {
    const job = this.#job
    if (job && frameKey(job.wanted.image) === frameKey(wanted.image) && job.wanted.isDemo === wanted.isDemo) {
      const isNews = job.wanted.preview !== wanted.preview || job.wanted.isPushed !== wanted.isPushed
      job.wanted = wanted
      if (!isNews) return
    } else {
      this.#order += 1
      this.#job = { order: this.#order, wanted, since: this.#waitingSince(), failed: new Set() }
    }
    this.#next()
  }

  /** Whether somebody looks closer than at the whole picture, and how close may have changed. */
  zoomed(isZoomed: boolean): void {
    this.#isZoomed = isZoomed
    if (this.#shown !== null && this.#shown.order === this.#job?.order) this.#next()
  }

  /** Leaves the place empty: there is no image any more. */
  clear(): void {
    this.#order += 1
    this.#cleared = this.#order
    this.#job = null
    window.clearTimeout(this.#timer)
    this.#loading?.abort()
    this.#sharpening?.abort()
    this.#replace(null)
  }

  dispose(): void {
    this.#isDisposed = true
    this.clear()
  }

  /** Images that come faster than their previews must not begin the wait anew, each of them: nothing would be painted at all. */
  #waitingSince(): number {
    const job = this.#job
    const isWaiting = job !== null && job.failed.size === 0 && this.#shown?.order !== job.order
    return isWaiting ? job.since : performance.now()
  }

  #next(): void {
    window.clearTimeout(this.#timer)
    const job = this.#job
    if (job === null || this.#loading !== null || this.#isDisposed) return
    if (this.#shown?.order === job.order) {
      const waitMs = this.#isZoomed ? SHARPEN_ZOOMED_AFTER_MS : SHARPEN_AFTER_MS
      if (this.#canSharpen(job)) this.#timer = window.setTimeout(() => void this.#sharpen(job), waitMs)
      return
    }
    const waitedMs = performance.now() - job.since
    const source = chooseSource(job.wanted, waitedMs, job.failed)
    if (source !== null) void this.#loadNext(job, source)
    else if (job.failed.has('original')) this.#giveUp(job)
    else this.#timer = window.setTimeout(() => this.#next(), Math.max(0, PREVIEW_GRACE_MS - waitedMs) + 1)
  }

  /** For now: nothing newer may come for hours, and what was wrong may pass. */
  #giveUp(job: Job): void {
    this.#host.onFailed(job.wanted.image)
    this.#timer = window.setTimeout(() => {
      job.failed.clear()
      this.#next()
    }, TRY_AGAIN_AFTER_MS)
  }

  async #loadNext(job: Job, source: Source): Promise<void> {
    const stop = new AbortController()
    this.#loading = stop
    const deadline = window.setTimeout(() => stop.abort(), LOAD_WITHIN_MS)
    await this.#load(job, source, stop.signal)
    window.clearTimeout(deadline)
    this.#loading = null
    this.#next()
  }

  /** Beside whatever else is loaded: the next image must not wait for this one's large file. */
  async #sharpen(job: Job): Promise<void> {
    const stop = new AbortController()
    this.#sharpening = stop
    await this.#load(job, 'original', stop.signal)
    if (this.#sharpening === stop) this.#sharpening = null
  }

  async #load(job: Job, source: Source, signal: AbortSignal): Promise<void> {
    const { image, epoch, isDemo, preview } = job.wanted
    // The epoch keeps a cache from answering with the picture that had this number in another catalog.
    const path = source === 'screen' ? `/preview/${image.seq}?size=screen&epoch=${epoch}` : image.url
    try {
      const bytes = source === 'pushed' && preview ? preview.blob : this.#host.resolve(path)
      this.#show({ image, isDemo, source }, job.order, await this.#host.decode(bytes, image, signal))
    } catch {
      // Whatever the reason (gone, damaged, no answer), the next source is tried, and the last failure is shown.
      job.failed.add(source)
    }
  }

  #show(frame: ShownFrame, order: number, picture: Picture): void {
    const isOvertaken = this.#isDisposed || order <= this.#cleared || order < (this.#shown?.order ?? 0)
    if (isOvertaken) {
      releasePicture(picture)
      return
    }
    const isNewImage = this.#shown?.order !== order
    if (isNewImage) this.#sharpening?.abort()
    if (isNewImage && this.#job !== null) this.#job.since = performance.now()
    picture.dataset.source = frame.source
    this.#replace({ ...frame, order, picture })
    this.#host.onPicture?.(picture, frame.image)
    if (isNewImage) this.#host.onShown(frame)
  }

  #replace(next: (ShownFrame & { order: number; picture: Picture }) | null): void {
    this.#host.element.replaceChildren(...(next ? [next.picture] : []))
    if (this.#shown) releasePicture(this.#shown.picture)
    this.#shown = next
  }

  #canSharpen(job: Job): boolean {
    if (this.#shown === null || this.#shown.source === 'original' || job.failed.has('original')) return false
    if (this.#sharpening !== null && !this.#sharpening.signal.aborted) return false
    return this.#host.widthOnScreen() > pictureSize(this.#shown.picture).width
  }
}
