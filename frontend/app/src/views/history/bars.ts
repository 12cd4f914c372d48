/** What the scrubber draws: bars of how many images there are when, and where a label has room. Pure. */
import type { Timeline } from './timeline.ts'
import { offsetAt } from './zoned.ts'

/** A stretch of time across so many pixels. */
export interface Scale {
  readonly from: number
  readonly to: number
  readonly widthPx: number
}

export function toPx({ from, to, widthPx }: Scale, timeMs: number): number {
  return ((timeMs - from) / (to - from)) * widthPx
}

export function toTime({ from, to, widthPx }: Scale, px: number): number {
  return from + (Math.min(Math.max(px, 0), widthPx) / widthPx) * (to - from)
}

/** How many images each column of pixels stands for; one with none is empty on the screen too. */
export function columns(timeline: Timeline, widthPx: number): Float64Array {
  const heights = new Float64Array(widthPx)
  const scale = { from: timeline.from, to: timeline.to, widthPx }
  for (const [bucket, count] of timeline.counts.entries()) {
    // Across all of its width, also where the timeline begins or ends within it: else its rate would look higher there.
    const start = timeline.starts[bucket] as number
    const [left, right] = [toPx(scale, start), toPx(scale, start + timeline.widthMs)]
    const first = Math.min(Math.max(Math.floor(left), 0), widthPx - 1)
    const last = Math.min(Math.ceil(right), widthPx)
    for (let column = first; column < last; column += 1) {
      const share = (Math.min(right, column + 1) - Math.max(left, column)) / (right - left)
      heights[column] = (heights[column] ?? 0) + count * share
    }
  }
  return heights
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]
const STEPS_MS = [
  ...[1, 5, 15, 30].map(count => count * SECOND),
  ...[1, 5, 15, 30].map(count => count * MINUTE),
  ...[1, 3, 6, 12].map(count => count * HOUR),
  ...[1, 2, 7, 14, 28, 91, 364].map(count => count * DAY),
]

export interface Tick {
  readonly timeMs: number
  readonly px: number
  /** What its label has to say: the day at midnight, else the time of day. */
  readonly shows: 'day' | 'minute' | 'second'
}

/** Round times of the plant's wall clock, as many as have room. */
export function ticks(scale: Scale, roomPx: number, timeZone: string | undefined): Tick[] {
  const least = ((scale.to - scale.from) * roomPx) / scale.widthPx
  const stepMs = STEPS_MS.find(step => step >= least)
  if (stepMs === undefined) return []
  const offset = offsetAt(scale.from, timeZone)
  const made: Tick[] = []
  for (let wall = Math.ceil((scale.from + offset) / stepMs) * stepMs; wall - offset < scale.to; wall += stepMs) {
    // Summer time may have begun in between.
    const timeMs = wall - offsetAt(wall - offset, timeZone)
    const shows = wall % DAY === 0 ? 'day' : stepMs < MINUTE ? 'second' : 'minute'
    made.push({ timeMs, px: toPx(scale, timeMs), shows })
  }
  return made
}

export interface Mark {
  readonly px: number
  /** Undefined where it has no room. */
  readonly label: string | undefined
}

/** Where each coil begins, named where the name ends before the next. `width` is that of a label in pixels. */
export function coilMarks(
  scale: Scale,
  coils: readonly { coil_number: string; first_at: number; last_at: number }[],
  width: (label: string) => number,
): Mark[] {
  const there = coils.filter(coil => coil.last_at >= scale.from && coil.first_at < scale.to)
  const places = there.map(coil => Math.max(0, toPx(scale, coil.first_at)))
  let free = 0
  return there.map((coil, index) => {
    const px = places[index] as number
    const end = px + width(coil.coil_number)
    const hasRoom = px >= free && end <= (places[index + 1] ?? scale.widthPx)
    if (hasRoom) free = end
    return { px, label: hasRoom ? coil.coil_number : undefined }
  })
}
