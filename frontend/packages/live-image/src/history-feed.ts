/** Images by capture time, a page after the other. */
import type { Api, ApiError, HistoryQuery } from './api.ts'
import type { LiveImage } from './messages.ts'
import { createLiveStore, patch, type ReadableStore } from './store.ts'

export interface HistoryState {
  /** All pages so far. */
  readonly images: readonly LiveImage[]
  readonly error: ApiError | null
  /** A page is on its way. */
  readonly isLoading: boolean
  readonly hasMore: boolean
}

export const HISTORY_UNKNOWN: HistoryState = { images: [], error: null, isLoading: true, hasMore: false }

export class HistoryFeed implements ReadableStore<HistoryState> {
  readonly #api: Pick<Api, 'history'>
  readonly #query: HistoryQuery
  readonly #store = createLiveStore(HISTORY_UNKNOWN, () => this.#start())
  #isStarted = false
  #asking: AbortController | null = null
  /** Where the next page begins; null at the end, undefined before the first. */
  #next: string | null | undefined

  constructor(api: Pick<Api, 'history'>, query: HistoryQuery) {
    this.#api = api
    this.#query = query
  }

  get = () => this.#store.get()
  subscribe = (listener: () => void) => this.#store.subscribe(listener)

  /** Asks for the next page, or for the one that failed again. */
  loadMore(): void {
    if (!this.#isStarted || this.#asking || this.#next === null) return
    void this.#ask(this.#next)
  }

  /** Asks for the first page; the images stay until it comes. */
  refresh(): void {
    if (this.#isStarted) void this.#ask(undefined)
  }

  #start(): () => void {
    this.#isStarted = true
    void this.#ask(undefined)
    return () => {
      this.#isStarted = false
      this.#asking?.abort()
      this.#asking = null
      this.#next = undefined
    }
  }

  async #ask(before: string | undefined): Promise<void> {
    this.#asking?.abort()
    const stop = new AbortController()
    this.#asking = stop
    patch(this.#store, { isLoading: true })
    let changes: Partial<HistoryState>
    try {
      const page = await this.#api.history({ ...this.#query, before }, stop.signal)
      if (this.#asking !== stop) return
      this.#next = page.next
      const shown = before === undefined ? [] : this.#store.get().images
      changes = { images: [...shown, ...page.images], error: null, hasMore: page.next !== null }
    } catch (error) {
      if (this.#asking !== stop) return
      changes = { error: error as ApiError }
    }
    this.#asking = null
    patch(this.#store, { ...changes, isLoading: false })
  }
}
