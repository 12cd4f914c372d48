/**
 * What part of the strip is in sight. Pure.
 *
 * Along the strip, `scale` CSS pixels are drawn for each unit. Across it, the whole width fills the box for as long as that is larger, but
 * is not enlarged: seen from afar the strip is pressed together along its length, and from there on both grow as one, in true
 * proportion.
 */

/** CSS pixels of the canvas's strip: along it and across it. */
export interface Box {
  readonly main: number
  readonly cross: number
  /** How large one of the screen's own pixels is. */
  readonly pixel: number
}

export interface Sight {
  /** CSS pixels for each unit along the strip. */
  readonly scale: number
  /** The position in the middle of the box. */
  readonly at: number
  /** The share of the strip's width in the middle of the box. */
  readonly side: number
}

export interface Extent {
  readonly total: number
  readonly across: number
}

/** CSS pixels for each of an image's pixels, at the furthest. */
const MAX_SCALE = 16

/** The scale at which the whole strip is in the box, along and across. */
export function wholeScale({ total, across }: Extent, box: Box): number {
  const scale = Math.min(box.main / total, box.cross / across)
  return Number.isFinite(scale) && scale > 0 ? scale : 1
}

/** CSS pixels for each unit across the strip. */
export function crossScale(scale: number, { across }: Extent, box: Box): number {
  return Math.max(scale, Math.min(box.cross / across, box.pixel))
}

/** How many times more the strip is shrunk along its length than across; 1 in true proportion. */
export function compression(scale: number, extent: Extent, box: Box): number {
  return crossScale(scale, extent, box) / scale
}

export function whole(extent: Extent, box: Box): Sight {
  return { scale: wholeScale(extent, box), at: extent.total / 2, side: 0.5 }
}

/** The end of the strip, at this scale. */
export function atEnd(scale: number, side: number, extent: Extent, box: Box): Sight {
  return clamp({ scale, side, at: Number.POSITIVE_INFINITY }, extent, box)
}

/** Neither smaller than the whole strip nor beyond its ends. */
export function clamp(sight: Sight, extent: Extent, box: Box): Sight {
  const least = wholeScale(extent, box)
  const scale = Math.min(Math.max(sight.scale, least), Math.max(least, MAX_SCALE))
  return {
    scale,
    at: clampCentre(sight.at, box.main / scale, extent.total),
    side: clampCentre(sight.side, box.cross / (crossScale(scale, extent, box) * extent.across), 1),
  }
}

/** Zooms by `factor` about a point of the box, which stays where it is. */
export function zoomAt(
  sight: Sight,
  factor: number,
  point: { main: number; cross: number },
  extent: Extent,
  box: Box,
): Sight {
  const zoomed = clamp({ ...sight, scale: sight.scale * factor }, extent, box)
  const fromMiddle = point.main - box.main / 2
  const at = sight.at + fromMiddle * (1 / sight.scale - 1 / zoomed.scale)
  const before = crossScale(sight.scale, extent, box) * extent.across
  const after = crossScale(zoomed.scale, extent, box) * extent.across
  const side = sight.side + (point.cross - box.cross / 2) * (1 / before - 1 / after)
  return clamp({ scale: zoomed.scale, at, side }, extent, box)
}

/** Moves what is seen by so many CSS pixels. */
export function panBy(sight: Sight, main: number, cross: number, extent: Extent, box: Box): Sight {
  const width = crossScale(sight.scale, extent, box) * extent.across
  return clamp({ ...sight, at: sight.at - main / sight.scale, side: sight.side - cross / width }, extent, box)
}

/** The first and the last position in the box. */
export function range({ scale, at }: Sight, box: Box): { from: number; to: number } {
  return { from: at - box.main / scale / 2, to: at + box.main / scale / 2 }
}

export function isWhole({ scale }: Sight, extent: Extent, box: Box): boolean {
  return scale <= wholeScale(extent, box) * 1.001
}

/** Nothing of the strip is beyond the box's end. */
export function isAtEnd(sight: Sight, extent: Extent, box: Box): boolean {
  return range(sight, box).to >= extent.total - 1 / sight.scale
}

/** What is smaller than the box stands in the middle of it. */
function clampCentre(centre: number, seen: number, total: number): number {
  if (seen >= total) return total / 2
  return Math.min(Math.max(centre, seen / 2), total - seen / 2)
}
