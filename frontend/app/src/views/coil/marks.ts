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

/** The frame that is pointed at: framed, and named on the ruler. */
export function drawCursor(
  pen: Pen,
  layout: Layout,
  index: number,
  at: Placing,
  text: RulerText,
  style: MarkStyle,
  extentPx: number,
): void {
  const { rem } = style
  const breadth = rulerPx(pen, rem)
  const start = Math.round(at.main + (layout.starts[index] ?? 0) * at.scale)
  const end = Math.round(at.main + ((layout.starts[index] ?? 0) + (layout.lengths[index] ?? 0)) * at.scale)
  const width = Math.max(2, Math.round(rem / 8))
  const length = Math.max(end - start, 2 * width)
  pen.outline(style.accent, width, start, at.cross, length, at.breadth)
  setFont(pen, style, 0.8)
  const wide = pen.isUpright
    ? 2.6 * rem
    : rem * 1.4 + pen.context.measureText(`${index + 1}  ${text.timeOf(index)}`).width
  const main = Math.min(Math.max(0, (start + end) / 2 - wide / 2), extentPx - wide)
  pen.fill(style.accent, Math.round(main), 0, Math.round(wide), breadth - 0.15 * rem)
  const inside = { ...style, text: style.ground, muted: style.ground }
  if (pen.isUpright) label(pen, main + 0.1 * rem, `${index + 1}`, text.timeOf(index), inside, null)
  else {
    setFont(pen, style, 0.8, 600)
    pen.text(`${index + 1}  ${text.timeOf(index)}`, style.ground, main + 0.7 * rem, breadth / 2)
  }
}

/** How long nothing was captured, in the gap where there is room, and a mark on the ruler everywhere. */
export function drawGapMark(
  pen: Pen,
  { start, end }: { start: number; end: number },
  words: string,
  at: Placing,
  style: MarkStyle,
): void {
  const { rem } = style
  const breadth = rulerPx(pen, rem)
  pen.fill(style.warn, start, breadth - 0.25 * rem, Math.max(end - start, 3), 0.25 * rem)
  setFont(pen, style, 0.9, 600)
  const width = pen.context.measureText(words).width
  const room = pen.isUpright ? at.breadth : end - start
  const other = pen.isUpright ? end - start : at.breadth
  if (room < width + 1.2 * rem || other < 2 * rem) return
  const middle = pen.isUpright ? visibleMiddle(pen.context.canvas.width, at.cross, at.breadth) : (start + end) / 2
  const cross = pen.isUpright ? (start + end) / 2 : visibleMiddle(pen.context.canvas.height, at.cross, at.breadth)
  const { context } = pen
  context.fillStyle = style.ground
  context.fillRect(middle - width / 2 - 0.5 * rem, cross - 0.9 * rem, width + rem, 1.8 * rem)
  context.fillStyle = style.warn
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(words, middle, cross)
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

/** The middle of what is on the canvas of a side that may reach beyond it. */
function visibleMiddle(canvas: number, start: number, length: number): number {
  return (Math.max(0, start) + Math.min(canvas, start + length)) / 2
}
