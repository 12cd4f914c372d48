/** One view: its reducer's state beside the link's, with the age counted up. */
import type { Alert } from './alerts.ts'
import type { Demand } from './demand.ts'
import { LiveImageError } from './errors.ts'
import type { Health, LiveImage, Preview, ResetReason, ServerConfig } from './messages.ts'
import { Recent } from './recent.ts'
import { createLiveStore, type ReadableStore } from './store.ts'
import { arrivedAt, EMPTY_VIEW, reduceView, type ViewEvent, type ViewState } from './view.ts'

export type ConnectionType = 'websocket' | 'http' | 'disconnected'

/** What all views of one server share. */
export interface LinkSnapshot {
  readonly connectionType: ConnectionType
  readonly error: LiveImageError | null
  /** Attempts in a row that failed; 0 while connected. */
  readonly failures: number
  readonly node: string | null
  readonly lastSeq: number | null
  readonly health: Health | null
  readonly config: ServerConfig | null
  readonly serverVersion: string | null
  /** The alerts that are firing, newest first, as last told. */
  readonly alerts: readonly Alert[]
}

export interface LiveImageState extends LinkSnapshot {
  readonly currentImage: LiveImage | null
  /** Which count the image's `seq` belongs to: a catalog made anew counts from the start. */
  readonly epoch: string | null
  /** The current image stands in for one that has never come yet. */
  readonly isDemo: boolean
  /** False until the server has said what there is. */
  readonly isSettled: boolean
  readonly isConnected: boolean
  readonly camera: string | null
  /** Whole seconds since the current image came to the server, by the server's clock. Null without a real image. */
  readonly age: number | null
  /** No new image for longer than the server's stale limit. */
  readonly isStale: boolean
  /** The screen-sized JPEG of the current image, when the server pushed one. */
  readonly preview: Preview | null
  /** How many images were left out just before the current one. */
  readonly skipped: number
  /** The current image came by itself, so its preview is on the way. */
  readonly isPushed: boolean
  /** Why the server could not resume, the last time that it could not. */
  readonly reset: ResetReason | null
}

export interface ViewListeners {
  onImage?: ((image: LiveImage) => void) | undefined
  onError?: ((error: LiveImageError) => void) | undefined
}

/** What a view needs of its client. */
export interface ViewHost {
  readonly link: ReadableStore<LinkSnapshot>
  /** Where news comes from at present. */
  source(): 'socket' | 'http' | null
  serverNow(): number
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(timer: number): void
  attach(view: LiveView): void
  detach(view: LiveView): void
}

export const UNLINKED: LinkSnapshot = {
  connectionType: 'disconnected',
  error: null,
  failures: 0,
  node: null,
  lastSeq: null,
  health: null,
  config: null,
  serverVersion: null,
  alerts: [],
}

const DEFAULT_STALE_AFTER_S = 30

/** So many images are known to have been told by HTTP when the socket comes back and brings them, too. */
const REMEMBERED_AHEAD = 100_000

export class LiveView {
  readonly demand: Demand
  readonly #host: ViewHost
  readonly #store = createLiveStore(INITIAL_STATE, () => this.#attach())
  readonly #listeners = new Set<ViewListeners>()
  #state: ViewState = EMPTY_VIEW
  #isAttached = false
  #ageTimer: number | null = null
  /** The newest that the stream brought to `onImage`, and what came to it otherwise, ahead of the stream. */
  #told: number | null = null
  readonly #toldAhead = new Recent(REMEMBERED_AHEAD)
  /** The first image that was told: what came before is none of this view's business. */
  #first: number | null = null
  #toldEpoch: string | null = null

  constructor(demand: Demand, host: ViewHost) {
    this.demand = demand
    this.#host = host
  }

  get(): LiveImageState {
    return this.#store.get()
  }

