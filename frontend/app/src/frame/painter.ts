/**
 * Paints one image after the other into an element: decoded before it is shown, so that no blank frame is ever seen, and never an
 * older one after a newer. One image is loaded at a time; while it loads, only the newest of those that come waits.
 */
import type { LiveImage } from '@coilcast/live-image'
import { chooseSource, frameKey, PREVIEW_GRACE_MS, type Source, type Wanted } from './source.ts'

export interface PainterHost {
  /** Where the picture goes; its children belong to the painter. */
  readonly element: HTMLElement
  /** Address of a path on the server. */
  resolve(path: string): string
  /** Resolves with the picture of `image`, ready to be painted without a wait. */
  decode(url: string, image: LiveImage): Promise<HTMLImageElement>
  /** The picture is in the element now. */
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

interface Job {
  order: number
  wanted: Wanted
  since: number
  failed: Set<Source>
  isSharpening: boolean
}

export class Painter {
  readonly #host: PainterHost
  #order = 0
  #job: Job | null = null
  #isLoading = false
  #shown: (ShownFrame & { order: number; picture: HTMLImageElement; blobUrl: string | null }) | null = null
  #timer: number | undefined
  #isDisposed = false

  constructor(host: PainterHost) {
    this.#host = host
  }

  /** The newest image, or the same one again with its preview. */
  paint(wanted: Wanted): void {
    const job = this.#job
    if (job && frameKey(job.wanted.image) === frameKey(wanted.image) && job.wanted.isDemo === wanted.isDemo) {
      job.wanted = wanted
    } else {
      this.#order += 1
      this.#job = { order: this.#order, wanted, since: performance.now(), failed: new Set(), isSharpening: false }
    }
    this.#next()
  }

  /** Leaves the place empty: there is no image any more. */
  clear(): void {
    this.#order += 1
    this.#job = null
    window.clearTimeout(this.#timer)
    this.#release()
    this.#host.element.replaceChildren()
    this.#shown = null
  }

  dispose(): void {
    this.#isDisposed = true
    this.clear()
  }

  #next(): void {
    window.clearTimeout(this.#timer)
    const job = this.#job
    if (job === null || this.#isLoading || this.#isDisposed) return
    if (this.#shown?.order === job.order) {
      if (this.#canSharpen(job)) this.#timer = window.setTimeout(() => this.#sharpen(job), SHARPEN_AFTER_MS)
      return
    }
    const waitedMs = performance.now() - job.since
    const source = chooseSource(job.wanted, waitedMs, job.failed)
    if (source !== null) void this.#loadNext(job, source)
    else if (job.failed.has('original')) this.#host.onFailed(job.wanted.image)
    else this.#timer = window.setTimeout(() => this.#next(), Math.max(0, PREVIEW_GRACE_MS - waitedMs) + 1)
  }

  async #loadNext(job: Job, source: Source): Promise<void> {
    this.#isLoading = true
    await this.#load(job, source)
    this.#isLoading = false
    this.#next()
  }

  /** Beside whatever else is loaded: the next image must not wait for this one's large file. */
  async #sharpen(job: Job): Promise<void> {
    job.isSharpening = true
    await this.#load(job, 'original')
  }

  async #load(job: Job, source: Source): Promise<void> {
    const { image, epoch, isDemo, preview } = job.wanted
    const blobUrl = source === 'pushed' && preview ? URL.createObjectURL(preview.blob) : null
    // The epoch keeps a cache from answering with the picture that had this number in another catalog.
    const path = source === 'screen' ? `/preview/${image.seq}?size=screen&epoch=${epoch}` : image.url
    try {
      const picture = await this.#host.decode(blobUrl ?? this.#host.resolve(path), image)
      this.#show({ image, isDemo, source }, job.order, picture, blobUrl)
    } catch {
      // Whatever the reason (gone, damaged, no answer), the next source is tried, and the last failure is shown.
      if (blobUrl) URL.revokeObjectURL(blobUrl)
      job.failed.add(source)
    }
  }

  #show(frame: ShownFrame, order: number, picture: HTMLImageElement, blobUrl: string | null): void {
    const isOvertaken = this.#isDisposed || this.#job === null || order < (this.#shown?.order ?? 0)
    if (isOvertaken) {
      if (blobUrl) URL.revokeObjectURL(blobUrl)
      return
    }
    const isNewImage = this.#shown?.order !== order
    this.#release()
    this.#host.element.replaceChildren(picture)
    this.#shown = { ...frame, order, picture, blobUrl }
    if (isNewImage) this.#host.onShown(frame)
  }

  /** The picture that is left must not keep its bytes alive. */
  #release(): void {
    if (this.#shown?.blobUrl) URL.revokeObjectURL(this.#shown.blobUrl)
  }

  #canSharpen(job: Job): boolean {
    if (this.#shown === null || this.#shown.source === 'original' || job.isSharpening) return false
    const { element } = this.#host
    return element.clientWidth * window.devicePixelRatio > this.#shown.picture.naturalWidth
  }
}

/** Loads and decodes off the page. */
export async function decodePicture(url: string): Promise<HTMLImageElement> {
  const picture = new Image()
  picture.decoding = 'async'
  picture.draggable = false
  picture.src = url
  await picture.decode()
  return picture
}
