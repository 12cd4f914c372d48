/**
 * The drawn frames, kept: smooth drawing of hundreds of small pictures takes longer than a frame of the screen, moving what is drawn
 * takes next to nothing. So what is there is moved or stretched to where it belongs; drawn is what has come into sight, and, a part with
 * each frame of the screen, from the middle outwards, what has become sharper or was stretched.
 */
import type { Layout } from './layout.ts'
import type { Samples } from './order.ts'
import { Pen } from './pen.ts'
import { type Paint, type Placing, spanOf } from './surface.ts'

export interface Sitting {
  readonly layout: Layout
  readonly samples: Samples
  /** The stride of the first picture. */
  readonly coarse: number
  readonly at: Placing
  readonly paint: Paint
}

export interface Progress {
  /** Samples in sight of which nothing is there to be drawn. */
  readonly missing: number
  /** Nothing is left to be drawn of what is there. */
  readonly isDone: boolean
}

/** What a sample was drawn from. */
type Stuff = ImageBitmap | 'broken' | 'empty'

interface Todo {
  readonly index: number
  readonly start: number
  readonly end: number
  readonly stuff: Stuff
  readonly isExact: boolean
  readonly isCovered: boolean
}

/** Up to this width a frame that is not loaded is drawn as the one sampled before it: a moment's stand-in, not a claim. */
const NARROW_PX = 6
/** So much of the canvas is drawn again at once. By area: a browser draws after it was told to, so time cannot be measured here. */
const SHARE_AT_ONCE = 0.25

export class Mosaic {
  #front = document.createElement('canvas')
  #back = document.createElement('canvas')
  #pen: Pen | null = null
  #at: Placing | null = null
  #stride = 0
  #quarters = 0
  /** Pixels along the strip, from and to, that are drawn without a hole, if not as sharp as they get. */
  #covered: [number, number] = [0, 0]
  /** What is in place and as sharp as it gets. */
  #fresh = new Map<number, Stuff>()
  /** What was drawn as far as the canvas went, and has moved since. */
  #cut = new Map<number, Stuff>()
  /** Where the samples in sight were, from and to. */
  #spans = new Map<number, [number, number]>()

  get canvas(): HTMLCanvasElement {
    return this.#front
  }

  /** Nothing of what is drawn holds any more. */
  reset(): void {
    this.#at = null
  }

  draw(sitting: Sitting, isUpright: boolean, width: number, height: number): Progress {
    this.#prepare(sitting, isUpright, width, height)
    const { todo, missing } = this.#look(sitting)
    let drawn = 0
    let areaPx = 0
    for (const each of todo) {
      if (each.isCovered && areaPx > SHARE_AT_ONCE * width * height) break
      areaPx += this.#drawOne(each, sitting)
      drawn += 1
    }
    const isDone = drawn === todo.length
    if (isDone && missing === 0) this.#covered = [0, this.#length]
    return { missing, isDone }
  }

