/**
 * In which size a frame is loaded. Pure. The gateway has three: the small preview, the large one, the file. The small one is kept in
 * three sizes, because a coil from afar is thousands of frames of a few pixels each.
 */

export const LEVELS = ['sliver', 'thin', 'strip', 'screen', 'original'] as const
export type Level = (typeof LEVELS)[number]
export type Source = 'strip' | 'screen' | 'original'

export interface Pixels {
  readonly along: number
  readonly across: number
}

/** Long sides of the previews, as the settings have them by default: others are drawn as well, only a little too soft or too sharp. */
const STRIP_PX = 160
const SCREEN_PX = 1024
/** Kept along the strip of the small preview. */
const SLIVER_PX = 8
const THIN_PX = 40

/** Enlarged by so much, a picture is still taken for sharp. */
const ENLARGED = 1.25
/** From so many of its own pixels on, the file itself is shown: a preview was encoded once more. */
const ORIGINAL_FROM = 0.75
/** Seen from afar a frame is narrow but tall. It is loaded for its height only when so few frames are in sight. */
const FEW = 100

export function sourceOf(level: Level): Source {
  return level === 'screen' || level === 'original' ? level : 'strip'
}

/** The level's pixels of a frame of this size, never more than it has. */
export function pixelsOf(level: Level, frame: Pixels): Pixels {
  if (level === 'original') return frame
  const shrink = Math.min(1, (level === 'screen' ? SCREEN_PX : STRIP_PX) / Math.max(frame.along, frame.across))
  const along = Math.max(1, Math.round(frame.along * shrink))
  const across = Math.max(1, Math.round(frame.across * shrink))
  if (level === 'sliver') return { along: Math.min(along, SLIVER_PX), across }
  if (level === 'thin') return { along: Math.min(along, THIN_PX), across }
  return { along, across }
}

/** The smallest level that is sharp enough for a frame drawn on so many of the screen's pixels. */
export function chooseLevel(drawn: Pixels, frame: Pixels, framesInSight: number): Level {
  if (drawn.along > ORIGINAL_FROM * frame.along) return 'original'
  const countsAcross = framesInSight <= FEW
  for (const level of LEVELS.slice(0, -1)) {
    const has = pixelsOf(level, frame)
    const isSharp = has.along * ENLARGED >= drawn.along && (!countsAcross || has.across * ENLARGED >= drawn.across)
    if (isSharp) return level
  }
  // Only its width asks for more than the large preview has: pressed together, that much is not seen.
  return drawn.along > pixelsOf('screen', frame).along * ENLARGED ? 'original' : 'screen'
}

/** What to look for, the best first, when `level` is wanted: that, then finer ones, which lose nothing, then coarser ones. */
export function standIns(level: Level): readonly Level[] {
  const at = LEVELS.indexOf(level)
  return [...LEVELS.slice(at), ...LEVELS.slice(0, at).reverse()]
}
