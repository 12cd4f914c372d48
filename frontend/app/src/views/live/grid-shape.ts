/** How many columns make the pictures largest. Pure. */

export interface Room {
  readonly width: number
  readonly height: number
}

export interface GridShape {
  readonly columns: number
  /** Every tile fits the room; else the grid scrolls. */
  readonly fits: boolean
}

/** Width to height of what cameras usually send. */
const ASPECT = 1.25
/** A picture smaller than this shows nothing: then it scrolls. */
const LEAST_PX = 150

/** For `count` tiles in a room, each a picture above a caption of `captionPx`, `gapPx` apart. */
export function shapeGrid(count: number, room: Room, captionPx: number, gapPx: number): GridShape {
  let best = { columns: 1, picture: 0 }
  for (let columns = 1; columns <= count; columns += 1) {
    const picture = pictureWidth(columns, Math.ceil(count / columns), room, captionPx, gapPx)
    if (picture > best.picture + 0.5) best = { columns, picture }
  }
  if (best.picture >= LEAST_PX) return { columns: best.columns, fits: true }
  return { columns: Math.max(1, Math.floor((room.width + gapPx) / (2 * LEAST_PX + gapPx))), fits: false }
}

/** How wide the pictures become. */
function pictureWidth(columns: number, rows: number, room: Room, captionPx: number, gapPx: number): number {
  const width = (room.width - gapPx * (columns - 1)) / columns
  const height = (room.height - gapPx * (rows - 1)) / rows - captionPx
  return Math.min(width, height * ASPECT)
}
