/** How frames are turned so that the coil's head comes first on the screen. Never mirrored. Pure. */

/** The axis of the image that runs along the strip; with a minus its end is the coil's head. */
export const DIRECTIONS = ['y', 'x', '-y', '-x'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** The usual camera takes lines: its first row was captured first. */
export function readDirection(text: string | undefined): Direction {
  return DIRECTIONS.find(known => known === text) ?? 'y'
}

export function nextDirection(direction: Direction): Direction {
  return DIRECTIONS[(DIRECTIONS.indexOf(direction) + 1) % DIRECTIONS.length] ?? 'y'
}

/** Whether the strip runs along the image's width. */
export function runsAcross(direction: Direction): boolean {
  return direction.endsWith('x')
}

/** Quarter turns clockwise that bring the head's side of the image to the left, or to the top of an upright strip. */
export function quarterTurns(direction: Direction, isUpright: boolean): 0 | 1 | 2 | 3 {
  return isUpright ? TO_TOP[direction] : TO_LEFT[direction]
}

const TO_LEFT = { y: 3, x: 0, '-y': 1, '-x': 2 } as const
const TO_TOP = { y: 0, x: 1, '-y': 2, '-x': 3 } as const
