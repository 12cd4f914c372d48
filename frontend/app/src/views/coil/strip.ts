/**
 * The strip on its canvas: what is in sight is drawn when something has changed, and loaded when it is not there. Knows no React; how
 * it decides stands in the pure files beside it.
 */
import type { LiveImage } from '@coilcast/live-image'
import { type Glide, glideAt } from './glide.ts'
import { frameAt, frameOn, type Layout, layOut, type StripFrame } from './layout.ts'
import type { Level } from './levels.ts'
import { StripMap } from './map.ts'
import { drawCursor, drawGapMark, drawRuler, type RulerText, rulerPx } from './marks.ts'
import { Mosaic } from './mosaic.ts'
import { beside, coarseStride, inOrder, type Need, type Samples, samplesIn, strideFor } from './order.ts'
import { type Palette, readPalette } from './palette.ts'
import { Pen } from './pen.ts'
import { type Box, clamp, compression, crossScale, panBy, range, type Sight, zoomAt } from './sight.ts'
import { Stock } from './stock.ts'
import { drawGaps, type Paint, type Placing } from './surface.ts'
import { pixelsOfImage, type TilesHost } from './tiles.ts'
import { type Direction, quarterTurns } from './turn.ts'
import { sightOf, WHOLE, type Wish, wishOf } from './wish.ts'

/** What the panel says of the strip. */
export interface Report {
  /** The frames in sight, by index; -1 without any. */
  readonly first: number
  readonly last: number
  /** Every how many frames one is drawn. */
  readonly stride: number
  /** How many times more it is shrunk along than across. */
  readonly compression: number
  /** The screen's pixels for each of the file's. */
  readonly zoom: number
  readonly kind: Wish['kind']
  /** `coarse`: everything in sight has a picture, if only a soft one. `complete`: as sharp as it gets. */
  readonly drawn: 'nothing' | 'coarse' | 'complete'
  /** Of what is in sight, the share that is as sharp as it gets. */
  readonly progress: number
  /** The frame that is pointed at. */
  readonly cursor: number | null
}

export interface StripText extends RulerText {
  gap(missingMs: number, isCut: boolean): string
}

export interface StripHost {
  readonly canvas: HTMLCanvasElement
  readonly map: HTMLCanvasElement
  /** Marks in the map what is in sight. */
  readonly window: HTMLElement
  readonly addressOf: TilesHost['addressOf']
  onReport(report: Report): void
  /** Somebody moved, and it came to rest. */
  onMoved(wish: Wish): void
}

/** What is loaded is put on the canvas, and what to load is decided, no more often than so. */
const REDRAW_MS = 50
const PLAN_MS = 80
const MAP_MS = 200
const MAP_AGAIN_MS = 20
const REST_MS = 250

type Chore = 'draw' | 'redraw' | 'plan' | 'map' | 'rest'

export class Strip {
  readonly #host: StripHost
  readonly #stock: Stock
  readonly #map: StripMap
  readonly #mosaic = new Mosaic()
  readonly #chores = new Map<Chore, number>()
  #images: readonly LiveImage[] = []
  #frames: readonly StripFrame[] = []
  #layout: Layout = layOut([])
  #direction: Direction = 'y'
  #text: StripText = { timeOf: () => '', head: '', gap: () => '' }
  #palette: Palette | null = null
  #isUpright = false
  #size = { width: 0, height: 0, pixelRatio: 1 }
  #wish: Wish = WHOLE
  #sight: Sight = { scale: 1, at: 0, side: 0.5 }
  #glide: Glide | null = null
  #cursor: number | null = null
  #samples: Samples = { first: 0, end: 0, stride: 1 }
  #missing = 0
  #share = 0

  constructor(host: StripHost) {
    this.#host = host
    this.#stock = new Stock({ addressOf: host.addressOf, onLoaded: () => this.#loaded() })
    this.#map = new StripMap(host.map, host.window, this.#stock)
  }

