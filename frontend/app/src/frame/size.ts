/** How many pixels an image has, whichever of its sizes is on the screen. Pure. */
import type { LiveImage } from '@coilcast/live-image'
import type { Size } from '../zoom/transform.ts'

/** A preview's sides are rounded to whole pixels. */
const ROUNDING = 0.02

/**
 * As the file says. Where picture and file disagree on the shape (a camera that notes in the file how it was held, a server that
 * does not say), it is as the picture is painted.
 */
export function contentSize(image: Pick<LiveImage, 'width' | 'height'>, painted: Size): Size {
  const { width, height } = image
  if (!painted.width || !painted.height) return { width: width || 1, height: height || 1 }
  if (!width || !height) return painted
  const difference = (width * painted.height) / (height * painted.width)
  return Math.abs(Math.log(difference)) < ROUNDING ? { width, height } : painted
}
