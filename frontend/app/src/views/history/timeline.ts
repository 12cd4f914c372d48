/**
 * All images that a filter lets through, oldest first, as the counts of how many there are when: enough to tell which image has
 * which place among them without having any. Pure. A place is called `index`, 0 is the oldest.
 */
import type { Density } from '@coilcast/live-image'

export interface Timeline {
  /** Captured in from <= time < to, Unix milliseconds. What comes later is not in it. */
  readonly from: number
  readonly to: number
  readonly widthMs: number
  readonly total: number
  /** When each bucket begins, ascending; those without images are left out. */
  readonly starts: readonly number[]
  readonly counts: readonly number[]
  /** The index of each bucket's first image. */
  readonly firsts: readonly number[]
}

/** Null when no image matches. */
export function makeTimeline(density: Density): Timeline | null {
  const { from, to, width_ms } = density
  const filled = density.buckets.filter(([, count]) => count > 0)
  if (from === null || to === null || filled.length === 0) return null
  const firsts: number[] = []
  let total = 0
  for (const [, count] of filled) {
    firsts.push(total)
    total += count
  }
  const starts = filled.map(([start]) => start)
  return { from, to, widthMs: width_ms, total, starts, counts: filled.map(([, count]) => count), firsts }
}

/** When a bucket's images were captured: from <= time < to. */
export function span(timeline: Timeline, bucket: number): { from: number; to: number } {
  const start = at(timeline.starts, bucket)
  return { from: Math.max(start, timeline.from), to: Math.min(start + timeline.widthMs, timeline.to) }
}

/** Which bucket the image `index` is in. */
export function bucketOf(timeline: Timeline, index: number): number {
  return lastAtMost(timeline.firsts, index)
}

/** The bucket of a time; null where there are no images. */
export function bucketAt(timeline: Timeline, timeMs: number): number | null {
  const bucket = lastAtMost(timeline.starts, timeMs)
  if (bucket < 0) return null
  const { from, to } = span(timeline, bucket)
  return from <= timeMs && timeMs < to ? bucket : null
}

/** About which image was captured at a time: exact to a bucket. In a gap, the first after it; at the end, the last. */
export function indexAt(timeline: Timeline, timeMs: number): number {
  const bucket = lastAtMost(timeline.starts, timeMs)
  if (bucket < 0) return 0
  const { from, to } = span(timeline, bucket)
  const share = Math.min(Math.max((timeMs - from) / (to - from), 0), 1)
  const index = at(timeline.firsts, bucket) + Math.floor(share * at(timeline.counts, bucket))
  return clampIndex(timeline, index)
}

/** About when the image `index` was captured: exact to a bucket. */
export function timeAt(timeline: Timeline, index: number): number {
  const bucket = bucketOf(timeline, clampIndex(timeline, index))
  const { from, to } = span(timeline, bucket)
  const share = (index - at(timeline.firsts, bucket) + 0.5) / at(timeline.counts, bucket)
  return from + Math.min(Math.max(share, 0), 1) * (to - from)
}

/** The place of an image among others: exact as long as its bucket has the same images in both. */
export function carried(before: Timeline, after: Timeline, index: number): number {
  const bucket = bucketOf(before, clampIndex(before, index))
  const start = at(before.starts, bucket)
  const same = lastAtMost(after.starts, start)
  if (before.widthMs !== after.widthMs || after.starts[same] !== start) return indexAt(after, timeAt(before, index))
  return clampIndex(after, at(after.firsts, same) + index - at(before.firsts, bucket))
}

export function clampIndex({ total }: Timeline, index: number): number {
  return Math.min(Math.max(index, 0), total - 1)
}

/** The last of ascending numbers that is `value` or less; -1 when all are more. */
export function lastAtMost(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at(ascending, middle) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

function at(numbers: readonly number[], index: number): number {
  const number = numbers[index]
  if (number === undefined) throw new RangeError(`no element ${index} of ${numbers.length}`)
  return number
}
