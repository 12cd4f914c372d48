/** The whole coil in a narrow band, with what is in sight marked in it. */
import type { Layout } from './layout.ts'
import { Mosaic } from './mosaic.ts'
import { coarseStride, inOrder, type Need, type Samples, samplesIn, strideFor } from './order.ts'
import type { Palette } from './palette.ts'
import { Pen } from './pen.ts'
import { range, type Sight } from './sight.ts'
import type { Stock } from './stock.ts'
import { drawGaps } from './surface.ts'

export class StripMap {
  readonly #canvas: HTMLCanvasElement
  readonly #window: HTMLElement
  readonly #stock: Stock
  readonly #mosaic = new Mosaic()

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

  /** Returns whether all that is there is drawn. */
  draw(layout: Layout, isUpright: boolean, quarters: 0 | 1 | 2 | 3, palette: Palette): boolean {
    const context = this.#canvas.getContext('2d', { alpha: false })
    if (context === null) return true
    const [length, breadth] = this.#size(isUpright)
    const { width, height } = this.#canvas
    const pen = new Pen(context, isUpright)
    pen.fill(palette.stage, 0, 0, length, breadth)
    if (layout.count === 0) return true
    const at = { main: 0, cross: 0, scale: length / layout.total, breadth }
    const paint = {
      quarters,
      pictureOf: (index: number) => this.#stock.pictureOf(index, 'sliver'),
      isBroken: (index: number) => this.#stock.levelOf(index, { along: 1, across: 1 }, layout.count) === null,
      empty: palette.empty,
      broken: palette.broken,
    }
    const samples = this.#samples(layout, isUpright)
    const coarse = coarseStride(samples.end, samples.stride)
    const { isDone } = this.#mosaic.draw({ layout, samples, coarse, at, paint }, isUpright, width, height)
    context.drawImage(this.#mosaic.canvas, 0, 0)
    for (const { start, end } of drawGaps(pen, layout, 0, layout.total, at, palette))
      pen.fill(palette.warn, start, breadth - 3, Math.max(3, end - start), 3)
    return isDone
  }

  /** It is another coil's, or in other colours. */
  reset(): void {
    this.#mosaic.reset()
  }

  /** Marks what is in sight. */
  mark(layout: Layout, isUpright: boolean, sight: Sight, main: number): void {
    const { from, to } = range(sight, { main, cross: 0, pixel: 1 })
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
