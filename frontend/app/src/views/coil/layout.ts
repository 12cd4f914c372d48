/**
 * Where along the strip each frame lies. Pure.
 *
 * The strip is measured in `units`: pixels of its frames, all brought to the width of the widest. How fast the line ran is not known,
 * so a unit is no length of steel: frames lie in order, and time that is missing between two of them is left open.
 */

export interface StripFrame {
  /** Captured, Unix milliseconds. */
  readonly timeMs: number
  /** Pixels along the strip and across it; null where nobody said. */
  readonly along: number | null
  readonly across: number | null
}

/** Frames are missing: nothing was captured for longer than the camera's usual interval. */
export interface Gap {
  /** The frame before it. */
  readonly after: number
  readonly start: number
  readonly length: number
  /** So much longer than usual. */
  readonly missingMs: number
  /** It would be longer than it is drawn. */
  readonly isCut: boolean
}

export interface Layout {
  readonly count: number
  readonly starts: Float64Array
  readonly lengths: Float64Array
  readonly total: number
  /** The width of the strip. */
  readonly across: number
  readonly gaps: readonly Gap[]
  /** Usual time from one frame to the next; null with less than two. */
  readonly intervalMs: number | null
}

/** An interval so many times the usual one is a gap. */
const GAP_FROM = 1.5
/** A gap is drawn no longer than so many frames: a night's pause must not press the steel to nothing. */
const LONGEST_GAP_FRAMES = 8
const UNKNOWN_SIDE = 1000

export function layOut(frames: readonly StripFrame[]): Layout {
  const count = frames.length
  const starts = new Float64Array(count)
  const lengths = new Float64Array(count)
  const gaps: Gap[] = []
  const across = frames.reduce((widest, frame) => Math.max(widest, frame.across ?? 0), 0) || UNKNOWN_SIDE
  const intervalMs = usualInterval(frames)
  // Names without milliseconds give whole seconds: an interval is then known to a second only.
  const doubtMs = frames.every(frame => frame.timeMs % 1000 === 0) ? 999 : 0
  let at = 0
  for (const [index, { timeMs, along, across: own }] of frames.entries()) {
    const before = frames[index - 1]
    if (before !== undefined && intervalMs !== null) {
      const tookMs = timeMs - before.timeMs
      if (tookMs > GAP_FROM * intervalMs + doubtMs) {
        const missingMs = tookMs - intervalMs
        const isCut = missingMs > LONGEST_GAP_FRAMES * intervalMs
        const length = (lengths[index - 1] ?? 0) * (isCut ? LONGEST_GAP_FRAMES : missingMs / intervalMs)
        gaps.push({ after: index - 1, start: at, length, missingMs, isCut })
        at += length
      }
    }
    const length = ((along ?? UNKNOWN_SIDE) * across) / (own ?? across)
    starts[index] = at
    lengths[index] = length
    at += length
  }
  return { count, starts, lengths, total: at, across, gaps, intervalMs }
}

/** The frame at a position, or the one before it where that is in a gap; clamped to the strip. -1 without frames. */
export function frameAt({ starts, count }: Layout, position: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= position) low = middle + 1
    else high = middle
  }
  return Math.max(low - 1, Math.min(0, count - 1))
}

/** The frame that covers a position; null in a gap and beyond the ends. */
export function frameOn(layout: Layout, position: number): number | null {
  const index = frameAt(layout, position)
  if (index < 0) return null
  const start = layout.starts[index] ?? 0
  return position >= start && position < start + (layout.lengths[index] ?? 0) ? index : null
}

/** The gap that covers a position, by index; null on a frame and beyond the ends. */
export function gapOn({ gaps }: Layout, position: number): number | null {
  const index = gaps.findIndex(({ start, length }) => position >= start && position < start + length)
  return index < 0 ? null : index
}

/** A position as it stays true while frames are added or taken away: the capture time of its frame, and how far into it. */
export interface Anchor {
  readonly timeMs: number
  /** In lengths of that frame: above 1 in the gap behind it. */
  readonly share: number
}

export function anchorAt(layout: Layout, frames: readonly StripFrame[], position: number): Anchor | null {
  const index = frameAt(layout, position)
  const frame = frames[index]
  if (frame === undefined) return null
  return { timeMs: frame.timeMs, share: (position - (layout.starts[index] ?? 0)) / (layout.lengths[index] || 1) }
}

/** Where an anchor is now; at the frame before where its own is gone. */
export function positionOf(layout: Layout, frames: readonly StripFrame[], { timeMs, share }: Anchor): number {
  let low = 0
  let high = frames.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((frames[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1
    else high = middle
  }
  const index = Math.max(0, low - 1)
  return (layout.starts[index] ?? 0) + share * (layout.lengths[index] ?? 0)
}

function usualInterval(frames: readonly StripFrame[]): number | null {
  if (frames.length < 2) return null
  const intervals = new Float64Array(frames.length - 1)
  for (let index = 0; index < intervals.length; index += 1)
    intervals[index] = (frames[index + 1]?.timeMs ?? 0) - (frames[index]?.timeMs ?? 0)
  intervals.sort()
  return Math.max(1, intervals[intervals.length >> 1] ?? 1)
}
