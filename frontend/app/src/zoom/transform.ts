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

/** `scale` relative to the one that fits the box: 1 is all of it, whatever the size of box and picture. */
export interface Transform {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

export const FIT: Transform = { zoom: 1, x: 0.5, y: 0.5 }

/** CSS pixels for each of the content's pixels, at the furthest. */
const MAX_SCALE = 16
const STEP = 1.25

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

/** Zooms by `factor` about a point of the box, which stays where it is (CSS pixels from the box's top left corner). */
export function zoomAt(
  at: Transform,
  factor: number,
  point: { x: number; y: number },
  content: Size,
  box: Size,
): Transform {
  const before = fitScale(content, box) * at.zoom
  const zoomed = clamp({ ...at, zoom: at.zoom * factor }, content, box)
  const after = fitScale(content, box) * zoomed.zoom
  const shift = 1 / before - 1 / after
  const x = at.x + ((point.x - box.width / 2) * shift) / content.width
  const y = at.y + ((point.y - box.height / 2) * shift) / content.height
  return clamp({ zoom: zoomed.zoom, x, y }, content, box)
}

/** Moves the picture by so many CSS pixels. */
export function panBy(at: Transform, dx: number, dy: number, content: Size, box: Size): Transform {
  const scale = fitScale(content, box) * at.zoom
  return clamp({ ...at, x: at.x - dx / (content.width * scale), y: at.y - dy / (content.height * scale) }, content, box)
}

/** One pixel of the content for each pixel of the screen. */
export function oneToOne(at: Transform, content: Size, box: Size, devicePixelRatio: number): Transform {
  return clamp({ ...at, zoom: 1 / (devicePixelRatio * fitScale(content, box)) }, content, box)
}

export function stepIn(at: Transform, content: Size, box: Size): Transform {
  return clamp({ ...at, zoom: at.zoom * STEP }, content, box)
}

export function stepOut(at: Transform, content: Size, box: Size): Transform {
  return clamp({ ...at, zoom: at.zoom / STEP }, content, box)
}

/** Where the content's top left corner comes to lie in the box, and how large each of its pixels is (CSS pixels). */
export function place(at: Transform, content: Size, box: Size): { left: number; top: number; scale: number } {
  const scale = fitScale(content, box) * at.zoom
  return {
    left: box.width / 2 - at.x * content.width * scale,
    top: box.height / 2 - at.y * content.height * scale,
    scale,
  }
}

/** As it stands in an address: `zoom,x,y`; undefined for what fits anyway. */
export function writeTransform({ zoom, x, y }: Transform): string | undefined {
  return zoom <= 1.001 ? undefined : [zoom.toFixed(3), x.toFixed(4), y.toFixed(4)].join(',')
}

export function readTransform(text: string | undefined): Transform {
  const [zoom, x, y] = (text ?? '').split(',').map(Number)
  const isWhole = zoom !== undefined && x !== undefined && y !== undefined && [zoom, x, y].every(Number.isFinite)
  return isWhole && zoom >= 1 ? { zoom, x: Math.min(Math.max(x, 0), 1), y: Math.min(Math.max(y, 0), 1) } : FIT
}

/** `share` is how much of the content the box shows. What is smaller than the box stands in the middle. */
function clampCentre(centre: number, share: number): number {
  if (share >= 1) return 0.5
  return Math.min(Math.max(centre, share / 2), 1 - share / 2)
}