  /** Listens; the server is asked as long as anybody does. */
  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener)
  }

  /** `onImage` gets every image once; it needs a view of mode `every` to miss none. */
  listen(listeners: ViewListeners): () => void {
    this.#listeners.add(listeners)
    return () => this.#listeners.delete(listeners)
  }

  /** For the client: is there something to ask the server for? */
  get isSettled(): boolean {
    return this.#state.isSettled
  }

  /** For the client: something happened. */
  apply(event: ViewEvent): void {
    const before = this.#state
    this.#state = reduceView(before, event)
    const changed = this.#state !== before
    if (changed) this.#refresh()
    if (event.type === 'reset') this.#gap(event.reason)
    else if (event.type === 'update') this.#tellFromStream(changed, event.image, event.epoch)
    else if (event.type === 'snapshot' || this.#isFinal(this.#host.source())) this.#tellAhead(changed, this.#state)
  }

  /** For the client: what comes next goes on from what is shown, which nobody will tell again. */
  resumed(): void {
    this.#tellAhead(false, this.#state)
  }

  /** For the client: the link failed. */
  fail(error: LiveImageError): void {
    for (const { onError } of [...this.#listeners]) this.#call(() => onError?.(error))
  }

  /** For the client: the server's clock was set right. */
  retime(): void {
    this.#refresh()
  }

  /** Beside a socket an answer is at most where to begin: what is newer than that comes in its turn. */
  #isFinal(source: ReturnType<ViewHost['source']>): boolean {
    const hasBegun = this.#first !== null && this.#toldEpoch === this.#state.epoch
    return source === 'http' || (source === 'socket' && !hasBegun)
  }

  #attach(): () => void {
    this.#isAttached = true
    const unlink = this.#host.link.subscribe(() => this.#refresh())
    this.#host.attach(this)
    this.#refresh()
    return () => {
      this.#isAttached = false
      unlink()
      this.#clearAgeTimer()
      this.#host.detach(this)
      // What is not looked at is not kept up: whoever comes back begins anew.
      this.#state = EMPTY_VIEW
      this.#forgetTold(null)
    }
  }

  #refresh(): void {
    if (!this.#isAttached) return
    const image = this.#state.isDemo ? null : this.#state.currentImage
    const ageMs = image === null ? null : this.#host.serverNow() - arrivedAt(image)
    const next = combine(this.#state, this.#host.link.get(), ageMs)
    if (!shallowEqual(next, this.#store.get())) this.#store.set(next)
    this.#clearAgeTimer()
    if (ageMs !== null) {
      this.#ageTimer = this.#host.setTimeout(() => this.#refresh(), msToNextSecond(ageMs))
    }
  }

  #clearAgeTimer(): void {
    if (this.#ageTimer !== null) this.#host.clearTimeout(this.#ageTimer)
    this.#ageTimer = null
  }

  #gap(reason: ResetReason): void {
    // The log was set back and counts the same numbers again. Another log is told by its epoch.
    if (reason === 'ahead') this.#forgetTold(null)
    this.#first = null
    this.fail(new LiveImageError('gap'))
  }

  #tellFromStream(changed: boolean, image: LiveImage, epoch: string | null): void {
    if (image.seq === null) {
      if (changed) this.#tell(image)
      return
    }
    if (epoch !== this.#toldEpoch) this.#forgetTold(epoch)
    if (this.#told !== null && image.seq <= this.#told) return
    this.#told = image.seq
    const isKnown = this.#toldAhead.has(image.seq) || (this.#first !== null && image.seq < this.#first)
    this.#toldAhead.dropUpTo(image.seq)
    this.#first ??= image.seq
    if (!isKnown) this.#tell(image)
  }

  #tellAhead(changed: boolean, { currentImage: image, isDemo, epoch }: ViewState): void {
    if (image === null || isDemo) return
    if (image.seq === null) {
      if (changed) this.#tell(image)
      return
    }
    if (epoch !== this.#toldEpoch) this.#forgetTold(epoch)
    if (image.seq <= (this.#told ?? -1) || image.seq < (this.#first ?? 0) || this.#toldAhead.has(image.seq)) return
    this.#first ??= image.seq
    this.#toldAhead.add(image.seq)
    this.#tell(image)
  }

  #forgetTold(epoch: string | null): void {
    this.#toldEpoch = epoch
    this.#told = null
    this.#first = null
    this.#toldAhead.clear()
  }

  #tell(image: LiveImage): void {
    for (const { onImage } of [...this.#listeners]) this.#call(() => onImage?.(image))
  }

  /** What somebody else's code throws is for the page to hear of, and keeps nobody from anything. */
  #call(callback: () => void): void {
    try {
      callback()
    } catch (error) {
      this.#host.setTimeout(() => {
        throw error
      }, 0)
    }
  }
}

export const INITIAL_STATE: LiveImageState = combine(EMPTY_VIEW, UNLINKED, null)

function combine(view: ViewState, link: LinkSnapshot, ageMs: number | null): LiveImageState {
  const staleAfterMs = (link.config?.staleAfterS ?? DEFAULT_STALE_AFTER_S) * 1000
  return {
    ...link,
    currentImage: view.currentImage,
    epoch: view.epoch,
    isDemo: view.isDemo,
    isSettled: view.isSettled,
    isConnected: link.connectionType !== 'disconnected',
    camera: view.currentImage?.camera ?? null,
    // The two clocks are known to a few milliseconds only: an image that just came may seem to be from the future.
    age: ageMs === null ? null : Math.max(0, Math.floor(ageMs / 1000)),
    isStale: ageMs !== null && ageMs >= staleAfterMs,
    preview: view.preview,
    skipped: view.skipped,
    isPushed: view.arrival === 'live',
    reset: view.reset,
  }
}

function msToNextSecond(ageMs: number): number {
  return 1001 - (((ageMs % 1000) + 1000) % 1000)
}

function shallowEqual(one: LiveImageState, other: LiveImageState): boolean {
  return (Object.keys(one) as (keyof LiveImageState)[]).every(key => Object.is(one[key], other[key]))
}