  get #length(): number {
    return this.#pen?.isUpright ? this.#front.height : this.#front.width
  }

  #prepare({ at, samples, paint }: Sitting, isUpright: boolean, width: number, height: number): void {
    const isOther = this.#front.width !== width || this.#front.height !== height
    if (isOther) for (const canvas of [this.#front, this.#back]) Object.assign(canvas, { width, height })
    if (isOther || this.#pen?.isUpright !== isUpright || this.#quarters !== paint.quarters) this.#at = null
    const before = this.#at
    if (before === null) {
      this.#pen = penOf(this.#front, isUpright)
      this.#quarters = paint.quarters
      this.#forget()
      this.#covered = [0, 0]
      this.#pen?.fill(paint.empty, 0, 0, Math.max(width, height), Math.max(width, height))
    } else if (!isSame(before, at)) this.#move(before, at, paint)
    if (samples.stride !== this.#stride) this.#forget()
    this.#at = at
    this.#stride = samples.stride
  }

  #forget(): void {
    this.#fresh.clear()
    this.#cut.clear()
  }

  /** What is drawn goes to where it belongs now. */
  #move(before: Placing, at: Placing, paint: Paint): void {
    const isUpright = this.#pen?.isUpright ?? false
    const other = penOf(this.#back, isUpright)
    if (other === null) return
    const grown = at.scale / before.scale
    const widened = at.breadth / before.breadth
    const start = at.main - before.main * grown
    const { width, height } = this.#back
    const [length, breadth] = isUpright ? [height, width] : [width, height]
    const isShift = grown === 1 && widened === 1
    other.fill(paint.empty, 0, 0, length, breadth)
    other.context.imageSmoothingEnabled = !isShift
    other.context.imageSmoothingQuality = 'low'
    const cross = at.cross - before.cross * widened
    other.picture(this.#front, 0, start, cross, length * grown, breadth * widened)
    const [from, to] = this.#covered.map(edge => edge * grown + start) as [number, number]
    this.#covered = at.cross === before.cross ? [Math.max(0, from), Math.min(length, Math.max(0, to))] : [0, 0]
    if (isShift && at.cross === before.cross) this.#cutOff(at.main - before.main, length)
    else this.#forget()
    ;[this.#front, this.#back] = [this.#back, this.#front]
    this.#pen = other
  }

  /** What reached beyond an end of the canvas is not whole where it came in. */
  #cutOff(by: number, length: number): void {
    for (const [index, stuff] of this.#fresh) {
      const span = this.#spans.get(index)
      if (span !== undefined && span[0] >= 0 && span[1] <= length) continue
      this.#fresh.delete(index)
      this.#cut.set(index, stuff)
    }
    for (const [index, [start, end]] of this.#spans) {
      const isSeen = end + by > 0 && start + by < length
      if (!isSeen || (end <= 0 && start >= length)) {
        this.#fresh.delete(index)
        this.#cut.delete(index)
      }
    }
  }

  /** What there is to draw, the most urgent first. */
  #look({ layout, samples, coarse, at, paint }: Sitting): { todo: Todo[]; missing: number } {
    const todo: Todo[] = []
    let missing = 0
    this.#spans = new Map()
    for (let index = samples.first; index < samples.end; index += samples.stride) {
      const [start, end] = spanOf(layout, index, samples.stride, at)
      if (end <= start || end <= 0 || start >= this.#length) continue
      this.#spans.set(index, [start, end])
      const picture = pictureOf(index, end - start, samples.stride, coarse, paint)
      const isCovered =
        Math.max(0, start) >= this.#covered[0] - 1 && Math.min(this.#length, end) <= this.#covered[1] + 1
      const stuff = picture?.bitmap ?? (paint.isBroken(index) ? 'broken' : 'empty')
      // Something of the same place, if stretched, is better than nothing.
      if (stuff === 'empty' && isCovered) continue
      if (stuff === 'empty') missing += 1
      if (this.#fresh.get(index) === stuff) continue
      todo.push({ index, start, end, stuff, isExact: picture?.isExact ?? false, isCovered })
    }
    const middle = this.#length / 2
    const away = ({ start, end }: Todo) => Math.abs((start + end) / 2 - middle)
    todo.sort((one, other) => Number(one.isCovered) - Number(other.isCovered) || away(one) - away(other))
    return { todo, missing }
  }

  /** Returns how many pixels it took. */
  #drawOne({ index, start, end, stuff, isExact }: Todo, { at, paint }: Sitting): number {
    const pen = this.#pen
    if (pen === null) return 0
    const [from, to] = this.#cut.get(index) === stuff ? this.#outside(start, end) : [start, end]
    this.#cut.delete(index)
    this.#fresh.set(index, stuff)
    pen.within(from, to, () => {
      if (typeof stuff === 'string')
        pen.fill(stuff === 'broken' ? paint.broken : paint.empty, start, at.cross, end - start, at.breadth)
      else drawPicture(pen, stuff, isExact, paint.quarters, start, end, at)
    })
    const breadth = pen.isUpright ? this.#front.width : this.#front.height
    return Math.max(0, Math.min(to, this.#length) - Math.max(from, 0)) * Math.min(breadth, at.breadth)
  }

  /** The part of a span that the canvas did not show before. */
  #outside(start: number, end: number): [number, number] {
    const [from, to] = this.#covered
    if (start < from && end > to) return [start, end]
    return start < from ? [start, Math.min(end, from)] : [Math.max(start, to), end]
  }
}

function penOf(canvas: HTMLCanvasElement, isUpright: boolean): Pen | null {
  const context = canvas.getContext('2d', { alpha: false })
  return context === null ? null : new Pen(context, isUpright)
}

function isSame(one: Placing, other: Placing): boolean {
  return (
    one.main === other.main && one.cross === other.cross && one.scale === other.scale && one.breadth === other.breadth
  )
}

function pictureOf(index: number, widthPx: number, stride: number, coarse: number, paint: Paint) {
  const own = paint.pictureOf(index)
  if (own !== null || widthPx > NARROW_PX) return own
  for (let step = 2 * stride; step <= coarse; step *= 2) {
    const picture = paint.pictureOf(index - (index % step))
    if (picture !== null) return picture
  }
  return null
}

function drawPicture(
  pen: Pen,
  bitmap: ImageBitmap,
  isExact: boolean,
  quarters: Paint['quarters'],
  start: number,
  end: number,
  at: Placing,
): void {
  const { context } = pen
  const isTurned = quarters % 2 === 1
  const own = isTurned === pen.isUpright ? bitmap.width : bitmap.height
  // A file's pixels are shown as what they are, one for one and enlarged.
  context.imageSmoothingEnabled = !(isExact && (end - start === own || end - start >= 2 * own))
  context.imageSmoothingQuality = own > 4 * (end - start) ? 'medium' : 'low'
  pen.picture(bitmap, quarters, start, at.cross, end - start, at.breadth)
}
