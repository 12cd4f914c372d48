/** Which question to the server has the image of an index in its answer. Pure. */
import { bucketOf, span, type Timeline } from './timeline.ts'

export interface Page {
  /** The index of its first image, and how many it has. */
  readonly first: number
  readonly count: number
  /** Captured in from <= time < to. */
  readonly from: number
  readonly to: number
  /** From which end of from..to the server counts, and how many pages of `MOST` it has to be asked for before this one. */
  readonly order: 'oldest' | 'newest'
  readonly depth: number
}

/** Small buckets share a page of about so many images. */
const USUAL = 400
/** The server gives no more at once. A bucket of more has several pages, asked for one after the other from its nearer end. */
export const MOST = 1000

/** Buckets that are asked for together. */
interface Group {
  readonly first: number
  readonly count: number
  readonly from: number
  readonly to: number
}

const groups = new WeakMap<Timeline, readonly Group[]>()

export function pageOf(timeline: Timeline, index: number): Page {
  const group = groupOf(timeline, index)
  const { first, count, from, to } = group
  if (count <= MOST) return { ...group, order: 'oldest', depth: 0 }
  const chunks = Math.ceil(count / MOST)
  const fromOldest = Math.ceil(chunks / 2)
  const chunk = Math.floor((index - first) / MOST)
  if (chunk < fromOldest) {
    return {
      first: first + chunk * MOST,
      count: Math.min(MOST, count - chunk * MOST),
      from,
      to,
      order: 'oldest',
      depth: chunk,
    }
  }
  const depth = Math.floor((first + count - 1 - index) / MOST)
  const start = Math.max(first + fromOldest * MOST, first + count - (depth + 1) * MOST)
  return { first: start, count: first + count - depth * MOST - start, from, to, order: 'newest', depth }
}

/** The page whose answer says how to ask for `page`; null when nothing has to be asked before it. */
export function pageBefore({ first, count, depth, ...rest }: Page): Page | null {
  if (depth === 0) return null
  const before = rest.order === 'oldest' ? first - MOST : first + count
  return { ...rest, first: before, count: MOST, depth: depth - 1 }
}

/** The pages with the images from `first` to `last`. */
export function pagesIn(timeline: Timeline, first: number, last: number): Page[] {
  const pages: Page[] = []
  const end = Math.min(last, timeline.total - 1)
  for (let index = Math.max(first, 0); index <= end; ) {
    const page = pageOf(timeline, index)
    pages.push(page)
    index = page.first + page.count
  }
  return pages
}

function groupOf(timeline: Timeline, index: number): Group {
  const known = groups.get(timeline) ?? makeGroups(timeline)
  groups.set(timeline, known)
  let [low, high] = [0, known.length]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((known[middle] as Group).first <= index) low = middle
    else high = middle
  }
  const group = known[low]
  if (group === undefined || index < 0 || index >= timeline.total) throw new RangeError(`no image ${index}`)
  return group
}

function makeGroups(timeline: Timeline): Group[] {
  const made: Group[] = []
  for (let first = 0; first < timeline.total; ) {
    const begin = bucketOf(timeline, first)
    let count = timeline.counts[begin] as number
    let end = begin
    for (;;) {
      const more = timeline.counts[end + 1]
      if (more === undefined || count + more > USUAL) break
      count += more
      end += 1
    }
    made.push({ first, count, from: span(timeline, begin).from, to: span(timeline, end).to })
    first += count
  }
  return made
}
