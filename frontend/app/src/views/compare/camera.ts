/** Which camera is compared. Pure. */

/** The one whose folders lie in the base folder itself. */
export const DEFAULT_CAMERA = 'main'

/** Frames of two cameras have nothing to compare: with several of them it is the chosen one, or the first. */
export function comparedCamera(chosen: string | undefined, cameras: readonly string[]): string | undefined {
  return chosen ?? (cameras.length > 1 ? cameras[0] : undefined)
}
