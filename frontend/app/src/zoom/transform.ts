/**
 * Zoom and pan as one transform, shared by every picture that moves together. Pure.
 *
 * A picture of `content` pixels is drawn in a box of `box` CSS pixels: `scale` is CSS pixels for each pixel of the content, and
 * (`x`, `y`) is the point of the content, as fractions of its width and height, in the middle of the box. Fractions, because
 * a preview and its original are the same picture in two sizes.
 */

export interface Size {
  readonly width: number
  readonly height: number
}

/** A point of the box, in CSS pixels from its top left corner. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** `zoom` is the scale relative to the one that fits the box: 1 is all of it, whatever the size of box and picture. */
export interface Transform {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

export const FIT: Transform = { zoom: 1, x: 0.5, y: 0.5 }

/** CSS pixels for each of the content's pixels, at the furthest. */
const MAX_SCALE = 16
const STEP = 1.25
/** A wheel turns by pixels, lines or pages. */
const WHEEL_UNITS_PX = [1, 40, 120]
/** One event does not throw the picture away, whatever the mouse says. */
const WHEEL_MOST_PX = 240

/** The scale at which all of the content is seen. */
export function fitScale(content: Size, box: Size): number {
  const scale = Math.min(box.width / content.width, box.height / content.height)
  return Number.isFinite(scale) && scale > 0 ? scale : 1
}

/** Within what makes sense: never smaller than the box, never further than the picture's edge. */
export function clamp(transform: Transform, content: Size, box: Size): Transform {
  const fit = fitScale(content, box)
  const zoom = Math.min(Math.max(transform.zoom, 1), Math.max(1, MAX_SCALE / fit))
  const scale = fit * zoom
  return {
    zoom,
    x: clampCentre(transform.x, box.width / (content.width * scale)),
    y: clampCentre(transform.y, box.height / (content.height * scale)),
  }
}

/** Zooms by `factor` about a point of the box, which keeps its place in the picture as far as the picture's edges allow. */
export function zoomAt(at: Transform, factor: number, point: Point, content: Size, box: Size): Transform {
  const from = clamp(at, content, box)
  const to = clamp({ ...from, zoom: from.zoom * factor }, content, box)
  const fit = fitScale(content, box)
  const shift = 1 / (fit * from.zoom) - 1 / (fit * to.zoom)
  const x = from.x + ((point.x - box.width / 2) * shift) / content.width
  const y = from.y + ((point.y - box.height / 2) * shift) / content.height
  return clamp({ zoom: to.zoom, x, y }, content, box)
}

/** Moves the picture by so many CSS pixels. */
export function panBy(at: Transform, dx: number, dy: number, content: Size, box: Size): Transform {
  const from = clamp(at, content, box)
  const scale = fitScale(content, box) * from.zoom
  const x = from.x - dx / (content.width * scale)
  const y = from.y - dy / (content.height * scale)
  return clamp({ ...from, x, y }, content, box)
}

/** The zoom at which each pixel of the content is one of the screen; below 1 where the box is larger than the picture. */
export function oneToOneZoom(content: Size, box: Size, devicePixelRatio: number): number {
  return 1 / (devicePixelRatio * fitScale(content, box))
}

export function stepIn(at: Transform, content: Size, box: Size): Transform {
  return clamp({ ...at, zoom: at.zoom * STEP }, content, box)
}

export function stepOut(at: Transform, content: Size, box: Size): Transform {
  return clamp({ ...at, zoom: at.zoom / STEP }, content, box)
}

/** Where the content's top left corner comes to lie in the box, and how large each of its pixels is (CSS pixels). */
export function place(at: Transform, content: Size, box: Size): { left: number; top: number; scale: number } {
  const { zoom, x, y } = clamp(at, content, box)
  const scale = fitScale(content, box) * zoom
  return {
    left: box.width / 2 - x * content.width * scale,
    top: box.height / 2 - y * content.height * scale,
    scale,
  }
}

/** How far a wheel's turn zooms: a notch is a step, and a trackpad's pinch, which comes in small turns, follows the fingers. */
export function wheelFactor(event: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const pixels = event.deltaY * (WHEEL_UNITS_PX[event.deltaMode] ?? 1)
  const turn = Math.min(Math.max(pixels, -WHEEL_MOST_PX), WHEEL_MOST_PX)
  return Math.exp(-turn * (event.ctrlKey ? 0.01 : 0.002))
}

/** As it stands in an address: `zoom,x,y`; undefined for what fits anyway. */
export function writeTransform({ zoom, x, y }: Transform): string | undefined {
  return zoom <= 1.001 ? undefined : [zoom.toFixed(4), x.toFixed(5), y.toFixed(5)].join(',')
}

export function readTransform(text: string | undefined): Transform {
  const [zoom, x, y] = (text ?? '').split(',').map(part => (part === '' ? Number.NaN : Number(part)))
  const isWhole = zoom !== undefined && x !== undefined && y !== undefined && [zoom, x, y].every(Number.isFinite)
  return isWhole && zoom >= 1 ? { zoom, x: Math.min(Math.max(x, 0), 1), y: Math.min(Math.max(y, 0), 1) } : FIT
}

/** `share` is how much of the content the box shows. What is smaller than the box stands in the middle. */
function clampCentre(centre: number, share: number): number {
  if (share >= 1) return 0.5
  return Math.min(Math.max(centre, share / 2), 1 - share / 2)
}
