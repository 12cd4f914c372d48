/** The whole coil in a narrow band, with what is in sight marked in it. */
import type { Layout } from './layout.ts'
import { coarseStride, inOrder, type Need, type Samples, samplesIn, strideFor } from './order.ts'
import type { Palette } from './palette.ts'
import { Pen } from './pen.ts'
import { range, type Sight } from './sight.ts'
import type { Stock } from './stock.ts'
import { drawFrames, drawGaps } from './surface.ts'

export class StripMap {
  readonly #canvas: HTMLCanvasElement
  readonly #window: HTMLElement
  readonly #stock: Stock

  constructor(canvas: HTMLCanvasElement, window: HTMLElement, stock: Stock) {
    this.#canvas = canvas
    this.#window = window
    this.#stock = stock
  }

  /** What it is drawn from; all of it in the smallest size. */
  needs(layout: Layout, isUpright: boolean): Need[] {
    const samples = this.#samples(layout, isUpright)
    return inOrder(samples, 0, () => 'sliver')
  }

  draw(layout: Layout, isUpright: boolean, quarters: 0 | 1 | 2 | 3, palette: Palette): void {
    const context = this.#canvas.getContext('2d')
    if (context === null) return
    const [length, breadth] = this.#size(isUpright)
    const scale = length / (layout.total || 1)
    const at = { main: 0, cross: 0, scale, breadth }
    const paint = {
      quarters,
      pictureOf: (index: number) => this.#stock.pictureOf(index, 'sliver'),
      isBroken: (index: number) => this.#stock.levelOf(index, { along: 1, across: 1 }, layout.count) === null,
      empty: palette.empty,
      broken: palette.broken,
      gap: palette.gap,
      edge: palette.warn,
    }
    const pen = new Pen(context, isUpright)
    pen.fill(palette.stage, 0, 0, length, breadth)
    if (layout.count === 0) return
    const samples = this.#samples(layout, isUpright)
    drawFrames(pen, layout, samples, coarseStride(samples.end, samples.stride), at, paint)
    for (const { start, end } of drawGaps(pen, layout, 0, layout.total, at, paint))
      pen.fill(palette.warn, start, breadth - 3, Math.max(3, end - start), 3)
  }

  /** Marks what is in sight. */
  mark(layout: Layout, isUpright: boolean, sight: Sight, main: number): void {
    const { from, to } = range(sight, { main, cross: 0 })
    const share = (position: number) => Math.min(100, Math.max(0, (100 * position) / (layout.total || 1)))
    const { style } = this.#window
    const [start, length] = [`${share(from)}%`, `${share(to) - share(from)}%`]
    style.setProperty('--start', start)
    style.setProperty('--length', length)
    this.#window.dataset.upright = String(isUpright)
  }

  /** The position along the strip under a point of the map. */
  positionAt(layout: Layout, isUpright: boolean, clientX: number, clientY: number): number {
    const box = this.#canvas.getBoundingClientRect()
    const share = isUpright ? (clientY - box.top) / box.height : (clientX - box.left) / box.width
    return Math.min(1, Math.max(0, share)) * layout.total
  }

  #size(isUpright: boolean): [number, number] {
    const { width, height } = this.#canvas
    return isUpright ? [height, width] : [width, height]
  }

  #samples(layout: Layout, isUpright: boolean): Samples {
    const [length] = this.#size(isUpright)
    const stride = strideFor(((layout.lengths[0] ?? 1) * length) / (layout.total || 1))
    return samplesIn(0, layout.count - 1, stride)
  }
}
