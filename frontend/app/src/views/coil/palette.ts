/** The panel's colours, for a canvas. */
import type { MarkStyle } from './marks.ts'

export interface Palette extends MarkStyle {
  readonly stage: string
  readonly empty: string
  readonly broken: CanvasPattern | string
  readonly gap: CanvasPattern | string
}

/** As they are now, in the screen's pixels. */
export function readPalette(context: CanvasRenderingContext2D, pixelRatio: number): Palette {
  const style = getComputedStyle(context.canvas)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * pixelRatio
  return {
    rem,
    font: colour('--font'),
    text: colour('--text'),
    muted: colour('--muted'),
    line: colour('--line-strong'),
    ground: colour('--bg'),
    accent: colour('--accent'),
    warn: colour('--warn'),
    stage: colour('--stage'),
    empty: colour('--surface-2'),
    gap: hatching(context, colour('--line-strong'), rem * 0.75, false),
    broken: hatching(context, colour('--line-strong'), rem * 0.75, true),
  }
}

/** Told from steel without colours: hatched once where nothing is, crossed where a file cannot be shown. */
function hatching(context: CanvasRenderingContext2D, colour: string, distance: number, isCrossed: boolean) {
  const side = Math.max(6, Math.round(distance))
  const tile = document.createElement('canvas')
  tile.width = side
  tile.height = side
  const pen = tile.getContext('2d')
  if (pen === null) return colour
  pen.strokeStyle = colour
  pen.lineWidth = Math.max(1, side / 9)
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift, side)
    pen.lineTo(shift + side, 0)
    if (!isCrossed) continue
    pen.moveTo(shift, 0)
    pen.lineTo(shift + side, side)
  }
  pen.stroke()
  return context.createPattern(tile, 'repeat') ?? colour
}
