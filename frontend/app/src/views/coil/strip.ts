/**
 * The strip on its canvas: what is in sight is drawn when something has changed, and loaded when it is not there. Knows no React; how
 * it decides stands in the pure files beside it.
 */
import type { LiveImage } from '@coilcast/live-image'
import { Chores } from './chores.ts'
import { type Glide, glideAt } from './glide.ts'
import { frameAt, frameOn, gapOn, type Layout, layOut, type StripFrame } from './layout.ts'
import { StripMap } from './map.ts'
import { rulerPx } from './marks.ts'
import { type Palette, readPalette } from './palette.ts'
import { Pen } from './pen.ts'
import { Scene, type StripText, type View } from './scene.ts'
import { type Box, clamp, compression, panBy, range, type Sight, zoomAt } from './sight.ts'
import { Stock } from './stock.ts'
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
const DRAW_MS = 50
const PLAN_MS = 80
const MAP_MS = 200
const MAP_AGAIN_MS = 20
const REST_MS = 250
/** So many pictures of the map come before what a pan would bring. */
const MAP_FIRST = 64

export class Strip {
  readonly #host: StripHost
  readonly #stock: Stock
  readonly #map: StripMap
  readonly #scene: Scene
  readonly #chores: Chores<'draw' | 'plan' | 'map' | 'moved'>
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
  /** The gap that is pointed at. */
  #gap: number | null = null
  #missing = 0
  #share = 0

  constructor(host: StripHost) {
    this.#host = host
    this.#stock = new Stock({ addressOf: host.addressOf, onLoaded: () => this.#loaded() })
    this.#map = new StripMap(host.map, host.window, this.#stock)
    this.#scene = new Scene(this.#stock)
    this.#chores = new Chores(name => {
      if (name === 'draw') this.#draw()
      else if (name === 'plan') this.#plan()
      else if (name === 'map') this.#drawMap()
      else host.onMoved(this.#wish)
    })
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
    this.#gap = null
    this.#settle()
    this.#chores.soon('map', MAP_MS)
  }

  setText(text: StripText): void {
    this.#text = text
    this.#chores.next('draw')
  }

  /** The colours are others now. */
  forgetColours(): void {
    this.#palette = null
    this.#resetPictures()
    this.#chores.next('draw')
    this.#chores.soon('map', 0)
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
    this.#draw()
    this.#chores.soon('map', 0)
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
    this.#chores.next('draw')
    this.#chores.rest('moved', REST_MS)
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

  pointAt(index: number | null, gap: number | null = null): void {
    if (index === this.#cursor && gap === this.#gap) return
    this.#cursor = index
    this.#gap = gap
    this.#chores.next('draw')
  }

  /** Points at the frame, or the gap, under a point of the canvas. */
  pointTo(point: { x: number; y: number }): void {
    const position = this.#positionUnder(point)
    if (position === null) this.pointAt(null)
    else this.pointAt(frameOn(this.#layout, position), gapOn(this.#layout, position))
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
    const position = this.#positionUnder(point)
    return position === null ? null : frameOn(this.#layout, position)
  }

  dispose(): void {
    this.#chores.stop()
    this.#stock.clear()
  }

  /** Where it is, or is on its way to. */
  get #target(): Sight {
    return this.#glide?.to ?? this.#sight
  }

  get #box(): Box {
    const { width, height } = this.#size
    const ruler = this.#palette === null ? 0 : this.#rulerCss(this.#palette)
    const pixel = 1 / this.#size.pixelRatio
    return this.#isUpright
      ? { main: height, cross: width - ruler, pixel }
      : { main: width, cross: height - ruler, pixel }
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

  /** The position along the strip; null on the ruler. */
  #positionUnder(point: { x: number; y: number }): number | null {
    const { main, cross } = this.#inStrip(point)
    return cross < 0 ? null : this.#sight.at + (main - this.#box.main / 2) / this.#sight.scale
  }

  /** The sight follows the wish: the coil has grown, or the canvas has another size. */
  #settle(): void {
    this.#glide = null
    this.#prepare()
    if (this.#layout.count > 0) this.#sight = sightOf(this.#wish, this.#layout, this.#frames, this.#box)
    this.#chores.next('draw')
  }

  #prepare(): Palette | null {
    const context = this.#host.canvas.getContext('2d', { alpha: false })
    if (this.#palette === null && context !== null) this.#palette = readPalette(context, this.#size.pixelRatio)
    return this.#palette
  }

  #loaded(): void {
    this.#chores.soon('draw', DRAW_MS)
    this.#chores.soon('map', MAP_MS)
  }

  #resetPictures(): void {
    this.#scene.reset()
    this.#map.reset()
  }

  #view(palette: Palette): View {
    return {
      layout: this.#layout,
      sight: this.#sight,
      box: this.#box,
      pixelRatio: this.#size.pixelRatio,
      quarters: quarterTurns(this.#direction, this.#isUpright),
      text: this.#text,
      palette,
      cursor: this.#cursor,
      gap: this.#gap,
    }
  }

  #draw(): void {
    const context = this.#host.canvas.getContext('2d', { alpha: false })
    const palette = this.#prepare()
    if (context === null || palette === null || this.#size.width === 0) return
    this.#advance()
    const pen = new Pen(context, this.#isUpright)
    context.fillStyle = palette.stage
    context.fillRect(0, 0, context.canvas.width, context.canvas.height)
    this.#missing = 0
    if (this.#layout.count > 0) {
      const { missing, isDone } = this.#scene.draw(pen, this.#view(palette))
      this.#missing = missing
      if (!isDone) this.#chores.next('draw')
    }
    this.#map.mark(this.#layout, this.#isUpright, this.#sight, this.#box.main)
    this.#chores.soon('plan', PLAN_MS)
    this.#report()
  }

  #plan(): void {
    const palette = this.#prepare()
    if (this.#layout.count === 0 || palette === null) return
    const view = this.#view(palette)
    const { needs, of } = this.#scene.lacking(view)
    const map = this.#map.needs(this.#layout, this.#isUpright)
    const later = [...map.slice(0, MAP_FIRST), ...this.#scene.beside(view), ...map.slice(MAP_FIRST)]
    this.#share = of === 0 ? 1 : 1 - needs.length / of
    this.#stock.want([...needs, ...later.filter(need => this.#stock.lacks(need))])
    this.#report()
  }

  #drawMap(): void {
    const palette = this.#prepare()
    if (palette === null) return
    const quarters = quarterTurns(this.#direction, this.#isUpright)
    if (!this.#map.draw(this.#layout, this.#isUpright, quarters, palette)) this.#chores.soon('map', MAP_AGAIN_MS)
  }

  #advance(): void {
    if (this.#glide === null) return
    const next = glideAt(this.#glide, performance.now())
    this.#sight = next ?? this.#glide.to
    if (next === null) this.#glide = null
    else this.#chores.next('draw')
  }

  #report(): void {
    const { first, end, stride } = this.#scene.samples
    const seen = range(this.#sight, this.#box)
    const isEmpty = this.#layout.count === 0
    this.#host.onReport({
      first: isEmpty ? -1 : Math.max(first, frameAt(this.#layout, seen.from)),
      last: isEmpty ? -1 : end - 1,
      stride,
      compression: compression(this.#sight.scale, this.#layout, this.#box),
      zoom: this.#sight.scale * this.#size.pixelRatio,
      kind: this.#wish.kind,
      drawn: isEmpty || this.#missing > 0 ? 'nothing' : this.#share < 1 ? 'coarse' : 'complete',
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
