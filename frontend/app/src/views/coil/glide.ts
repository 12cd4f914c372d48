/** From one sight to another in a moment, so that the eye can follow. Pure: time is an argument. */
import type { Sight } from './sight.ts'

const GLIDE_MS = 180

export interface Glide {
  readonly from: Sight
  readonly to: Sight
  readonly startMs: number
}

/** Null once it has arrived. Zoom is felt in factors, so the scale goes by its logarithm. */
export function glideAt({ from, to, startMs }: Glide, nowMs: number): Sight | null {
  const passed = (nowMs - startMs) / GLIDE_MS
  if (passed >= 1) return null
  const eased = 1 - (1 - Math.max(0, passed)) ** 3
  const scale = from.scale * (to.scale / from.scale) ** eased
  // Positions by what they are at this scale: the point that stays in place does so on the way as well.
  const share = from.scale === to.scale ? eased : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale)
  return { scale, at: from.at + (to.at - from.at) * share, side: from.side + (to.side - from.side) * share }
}
