/** What one view shows, as a pure reducer: the same state comes back when an event changes nothing. */
import { matches } from './demand.ts'
import type { Filter, LiveImage, Preview, ResetReason } from './messages.ts'

export interface ViewState {
  readonly currentImage: LiveImage | null
  /** Stands in for an image that has never come yet. */
  readonly isDemo: boolean
  readonly preview: Preview | null
  /** Images that were left out between the one before and this one, because this client was behind. */
  readonly skipped: number
  /** How the current image came: `live` ones have their preview on the way. */
  readonly arrival: 'live' | 'asked'
  /** Why the server could not resume, the last time that it could not. */
  readonly reset: ResetReason | null
  /** False until the server has said what there is. */
  readonly isSettled: boolean
  readonly epoch: string | null
}

export type ViewEvent =
  | { type: 'update'; image: LiveImage; skipped: number; epoch: string | null }
  /** The newest image that matches, as far as the server keeps it at hand. */
  | { type: 'snapshot'; image: LiveImage; epoch: string | null }
  /** The answer to a question for this very view: null means that there is none. */
  | { type: 'answer'; image: LiveImage | null; isDemo: boolean; epoch: string | null }
  | { type: 'removed'; imageSeq: number; epoch: string }
  | { type: 'preview'; preview: Preview }
  | { type: 'reset'; reason: ResetReason; epoch: string }

export const EMPTY_VIEW: ViewState = {
  currentImage: null,
  isDemo: false,
  preview: null,
  skipped: 0,
  arrival: 'asked',
  reset: null,
  isSettled: false,
  epoch: null,
}

export function reduceView(state: ViewState, event: ViewEvent): ViewState {
  switch (event.type) {
    case 'update':
      return isNews(state, event.image, event.epoch) ? show(state, event, 'live', event.skipped) : state
    case 'snapshot':
      return isNews(state, event.image, event.epoch) ? show(state, event, 'asked', 0) : state
    case 'answer':
      return answer(state, event)
    case 'removed':
      if (state.epoch !== event.epoch || state.currentImage?.seq !== event.imageSeq) return state
      return { ...state, currentImage: null, preview: null, isDemo: false, isSettled: false }
    case 'preview': {
      const { epoch, seq } = event.preview
      const wanted = seq === state.currentImage?.seq && epoch === state.epoch && state.preview?.seq !== seq
      return wanted ? { ...state, preview: event.preview } : state
    }
    case 'reset':
      // HTTP may have shown the new log already. Else what comes next is news whatever its number.
      if (event.reason === 'epoch' && state.epoch === event.epoch) return { ...state, reset: event.reason }
      return { ...state, reset: event.reason, epoch: null }
  }
}

function answer(state: ViewState, event: Extract<ViewEvent, { type: 'answer' }>): ViewState {
  const shown = state.currentImage
  if (event.image === null || event.isDemo) {
    // An answer that was overtaken by a real image says nothing any more.
    if (shown !== null && !state.isDemo && state.epoch === event.epoch) return state
    if (state.isSettled && state.epoch === event.epoch && shown?.url === event.image?.url) return state
    return { ...show(state, event, 'asked', 0), isDemo: event.isDemo }
  }
  return isNews(state, event.image, event.epoch) ? show(state, event, 'asked', 0) : settle(state)
}

/** By arrival; what lay there before the server did, by when it was captured, and before all that came since. */
export function isNewer(image: LiveImage, other: LiveImage): boolean {
  if (image.imported !== other.imported) return other.imported === true
  if (image.imported || image.seq === null || other.seq === null) return image.timestamp > other.timestamp
  return image.seq > other.seq
}

/** A server that numbers nothing sends in order, so what comes is newer unless it is the same. */
function isNews(state: ViewState, image: LiveImage, epoch: string | null): boolean {
  const shown = state.currentImage
  if (shown === null || state.isDemo || epoch !== state.epoch) return true
  if (image.seq === null || shown.seq === null) return image.url !== shown.url || image.timestamp !== shown.timestamp
  return image.seq !== shown.seq && isNewer(image, shown)
}

function show(
  state: ViewState,
  event: { image: LiveImage | null; epoch: string | null },
  arrival: ViewState['arrival'],
  skipped: number,
): ViewState {
  const { image, epoch } = event
  return { ...state, currentImage: image, epoch, arrival, skipped, isDemo: false, preview: null, isSettled: true }
}

function settle(state: ViewState): ViewState {
  return state.isSettled ? state : { ...state, isSettled: true }
}

/** When the image came to the server, by its clock: what age is counted from, since a camera's clock can be wrong. */
export function arrivedAt(image: LiveImage): number {
  if (image.seen_at === null) return image.timestamp
  return image.imported ? Math.min(image.seen_at, image.written_at ?? image.timestamp) : image.seen_at
}

/** Under its kind's name stands the newest of a kind, under `<kind>_<coil>` the newest of a coil, which may be an old one. */
export function newestIn(images: Readonly<Record<string, LiveImage>>, filter: Filter): LiveImage | null {
  let newest: LiveImage | null = null
  for (const [name, image] of Object.entries(images)) {
    const ofCoil = filter.coilNumber !== undefined && name === `${image.type}_${filter.coilNumber}`
    const isCandidate = name === image.type || ofCoil
    if (isCandidate && matches(filter, image) && (newest === null || isNewer(image, newest))) newest = image
  }
  return newest
}
