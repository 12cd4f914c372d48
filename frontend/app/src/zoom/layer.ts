/** Puts a picture where a zoom says, by CSS alone, and tells the zoom how large picture and box are. Knows no React. */
import type { Content } from './gestures.ts'
import { fitScale, place } from './transform.ts'
import type { Zoom } from './zoom.ts'

/** From so many screen pixels a pixel on, one wants to see the pixels themselves, not what smoothing makes of them. */
const PIXELS_FROM = 3

export interface Layer {
  /** The picture's size may be another now. */
  update(): void
  stop(): void
}

/**
 * Follows `zoom` with `layer`, a child of `box` that is laid out from the box's top left corner. The layer gets the picture's size as it fits the box,
 * so whatever fills the layer, preview or original, lies on the same spot.
 */
export function followZoom(box: HTMLElement, layer: HTMLElement, zoom: Zoom, content: Content): Layer {
  const update = () => {
    const size = content()
    if (size === null) return
    const room = { width: box.clientWidth, height: box.clientHeight }
    zoom.measure({ content: size, box: room })
    const fit = fitScale(size, room)
    const { left, top, scale } = place(zoom.get(), size, room)
    const ratio = window.devicePixelRatio
    // On whole pixels of the screen, so that 1:1 is exactly that.
    const [x, y] = [left, top].map(edge => Math.round(edge * ratio) / ratio)
    layer.style.width = `${size.width * fit}px`
    layer.style.height = `${size.height * fit}px`
    layer.style.transform = `translate(${x}px, ${y}px) scale(${scale / fit})`
    layer.dataset.pixels = scale * ratio >= PIXELS_FROM ? 'seen' : 'smooth'
  }
  layer.style.transformOrigin = '0 0'
  const leave = zoom.subscribe(update)
  // Missing where nothing is laid out, as in a test.
  const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(update)
  observer?.observe(box)
  update()
  return {
    update,
    stop() {
      leave()
      observer?.disconnect()
    },
  }
}
