/** The steel itself: each frame in its place, what is not there yet as such, what is missing as a gap. */
import type { Layout } from './layout.ts'
import type { Samples } from './order.ts'
import type { Pen } from './pen.ts'

/** Where the strip lies on the canvas, in the screen's pixels. */
export interface Placing {
  /** Of position 0 along the strip, and of its side. */
  readonly main: number
  readonly cross: number
  /** Pixels for each unit along the strip, and of its whole width. */
  readonly scale: number
  readonly breadth: number
}

export interface Paint {
  readonly quarters: 0 | 1 | 2 | 3
  /** The picture of a frame; null: none yet. `isExact`: one of its pixels is at least one of the file. */
  pictureOf(index: number): { bitmap: ImageBitmap; isExact: boolean } | null
  isBroken(index: number): boolean
  /** For what is not loaded, cannot be shown, is missing. */
  readonly empty: string
  readonly broken: CanvasPattern | string
  readonly gap: CanvasPattern | string
  readonly edge: string
}

/** Up to this width a frame that is not loaded is drawn as the one sampled before it: a moment's stand-in, not a claim. */
const NARROW_PX = 6
const LEAST_GAP_PX = 2

/** Draws the samples. Returns how many had no picture at all. */
export function drawFrames(
  pen: Pen,
  layout: Layout,
  samples: Samples,
  coarse: number,
  at: Placing,
  paint: Paint,
): number {
  let missing = 0
  for (let index = samples.first; index < samples.end; index += samples.stride) {
    const [start, end] = spanOf(layout, index, samples.stride, at)
    if (end <= start) continue
    let picture = paint.pictureOf(index)
    if (picture === null && end - start <= NARROW_PX) picture = coarser(index, samples.stride, coarse, paint)
    if (picture !== null) drawPicture(pen, picture, paint.quarters, start, end, at)
    else if (paint.isBroken(index)) pen.fill(paint.broken, start, at.cross, end - start, at.breadth)
    else {
      missing += 1
      pen.fill(paint.empty, start, at.cross, end - start, at.breadth)
    }
  }
  return missing
}

/** Draws the gaps over whatever a sample wide enough to hide one has put there. Returns the pixels of each. */
export function drawGaps(
  pen: Pen,
  layout: Layout,
  from: number,
  to: number,
  at: Placing,
  paint: Paint,
): { start: number; end: number; index: number }[] {
  const drawn: { start: number; end: number; index: number }[] = []
  for (const [index, gap] of layout.gaps.entries()) {
    if (gap.start + gap.length < from || gap.start > to) continue
    const start = Math.round(at.main + gap.start * at.scale)
    const end = Math.max(start + LEAST_GAP_PX, Math.round(at.main + (gap.start + gap.length) * at.scale))
    pen.fill(paint.empty, start, at.cross, end - start, at.breadth)
    pen.fill(paint.gap, start, at.cross, end - start, at.breadth)
    if (end - start > 12) {
      pen.fill(paint.edge, start, at.cross, 1, at.breadth)
      pen.fill(paint.edge, end - 1, at.cross, 1, at.breadth)
    }
    drawn.push({ start, end, index })
  }
  return drawn
}

/** The pixels of a sample: of as many frames as it stands for. */
function spanOf({ starts, lengths, count }: Layout, index: number, stride: number, at: Placing): [number, number] {
  const last = Math.min(index + stride, count) - 1
  const end = (starts[last] ?? 0) + (lengths[last] ?? 0)
  return [Math.round(at.main + (starts[index] ?? 0) * at.scale), Math.round(at.main + end * at.scale)]
}

function coarser(index: number, stride: number, coarse: number, paint: Paint) {
  for (let step = 2 * stride; step <= coarse; step *= 2) {
    const picture = paint.pictureOf(index - (index % step))
    if (picture !== null) return picture
  }
  return null
}

function drawPicture(
  pen: Pen,
  { bitmap, isExact }: { bitmap: ImageBitmap; isExact: boolean },
  quarters: 0 | 1 | 2 | 3,
  start: number,
  end: number,
  at: Placing,
): void {
  const { context } = pen
  const isTurned = quarters % 2 === 1
  const own = isTurned === pen.isUpright ? bitmap.width : bitmap.height
  // A file's pixels, enlarged, are shown as what they are.
  context.imageSmoothingEnabled = !(isExact && end - start >= 2 * own)
  context.imageSmoothingQuality = own > 2 * (end - start) ? 'medium' : 'low'
  pen.picture(bitmap, quarters, start, at.cross, end - start, at.breadth)
}
