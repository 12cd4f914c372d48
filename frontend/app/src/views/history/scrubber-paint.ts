/** Draws the scrubber's bars and labels on a canvas. */
import type { Coil } from '@coilcast/live-image'
import { coilMarks, columns, type Scale, ticks } from './bars.ts'
import type { Timeline } from './timeline.ts'

export interface ScrubberLook {
  readonly coils: readonly Coil[]
  readonly timeZone: string | undefined
  /** A day, or a time of day, as people read it. */
  label(timeMs: number, shows: 'day' | 'minute' | 'second'): string
}

/** In CSS pixels for letters of 16 pixels; a wall screen has larger ones. */
const COIL_ROW = 20
const AXIS_ROW = 20
const LABEL_ROOM = 84

export function paintScrubber(canvas: HTMLCanvasElement, timeline: Timeline, look: ScrubberLook): void {
  const { clientWidth: width, clientHeight: height } = canvas
  const draw = canvas.getContext('2d')
  if (draw === null || width === 0) return
  const ratio = window.devicePixelRatio
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  draw.scale(ratio, ratio)

  const style = getComputedStyle(canvas)
  const colour = (token: string) => style.getPropertyValue(token)
  const size = Number.parseFloat(style.fontSize)
  const unit = size / 14
  const [top, bottom] = [COIL_ROW * unit, height - AXIS_ROW * unit]
  draw.font = `${size}px ${style.fontFamily}`
  draw.textBaseline = 'middle'
  const scale: Scale = { from: timeline.from, to: timeline.to, widthPx: width }

  draw.fillStyle = colour('--line')
  const times = ticks(scale, LABEL_ROOM * unit, look.timeZone)
  for (const { px } of times) draw.fillRect(Math.round(px), top, 1, bottom - top)

  draw.fillStyle = colour('--bar')
  const bars = columns(timeline, width)
  const most = Math.max(...bars)
  for (const [column, count] of bars.entries()) {
    if (count === 0) continue
    const tall = Math.max(2, (count / most) * (bottom - top - 2))
    draw.fillRect(column, bottom - tall, 1, tall)
  }
  draw.fillStyle = colour('--line-strong')
  draw.fillRect(0, Math.round(bottom), width, 1)

  draw.fillStyle = colour('--muted')
  draw.textAlign = 'center'
  for (const { timeMs, px, shows } of times) {
    const text = look.label(timeMs, shows)
    const half = draw.measureText(text).width / 2
    if (px >= half && px <= width - half) draw.fillText(text, px, (bottom + height) / 2)
  }
  draw.textAlign = 'left'
  for (const { px, label } of coilMarks(scale, look.coils, text => draw.measureText(text).width + 12 * unit)) {
    draw.fillStyle = colour('--line-strong')
    draw.fillRect(
      Math.round(px),
      label === undefined ? top - 6 * unit : 2,
      1,
      bottom - (label === undefined ? top - 6 * unit : 2),
    )
    draw.fillStyle = colour('--text')
    if (label !== undefined) draw.fillText(label, px + 5 * unit, top / 2)
  }
}