  /** The frame that is pointed at. */
  get pointed(): number | null {
    return this.#cursor
  }

  get isUpright(): boolean {
    return this.#isUpright
  }

  /** All frames, in order, and which way they lie. */
  setFrames(images: readonly LiveImage[], direction: Direction): void {
    if (subjectOf(images) !== subjectOf(this.#images)) this.#resetPictures()
    const pointedAt = this.#cursor === null ? null : this.#images[this.#cursor]
    this.#images = images
    this.#direction = direction
    this.#frames = images.map(image => ({ timeMs: image.timestamp, ...sidesOf(image, direction) }))
    this.#layout = layOut(this.#frames)
    this.#stock.setFrames(images, direction)
    this.#cursor = pointedAt ? orNull(images.findIndex(image => image.filename === pointedAt.filename)) : null
    this.#settle()
    this.#soon('map', MAP_MS)
  }

  setText(text: StripText): void {
    this.#text = text
    this.#draw()
  }

  /** The colours are others now. */
  forgetColours(): void {
    this.#palette = null
    this.#resetPictures()
    this.#draw()
    this.#soon('map', 0)
  }

  /** CSS pixels of the canvas; the map takes its own. */
  resize(width: number, height: number, pixelRatio: number): void {
    const { canvas, map } = this.#host
    this.#size = { width, height, pixelRatio }
    this.#isUpright = height > width
    this.#palette = null
    sizeTo(canvas, width, height, pixelRatio)
    sizeTo(map, map.clientWidth, map.clientHeight, pixelRatio)
    this.#settle()
    this.#paint()
    this.#soon('map', 0)
  }

  /** Shows what somebody wants to see. */
  show(wish: Wish): void {
    this.#glide = null
    this.#wish = wish
    this.#settle()
  }

  /** Moves there, as the eye can follow. */
  moveTo(sight: Sight, { isSmooth = false } = {}): void {
    if (this.#layout.count === 0) return
    const target = clamp(sight, this.#layout, this.#box)
    const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    this.#glide = isSmooth && !isStill ? { from: this.#sight, to: target, startMs: performance.now() } : null
    if (this.#glide === null) this.#sight = target
    this.#wish = wishOf(target, this.#layout, this.#frames, this.#box)
    this.#draw()
    this.#soon('rest', REST_MS, true)
  }

  /** CSS pixels of the canvas. */
  pan(x: number, y: number): void {
    const [main, cross] = this.#isUpright ? [y, x] : [x, y]
    this.moveTo(panBy(this.#target, main, cross, this.#layout, this.#box))
  }

  /** Along the strip by a share of what is in sight, and across it. */
  step(along: number, across: number): void {
    const { main, cross } = this.#box
    this.moveTo(panBy(this.#target, -along * main, -across * cross, this.#layout, this.#box), { isSmooth: true })
  }

  /** About a point of the canvas, by default its middle. */
  zoom(factor: number, point?: { x: number; y: number }): void {
    const about = point === undefined ? { main: this.#box.main / 2, cross: this.#box.cross / 2 } : this.#inStrip(point)
    const isSmooth = point === undefined
    this.moveTo(zoomAt(isSmooth ? this.#target : this.#sight, factor, about, this.#layout, this.#box), { isSmooth })
  }

  showWhole(): void {
    this.moveTo({ scale: 0, at: 0, side: 0.5 }, { isSmooth: true })
  }

  showStart(): void {
    this.moveTo({ ...this.#target, at: 0 }, { isSmooth: true })
  }

  showEnd(): void {
    this.moveTo({ ...this.#target, at: this.#layout.total }, { isSmooth: true })
  }

  /** One of the file's pixels on each of the screen's. */
  showPixels(): void {
    const { starts, lengths } = this.#layout
    const at = this.#cursor === null ? this.#target.at : (starts[this.#cursor] ?? 0) + (lengths[this.#cursor] ?? 0) / 2
    this.moveTo({ ...this.#target, at, scale: 1 / this.#size.pixelRatio }, { isSmooth: true })
  }

  /** Brings the middle to where the map was touched. */
  showOnMap(clientX: number, clientY: number): void {
    this.moveTo({ ...this.#target, at: this.#map.positionAt(this.#layout, this.#isUpright, clientX, clientY) })
  }

  pointAt(index: number | null): void {
    if (index === this.#cursor) return
    this.#cursor = index
    this.#draw()
  }

  /** Points at the frame under a point of the canvas. */
  pointTo(point: { x: number; y: number } | null): void {
    this.pointAt(point === null ? null : this.frameUnder(point))
  }

  /** Points so many frames further, from the middle at first, and keeps what is pointed at in sight. */
  pointNext(by: 1 | -1): void {
    const { count, starts, lengths } = this.#layout
    if (count === 0) return
    const from = this.#cursor ?? frameAt(this.#layout, this.#target.at) - by
    const index = Math.min(count - 1, Math.max(0, from + by))
    this.pointAt(index)
    const seen = range(this.#target, this.#box)
    const [start, length] = [starts[index] ?? 0, lengths[index] ?? 0]
    const isSeen = start >= seen.from && start + length <= seen.to
    if (!isSeen) this.moveTo({ ...this.#target, at: start + length / 2 }, { isSmooth: true })
  }

  frameUnder(point: { x: number; y: number }): number | null {
    const { main, cross } = this.#inStrip(point)
    if (cross < 0) return null
    return frameOn(this.#layout, this.#sight.at + (main - this.#box.main / 2) / this.#sight.scale)
  }

  dispose(): void {
    for (const timer of this.#chores.values()) {
      window.clearTimeout(timer)
      cancelAnimationFrame(timer)
    }
    this.#stock.clear()
  }

  /** Where it is, or is on its way to. */
  get #target(): Sight {
    return this.#glide?.to ?? this.#sight
  }

  get #box(): Box {
    const { width, height } = this.#size
    const ruler = this.#palette === null ? 0 : this.#rulerCss(this.#palette)
    return this.#isUpright ? { main: height, cross: width - ruler } : { main: width, cross: height - ruler }
  }

  #rulerCss(palette: Palette): number {
    const context = this.#host.canvas.getContext('2d')
    return context === null ? 0 : rulerPx(new Pen(context, this.#isUpright), palette.rem) / this.#size.pixelRatio
  }

  #inStrip({ x, y }: { x: number; y: number }): { main: number; cross: number } {
    const { width, height } = this.#size
    const { main, cross } = this.#box
    return this.#isUpright
      ? { main: y - (height - main), cross: x - (width - cross) }
      : { main: x - (width - main), cross: y - (height - cross) }
  }

  /** The sight follows the wish: the coil has grown, or the canvas has another size. */
  #settle(): void {
    this.#glide = null
    this.#prepare()
    if (this.#layout.count > 0) this.#sight = sightOf(this.#wish, this.#layout, this.#frames, this.#box)
    this.#draw()
  }

  #prepare(): Palette | null {
    const context = this.#host.canvas.getContext('2d', { alpha: false })
    if (this.#palette === null && context !== null) this.#palette = readPalette(context, this.#size.pixelRatio)
    return this.#palette
  }

  #loaded(): void {
    this.#soon('redraw', REDRAW_MS)
    this.#soon('map', MAP_MS)
  }

  #draw(): void {
    if (this.#chores.has('draw')) return
    this.#chores.set(
      'draw',
      requestAnimationFrame(() => {
        this.#chores.delete('draw')
        this.#paint()
      }),
    )
  }

  /** Runs a chore after a while; `isLate` puts it off when it waits already. */
  #soon(chore: Exclude<Chore, 'draw'>, ms: number, isLate = false): void {
    if (this.#chores.has(chore) && !isLate) return
    window.clearTimeout(this.#chores.get(chore))
    this.#chores.set(
      chore,
      window.setTimeout(() => {
        this.#chores.delete(chore)
        if (chore === 'redraw') this.#paint()
        else if (chore === 'plan') this.#plan()
        else if (chore === 'map') this.#drawMap()
        else this.#host.onMoved(this.#wish)
      }, ms),
    )
  }

  #paint(): void {
    const context = this.#host.canvas.getContext('2d', { alpha: false })
    const palette = this.#prepare()
    if (context === null || palette === null || this.#size.width === 0) return
    this.#advance()
    const pen = new Pen(context, this.#isUpright)
    const { width, height } = context.canvas
    context.fillStyle = palette.stage
    context.fillRect(0, 0, width, height)
    this.#missing = 0
    if (this.#layout.count > 0) this.#paintStrip(pen, palette)
    this.#map.mark(this.#layout, this.#isUpright, this.#sight, this.#box.main)
    this.#soon('plan', PLAN_MS)
    this.#report()
  }

  #paintStrip(pen: Pen, palette: Palette): void {
    const at = this.#placing(rulerPx(pen, palette.rem))
    const seen = range(this.#sight, this.#box)
    const [first, last] = [frameAt(this.#layout, seen.from), frameAt(this.#layout, seen.to)]
    this.#samples = samplesIn(first, last, strideFor((this.#layout.lengths[first] ?? 1) * at.scale))
    const { end, stride } = this.#samples
    this.#stock.beginFrame()
    const paint: Paint = {
      quarters: quarterTurns(this.#direction, this.#isUpright),
      pictureOf: index => this.#stock.pictureOf(index, this.#levelOf(index, at) ?? 'sliver'),
      isBroken: index => this.#levelOf(index, at) === null,
      empty: palette.empty,
      broken: palette.broken,
    }
    const { width, height } = pen.context.canvas
    const sitting = {
      layout: this.#layout,
      samples: this.#samples,
      coarse: coarseStride(end - first, stride),
      at,
      paint,
    }
    const { missing, isDone } = this.#mosaic.draw(sitting, this.#isUpright, width, height)
    this.#missing = missing
    if (!isDone) this.#draw()
    pen.context.drawImage(this.#mosaic.canvas, 0, 0)
    this.#clearAround(pen, at, palette)
    const gaps = drawGaps(pen, this.#layout, seen.from, seen.to, at, palette)
    pen.fill(
      palette.ground,
      0,
      0,
      this.#isUpright ? pen.context.canvas.height : pen.context.canvas.width,
      rulerPx(pen, palette.rem),
    )
    drawRuler(pen, this.#layout, seen, at, this.#text, palette)
    for (const mark of gaps) {
      const { missingMs, isCut } = this.#layout.gaps[mark.index] ?? { missingMs: 0, isCut: false }
      drawGapMark(pen, mark, this.#text.gap(missingMs, isCut), at, palette)
    }
    const extent = this.#isUpright ? pen.context.canvas.height : pen.context.canvas.width
    if (this.#cursor !== null) drawCursor(pen, this.#layout, this.#cursor, at, this.#text, palette, extent)
  }

  /** What is beside the strip and beyond its ends. */
  #clearAround(pen: Pen, at: Placing, palette: Palette): void {
    const { width, height } = pen.context.canvas
    const [length, breadth] = this.#isUpright ? [height, width] : [width, height]
    const end = Math.round(at.main + this.#layout.total * at.scale)
    pen.fill(palette.stage, 0, 0, at.main, breadth)
    pen.fill(palette.stage, end, 0, length - end, breadth)
    pen.fill(palette.stage, 0, 0, length, at.cross)
    pen.fill(palette.stage, 0, at.cross + at.breadth, length, breadth - at.cross - at.breadth)
  }

  #resetPictures(): void {
    this.#mosaic.reset()
    this.#map.reset()
  }

  #placing(ruler: number): Placing {
    const { pixelRatio } = this.#size
    const { main, cross } = this.#box
    const { scale, at, side } = this.#sight
    const breadth = Math.round(crossScale(scale, this.#layout, this.#box) * this.#layout.across * pixelRatio)
    return {
      main: Math.round((main / 2 - at * scale) * pixelRatio),
      cross: ruler + Math.round((cross / 2) * pixelRatio - side * breadth),
      scale: scale * pixelRatio,
      breadth,
    }
  }

  #levelOf(index: number, at: Pick<Placing, 'scale' | 'breadth'>): Level | null {
    const { first, end, stride } = this.#samples
    const along = (this.#layout.lengths[index] ?? 1) * at.scale * stride
    return this.#stock.levelOf(index, { along, across: at.breadth }, (end - first) / stride)
  }

  #plan(): void {
    if (this.#layout.count === 0) return
    const at = this.#placing(0)
    const middle = frameAt(this.#layout, this.#sight.at)
    const all = inOrder(this.#samples, middle, index => this.#levelOf(index, at) ?? 'sliver')
    const lacking = all.filter(need => this.#stock.lacks(need))
    const map = this.#map.needs(this.#layout, this.#isUpright)
    const rest = [
      ...map.slice(0, 64),
      ...beside(this.#samples, this.#layout.count, this.#levelOf(middle, at) ?? 'sliver'),
      ...map.slice(64),
    ]
    this.#share = all.length === 0 ? 1 : 1 - lacking.length / all.length
    this.#stock.want(distinct([...lacking, ...rest.filter(need => this.#stock.lacks(need))]))
    this.#report()
  }

  #drawMap(): void {
    const palette = this.#prepare()
    if (palette === null) return
    const quarters = quarterTurns(this.#direction, this.#isUpright)
    if (!this.#map.draw(this.#layout, this.#isUpright, quarters, palette)) this.#soon('map', MAP_AGAIN_MS)
  }

  #advance(): void {
    if (this.#glide === null) return
    const next = glideAt(this.#glide, performance.now())
    this.#sight = next ?? this.#glide.to
    if (next === null) this.#glide = null
    else this.#draw()
  }

  #report(): void {
    const { pixelRatio } = this.#size
    const { first, end, stride } = this.#samples
    const seen = range(this.#sight, this.#box)
    const isEmpty = this.#layout.count === 0
    const drawn = isEmpty || this.#missing > 0 ? 'nothing' : this.#share < 1 ? 'coarse' : 'complete'
    this.#host.onReport({
      first: isEmpty ? -1 : Math.max(first, frameAt(this.#layout, seen.from)),
      last: isEmpty ? -1 : end - 1,
      stride,
      compression: compression(this.#sight.scale, this.#layout, this.#box),
      zoom: this.#sight.scale * pixelRatio,
      kind: this.#wish.kind,
      drawn,
      progress: this.#share,
      cursor: this.#cursor,
    })
  }
}

function sidesOf(image: LiveImage, direction: Direction): Pick<StripFrame, 'along' | 'across'> {
  return image.width === null || image.height === null ? { along: null, across: null } : pixelsOfImage(image, direction)
}

/** What the frames are of: pictures of one subject never stand in for those of another. */
function subjectOf(images: readonly LiveImage[]): string | undefined {
  const first = images[0]
  return first && [first.camera, first.type, first.coil_number].join('/')
}

function sizeTo(canvas: HTMLCanvasElement, width: number, height: number, pixelRatio: number): void {
  canvas.width = Math.max(1, Math.round(width * pixelRatio))
  canvas.height = Math.max(1, Math.round(height * pixelRatio))
}

function orNull(index: number): number | null {
  return index < 0 ? null : index
}

function distinct(needs: readonly Need[]): Need[] {
  const seen = new Set<string>()
  return needs.filter(({ index, level }) => {
    const key = `${index}/${level}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
