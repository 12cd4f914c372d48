/** What the history asks the server for, and for how long the answers hold. */
import { ApiError, type Coil, type HistoryPage, type ImageDetails, type LiveImage } from '@coilcast/live-image'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api } from '../../data/api.ts'
import { inOrder } from './coils.ts'
import type { HistoryFilter } from './filter.ts'
import { type Page, pageBefore, pageOf } from './pages.ts'
import { bucketAt, makeTimeline, span, type Timeline } from './timeline.ts'

export const HISTORY = 'history'

const BUCKETS = 1000
const ARRIVED_EVERY_MS = 3000
const YOUNG_MS = 30_000
const YOUNG_EVERY_MS = 2000
const MOST_COILS = 300

/** No is an answer; only silence is asked again. */
export function retry(failures: number, error: Error): boolean {
  return failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)
}

/** As it was when it was asked for: it does not grow by itself under whoever looks at it. */
export function timelineQuery(filter: HistoryFilter) {
  return queryOptions({
    queryKey: [HISTORY, 'timeline', filter],
    queryFn: ({ signal }) => api.density({ ...filter, buckets: BUCKETS }, signal),
    select: makeTimeline,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry,
  })
}

/** How many images have come to the newest end since the timeline was asked for. */
export function arrivedQuery(filter: HistoryFilter, timeline: Timeline | null) {
  const last = (timeline?.starts.length ?? 0) - 1
  const from = timeline === null ? filter.from : span(timeline, last).from
  const known = timeline?.counts[last] ?? 0
  return queryOptions({
    queryKey: [HISTORY, 'arrived', filter, from, known],
    queryFn: async ({ signal }) => {
      const { total } = await api.density({ ...filter, from, buckets: 1 }, signal)
      return Math.max(0, total - known)
    },
    refetchInterval: ARRIVED_EVERY_MS,
    retry: false,
  })
}

/** The images of a page, oldest first. */
export function pageQuery(client: QueryClient, filter: HistoryFilter, page: Page) {
  const { camera, imageType, coilNumber } = filter
  const { from, to, count, order, depth } = page
  return queryOptions({
    queryKey: [HISTORY, 'page', camera, imageType, coilNumber, from, to, count, order, depth],
    queryFn: async ({ signal }): Promise<HistoryPage> => {
      const earlier = pageBefore(page)
      const before = earlier === null ? undefined : (await client.fetchQuery(pageQuery(client, filter, earlier))).next
      if (before === null) return { images: [], next: null }
      signal.throwIfAborted()
      const query = { camera, imageType, coilNumber, from, to, order, before, limit: count }
      const { images, next } = await api.history(query, signal)
      return { images: order === 'newest' ? images.reverse() : images, next }
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry,
  })
}

export function detailsQuery(camera: string | undefined, type: string, file: string | undefined) {
  return queryOptions({
    queryKey: [HISTORY, 'details', camera, type, file],
    queryFn: ({ signal }) => api.details(camera ?? '', type, file ?? '', signal),
    enabled: camera !== undefined && file !== undefined,
    // The last stamps of an image that has just come are still on their way back from the screens.
    refetchInterval: ({ state: { data } }) => (data && isYoung(data) ? YOUNG_EVERY_MS : false),
    retry,
  })
}

function isYoung({ provenance }: ImageDetails): boolean {
  return provenance.painted_at === null && Date.now() - provenance.seen_at < YOUNG_MS
}

/** Which place an image has in a timeline; null when it is not in it. */
export function placeQuery(
  client: QueryClient,
  filter: HistoryFilter,
  timeline: Timeline | null,
  image: LiveImage | null,
) {
  return queryOptions({
    queryKey: [HISTORY, 'place', filter, timeline?.from, timeline?.to, timeline?.total, image?.url, image?.timestamp],
    queryFn: ({ signal }) => (timeline && image ? findPlace(client, filter, timeline, image, signal) : null),
    enabled: timeline !== null && image !== null,
    retry,
  })
}

async function findPlace(
  client: QueryClient,
  filter: HistoryFilter,
  timeline: Timeline,
  image: LiveImage,
  signal: AbortSignal,
): Promise<number | null> {
  const bucket = bucketAt(timeline, image.timestamp)
  if (bucket === null) return null
  const { from } = span(timeline, bucket)
  const first = timeline.firsts[bucket] as number
  const end = first + (timeline.counts[bucket] as number)
  const query = { ...filter, from, to: image.timestamp, buckets: 1 }
  const earlier = image.timestamp > from ? (await api.density(query, signal)).total : 0
  // Several may have been captured in one moment.
  for (let index = first + earlier; index < end; index += 1) {
    const page = pageOf(timeline, index)
    const { images } = await client.ensureQueryData(pageQuery(client, filter, page))
    signal.throwIfAborted()
    const found = images[index - page.first]
    if (found?.filename === image.filename) return index
    if (found?.timestamp !== image.timestamp) return null
  }
  return null
}

export function coilsQuery(camera: string | undefined) {
  return queryOptions({
    queryKey: [HISTORY, 'coils', camera],
    queryFn: ({ signal }) => api.coils({ camera, limit: MOST_COILS }, signal),
    select: inOrder,
    staleTime: 10_000,
    refetchInterval: 30_000,
    retry,
  })
}

/** A coil's first image of a kind; null when it has none. */
export async function firstOf(coil: Coil, filter: HistoryFilter): Promise<LiveImage | null> {
  const { camera, imageType, from, to } = filter
  const query = { camera, imageType, from, to, coilNumber: coil.coil_number, order: 'oldest', limit: 1 } as const
  return (await api.history(query)).images[0] ?? null
}
