/**
 * Where the cells of a filmstrip lie. Pure. A browser lays nothing out that is wider than some ten million pixels, so the strip has
 * only so many of the images at a time on its rail; `base` is the index of the first of them, and moves when one comes near an end.
 */

/** Firefox ends at 17.8 million, Chromium at 33.5 million (CSS pixels). */
const WIDEST_PX = 16_000_000

/** So many cells fit onto the rail. */
export function capacity(cellPx: number): number {
  return Math.floor(WIDEST_PX / cellPx)
}

/** How many of `total` images are on the rail from `base` on. */
export function railLength(total: number, base: number, cells: number): number {
  return Math.min(total - base, cells)
}

/** The base that has `index` on the rail: the present one as long as `index` is away from its ends. */
export function baseFor(index: number, base: number, total: number, cells: number): number {
  if (total <= cells) return 0
  const margin = Math.floor(cells / 8)
  const isNearStart = base > 0 && index < base + margin
  const isNearEnd = base + cells < total && index >= base + cells - margin
  const isOutside = base < 0 || base > total - cells
  if (!isNearStart && !isNearEnd && !isOutside) return base
  return Math.min(Math.max(index - Math.floor(cells / 2), 0), total - cells)
}

/** Cells beyond each edge that are there already when they are scrolled in. */
const OVERSCAN = 4

/** The places on a rail of `length` cells to have cells at, both included; none (last before first) on an empty rail. */
export function inSight(
  leftPx: number,
  widthPx: number,
  cellPx: number,
  length: number,
): { first: number; last: number } {
  const last = Math.min(length - 1, Math.floor((leftPx + widthPx) / cellPx) + OVERSCAN)
  return { first: Math.min(Math.max(0, Math.floor(leftPx / cellPx) - OVERSCAN), Math.max(0, last)), last }
}
