/** Draws what is in sight, and says what it lacks for it. */
import { frameAt, type Layout } from './layout.ts'
import type { Level } from './levels.ts'
import { drawGapMark, drawOutline, drawRuler, drawTag, type RulerText, rulerPx } from './marks.ts'
import { Mosaic, type Progress } from './mosaic.ts'
import { beside, coarseStride, inOrder, type Need, type Samples, samplesIn, strideFor } from './order.ts'
import type { Palette } from './palette.ts'
import type { Pen } from './pen.ts'
import { type Box, crossScale, range, type Sight } from './sight.ts'
import type { Stock } from './stock.ts'
import { drawGaps, type Paint, type Placing, spanOf } from './surface.ts'

export interface StripText extends RulerText {
  gap(missingMs: number, isCut: boolean): string
}

/** Everything that a picture of the strip depends on. */
export interface View {
  readonly layout: Layout
  readonly sight: Sight
  readonly box: Box
  readonly pixelRatio: number
  readonly quarters: 0 | 1 | 2 | 3
  readonly text: StripText
  readonly palette: Palette
  /** The frame, or the gap, that is pointed at. */
  readonly cursor: number | null
  readonly gap: number | null
}

export class Scene {
  readonly #stock: Stock
  readonly #mosaic = new Mosaic()
  #samples: Samples = { first: 0, end: 0, stride: 1 }

  constructor(stock: Stock) {
    this.#stock = stock
  }

  /** The frames that stand for all in sight. */
  get samples(): Samples {
    return this.#samples
  }

  /** Nothing that was drawn holds any more. */
  reset(): void {
    this.#mosaic.reset()
  }

  draw(pen: Pen, view: View): Progress {
    const { layout, sight, box, palette, text } = view
    const at = placingOf(view, rulerPx(pen, palette.rem))
    const seen = range(sight, box)
    this.#look(view, at)
    this.#stock.beginFrame()
    const progress = this.#drawFrames(pen, view, at)
    clearAround(pen, layout, at, palette)
    const gaps = drawGaps(pen, layout, seen.from, seen.to, at, palette)
    const { width, height } = pen.context.canvas
    pen.fill(palette.ground, 0, 0, Math.max(width, height), rulerPx(pen, palette.rem))
    drawRuler(pen, layout, seen, at, text, palette)
    for (const mark of gaps) drawGapMark(pen, mark, gapText(view, mark.index), at, palette)
    const gap = gaps.find(({ index }) => index === view.gap)
    if (gap !== undefined) drawTag(pen, gap, [gapText(view, gap.index)], palette.warn, palette)
    if (view.cursor !== null) {
      const [start, end] = spanOf(layout, view.cursor, 1, at)
      drawOutline(pen, { start, end }, at, palette)
      drawTag(pen, { start, end }, [`${view.cursor + 1}`, text.timeOf(view.cursor)], palette.accent, palette)
    }
    return progress
  }

  /** What is not there of what is in sight, in the order to load it; `of`: of so many pictures. */
  lacking(view: View): { needs: Need[]; of: number } {
    const at = placingOf(view, 0)
    const middle = frameAt(view.layout, view.sight.at)
    const all = inOrder(this.#samples, middle, index => this.#levelOf(view, at, index) ?? 'sliver')
    return { needs: all.filter(need => this.#stock.lacks(need)), of: all.length }
  }

  /** What a pan would bring into sight. */
  beside(view: View): Need[] {
    const middle = frameAt(view.layout, view.sight.at)
    return beside(this.#samples, view.layout.count, this.#levelOf(view, placingOf(view, 0), middle) ?? 'sliver')
  }

  #look({ layout, sight, box }: View, at: Placing): void {
    const seen = range(sight, box)
    const [first, last] = [frameAt(layout, seen.from), frameAt(layout, seen.to)]
    this.#samples = samplesIn(first, last, strideFor((layout.lengths[first] ?? 1) * at.scale))
  }

  #drawFrames(pen: Pen, view: View, at: Placing): Progress {
    const { layout, quarters, palette } = view
    const paint: Paint = {
      quarters,
      pictureOf: index => this.#stock.pictureOf(index, this.#levelOf(view, at, index) ?? 'sliver'),
      isBroken: index => this.#levelOf(view, at, index) === null,
      empty: palette.empty,
      broken: palette.broken,
    }
    const { first, end, stride } = this.#samples
    const { width, height } = pen.context.canvas
    const sitting = { layout, samples: this.#samples, coarse: coarseStride(end - first, stride), at, paint }
    const progress = this.#mosaic.draw(sitting, pen.isUpright, width, height)
    pen.context.drawImage(this.#mosaic.canvas, 0, 0)
    return progress
  }

  #levelOf({ layout }: View, at: Placing, index: number): Level | null {
    const { first, end, stride } = this.#samples
    const along = (layout.lengths[index] ?? 1) * at.scale * stride
    return this.#stock.levelOf(index, { along, across: at.breadth }, (end - first) / stride)
  }
}

function placingOf({ layout, sight, box, pixelRatio }: View, rulerPx: number): Placing {
  const { scale, at, side } = sight
  const breadth = Math.round(crossScale(scale, layout, box) * layout.across * pixelRatio)
  return {
    main: Math.round((box.main / 2 - at * scale) * pixelRatio),
    cross: rulerPx + Math.round((box.cross / 2) * pixelRatio - side * breadth),
    scale: scale * pixelRatio,
    breadth,
  }
}

function gapText({ layout, text }: View, index: number): string {
  const gap = layout.gaps[index]
  return gap === undefined ? '' : text.gap(gap.missingMs, gap.isCut)
}

/** What is beside the strip and beyond its ends. */
function clearAround(pen: Pen, layout: Layout, at: Placing, palette: Palette): void {
  const { width, height } = pen.context.canvas
  const [length, breadth] = pen.isUpright ? [height, width] : [width, height]
  const end = Math.round(at.main + layout.total * at.scale)
  pen.fill(palette.stage, 0, 0, at.main, breadth)
  pen.fill(palette.stage, end, 0, length - end, breadth)
  pen.fill(palette.stage, 0, 0, length, at.cross)
  pen.fill(palette.stage, 0, at.cross + at.breadth, length, breadth - at.cross - at.breadth)
}
