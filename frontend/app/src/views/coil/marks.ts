/** What is drawn beside the steel: the ruler with frame numbers and times, the frame that is pointed at, the length of gaps. */
import { frameAt, type Layout } from './layout.ts'
import type { Pen } from './pen.ts'
import { tickStep, ticks } from './ruler.ts'
import type { Placing } from './surface.ts'

export interface MarkStyle {
  /** Pixels of one rem on the screen. */
  readonly rem: number
  readonly font: string
  readonly text: string
  readonly muted: string
  readonly line: string
  readonly ground: string
  readonly accent: string
  readonly warn: string
}

/** From and to along the strip, in the screen's pixels. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface RulerText {
  timeOf(index: number): string
  readonly head: string
}

/** Breadth of the ruler, in rem: a line of text above a lying strip, a column of it beside an upright one. */
export const RULER_REM = { lying: 2.1, upright: 5.6 }

const TICK_REM = { lying: 10, upright: 3.4 }

export function drawRuler(
  pen: Pen,
  layout: Layout,
  range: { from: number; to: number },
  at: Placing,
  text: RulerText,
  style: MarkStyle,
): void {
  const { rem } = style
  const breadth = rulerPx(pen, rem)
  const [first, last] = [frameAt(layout, range.from), frameAt(layout, range.to)]
  const framePx = (layout.lengths[first] ?? 1) * at.scale
  const step = tickStep(framePx, rem * (pen.isUpright ? TICK_REM.upright : TICK_REM.lying))
  setFont(pen, style, 0.8)
  if (framePx > 0.5 * rem) {
    for (let index = first; index <= last; index += 1)
      pen.fill(
        style.line,
        Math.round(at.main + (layout.starts[index] ?? 0) * at.scale),
        breadth - 0.3 * rem,
        1,
        0.3 * rem,
      )
  }
  for (const index of ticks(first, last, step)) {
    const main = Math.round(at.main + (layout.starts[index] ?? 0) * at.scale)
    pen.fill(style.muted, main, breadth - 0.55 * rem, Math.max(1, Math.round(rem / 16)), 0.55 * rem)
    label(pen, main, `${index + 1}`, text.timeOf(index), style, index === 0 ? text.head : null)
  }
}

/** A frame around what is pointed at, at least so wide that it is seen. */
export function drawOutline(pen: Pen, { start, end }: Span, at: Placing, style: MarkStyle): void {
  const width = Math.max(2, Math.round(style.rem / 8))
  pen.outline(style.accent, width, start, at.cross, Math.max(end - start, 2 * width), at.breadth)
}

/** What is pointed at, named on the ruler. */
export function drawTag(
  pen: Pen,
  { start, end }: Span,
  words: readonly string[],
  colour: string,
  style: MarkStyle,
): void {
  const { rem } = style
  const { width, height } = pen.context.canvas
  setFont(pen, style, 0.8, 600)
  const text = words.join('  ')
  const length = pen.isUpright ? (0.7 + words.length) * rem : pen.context.measureText(text).width + 1.4 * rem
  const extent = pen.isUpright ? height : width
  const main = Math.round(Math.min(Math.max(0, (start + end - length) / 2), extent - length))
  pen.fill(colour, main, 0, Math.round(length), rulerPx(pen, rem) - 0.4 * rem)
  if (!pen.isUpright) pen.text(text, style.ground, main + 0.7 * rem, 0.85 * rem)
  else for (const [line, word] of words.entries()) pen.text(word, style.ground, main + (0.85 + line) * rem, 0.4 * rem)
}

/** How long nothing was captured, in the gap where there is room, and a mark on the ruler everywhere. */
export function drawGapMark(pen: Pen, { start, end }: Span, words: string, at: Placing, style: MarkStyle): void {
  const { rem } = style
  const { context, isUpright } = pen
  const breadth = rulerPx(pen, rem)
  pen.fill(style.warn, start, breadth - 0.25 * rem, Math.max(end - start, 3), 0.25 * rem)
  setFont(pen, style, 0.85, 600)
  const [length, height] = [context.measureText(words).width + rem, 1.5 * rem]
  const fits = end - start >= (isUpright ? height : length)
  // In a narrow gap of a lying strip the words stand upright.
  const isTurned = !isUpright && !fits && end - start >= 1.05 * rem
  if (!fits && !isTurned) return
  const side = isUpright ? context.canvas.width : context.canvas.height
  const across = (Math.max(breadth, at.cross) + Math.min(side, at.cross + at.breadth)) / 2
  const along = (start + end) / 2
  context.save()
  context.translate(isUpright ? across : along, isUpright ? along : across)
  if (isTurned) context.rotate(-Math.PI / 2)
  context.fillStyle = style.ground
  const thickness = isTurned ? Math.min(height, end - start) : height
  context.fillRect(-length / 2, -thickness / 2, length, thickness)
  context.fillStyle = style.warn
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(words, 0, 0)
  context.restore()
}

export function rulerPx(pen: Pen, rem: number): number {
  return Math.round(rem * (pen.isUpright ? RULER_REM.upright : RULER_REM.lying))
}

function label(pen: Pen, main: number, number: string, time: string, style: MarkStyle, name: string | null): void {
  const { rem } = style
  if (pen.isUpright) {
    setFont(pen, style, 0.8, 600)
    pen.text(name === null ? number : `${number} ${name}`, style.text, main + 0.65 * rem, 0.4 * rem)
    setFont(pen, style, 0.8)
    pen.text(time, style.muted, main + 1.75 * rem, 0.4 * rem)
    return
  }
  const cross = 0.85 * rem
  setFont(pen, style, 0.8, 600)
  const text = name === null ? number : `${name} ${number}`
  const width = pen.text(text, style.text, main + 0.4 * rem, cross)
  setFont(pen, style, 0.8)
  pen.text(time, style.muted, main + 0.9 * rem + width, cross)
}

function setFont(pen: Pen, style: MarkStyle, size: number, weight = 400): void {
  pen.context.font = `${weight} ${size * style.rem}px ${style.font}`
}
