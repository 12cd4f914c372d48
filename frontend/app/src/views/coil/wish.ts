/** What somebody wants to see, in terms that stay true while the coil grows and the window changes; and in the address. Pure. */
import { type Anchor, anchorAt, type Layout, positionOf, type StripFrame } from './layout.ts'
import { atEnd, type Box, clamp, isAtEnd, isWhole, type Sight, whole } from './sight.ts'

export type Wish =
  | { readonly kind: 'whole' }
  /** The newest end, which moves. */
  | { readonly kind: 'end'; readonly scale: number; readonly side: number }
  | { readonly kind: 'at'; readonly scale: number; readonly side: number; readonly anchor: Anchor }

export const WHOLE: Wish = { kind: 'whole' }

export function sightOf(wish: Wish, layout: Layout, frames: readonly StripFrame[], box: Box): Sight {
  if (wish.kind === 'whole') return whole(layout, box)
  if (wish.kind === 'end') return atEnd(wish.scale, wish.side, layout, box)
  return clamp({ scale: wish.scale, side: wish.side, at: positionOf(layout, frames, wish.anchor) }, layout, box)
}

/** The wish of somebody who moved to this sight. Whoever goes to the end stays there. */
export function wishOf(sight: Sight, layout: Layout, frames: readonly StripFrame[], box: Box): Wish {
  const { scale, side } = sight
  if (isWhole(sight, layout, box)) return WHOLE
  if (isAtEnd(sight, layout, box)) return { kind: 'end', scale, side }
  const anchor = anchorAt(layout, frames, sight.at)
  return anchor === null ? WHOLE : { kind: 'at', scale, side, anchor }
}

/** Parameters of the address: `zoom` in the screen's pixels for each of the file's, `at` as capture time and share of that frame. */
export interface WishParams {
  readonly zoom: string | undefined
  readonly at: string | undefined
  readonly side: string | undefined
}

export function writeWish(wish: Wish, pixelRatio: number): WishParams {
  if (wish.kind === 'whole') return { zoom: undefined, at: undefined, side: undefined }
  return {
    zoom: short(wish.scale * pixelRatio, 4),
    at: wish.kind === 'at' ? `${wish.anchor.timeMs}_${short(wish.anchor.share, 4)}` : undefined,
    side: Math.abs(wish.side - 0.5) < 0.0005 ? undefined : wish.side.toFixed(3),
  }
}

/** What is no position is the whole coil. */
export function readWish(params: Partial<WishParams>, pixelRatio: number): Wish {
  const scale = Number(params.zoom ?? Number.NaN) / pixelRatio
  if (!(scale > 0 && Number.isFinite(scale))) return WHOLE
  const asked = Number(params.side ?? 0.5)
  const side = Number.isFinite(asked) ? asked : 0.5
  const [timeMs, share] = (params.at ?? '').split('_').map(Number)
  if (!params.at || timeMs === undefined || !Number.isFinite(timeMs)) return { kind: 'end', scale, side }
  return {
    kind: 'at',
    scale,
    side,
    anchor: { timeMs, share: share !== undefined && Number.isFinite(share) ? share : 0 },
  }
}

function short(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)))
}
