/** Where the steel lies on a canvas, what it is drawn from, and its gaps. */
import type { Layout } from './layout.ts'
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
  /** The picture of a frame; null: none yet. `isExact`: it is the file itself. */
  pictureOf(index: number): { bitmap: ImageBitmap; isExact: boolean } | null
  /** None of its sizes can be shown. */
  isBroken(index: number): boolean
  /** For what is not loaded, and for what cannot be shown. */
  readonly empty: string
  readonly broken: CanvasPattern | string
}

const LEAST_GAP_PX = 2

/** The pixels of a sample: of as many frames as it stands for. */
export function spanOf(
  { starts, lengths, count }: Layout,
  index: number,
  stride: number,
  at: Placing,
): [number, number] {
  const last = Math.min(index + stride, count) - 1
  const end = (starts[last] ?? 0) + (lengths[last] ?? 0)
  return [Math.round(at.main + (starts[index] ?? 0) * at.scale), Math.round(at.main + end * at.scale)]
}

/** Draws the gaps, over whatever a sample wide enough to hide one has put there. Returns where each is. */
export function drawGaps(
  pen: Pen,
  layout: Layout,
  from: number,
  to: number,
  at: Placing,
  colours: { empty: string; gap: CanvasPattern | string; warn: string },
): { start: number; end: number; index: number }[] {
  const drawn: { start: number; end: number; index: number }[] = []
  for (const [index, gap] of layout.gaps.entries()) {
    if (gap.start + gap.length < from || gap.start > to) continue
    const start = Math.round(at.main + gap.start * at.scale)
    const end = Math.max(start + LEAST_GAP_PX, Math.round(at.main + (gap.start + gap.length) * at.scale))
    pen.fill(colours.empty, start, at.cross, end - start, at.breadth)
    pen.fill(colours.gap, start, at.cross, end - start, at.breadth)
    if (end - start > 12) {
      pen.fill(colours.warn, start, at.cross, 1, at.breadth)
      pen.fill(colours.warn, end - 1, at.cross, 1, at.breadth)
    }
    drawn.push({ start, end, index })
  }
  return drawn
}
