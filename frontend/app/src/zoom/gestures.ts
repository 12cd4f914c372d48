/** Wheel, drag, pinch and double click on a box, for a zoom. Knows no React. */
import { type Point, panBy, type Size, wheelFactor, zoomAt } from './transform.ts'
import type { Geometry, Zoom } from './zoom.ts'

/** The picture's size, or null as long as there is none. */
export type Content = () => Size | null

/** Two taps are one double tap within this time and distance; a mouse has its own double click. */
const DOUBLE_TAP_MS = 300
const DOUBLE_TAP_PX = 30

/** Listens until the returned function is called. What is pressed on a control inside the box belongs to the control. */
export function listenGestures(box: HTMLElement, zoom: Zoom, content: Content): () => void {
  const stop = new AbortController()
  const options = { signal: stop.signal }
  const pointers = new Map<number, Point>()
  let lastTap = { at: Number.NEGATIVE_INFINITY, x: 0, y: 0 }
  let lastPointer = 'mouse'

  const geometry = (): Geometry | null => {
    const size = content()
    return size === null ? null : { content: size, box: { width: box.clientWidth, height: box.clientHeight } }
  }
  const within = (event: MouseEvent): Point => {
    const { left, top } = box.getBoundingClientRect()
    return { x: event.clientX - left - box.clientLeft, y: event.clientY - top - box.clientTop }
  }

  const turn = (event: WheelEvent) => {
    const at = geometry()
    // All of it is seen already: the page may scroll. A pinch would make the whole page larger.
    if (at === null || (zoom.isFit && event.deltaY > 0 && !event.ctrlKey)) return
    event.preventDefault()
    zoom.set(zoomAt(zoom.get(), wheelFactor(event), within(event), at.content, at.box))
  }

  const press = (event: PointerEvent) => {
    lastPointer = event.pointerType
    if (event.button !== 0 || isControl(event.target) || pointers.size === 2) return
    pointers.set(event.pointerId, within(event))
    capture(box, event.pointerId)
    show()
  }

  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId)
    const at = geometry()
    if (before === undefined || at === null) return
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
    const now = within(event)
    pointers.set(event.pointerId, now)
    zoom.set(other === undefined ? dragged(zoom, before, now, at) : pinched(zoom, before, now, other, at))
  }

  const release = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return
    show()
    if (event.type !== 'pointerup' || event.pointerType === 'mouse' || pointers.size > 0) return
    const tap = { at: event.timeStamp, ...within(event) }
    const isSecond =
      tap.at - lastTap.at < DOUBLE_TAP_MS && Math.hypot(tap.x - lastTap.x, tap.y - lastTap.y) < DOUBLE_TAP_PX
    lastTap = isSecond ? { ...tap, at: Number.NEGATIVE_INFINITY } : tap
    if (isSecond) toggle(tap)
  }

  const click = (event: MouseEvent) => {
    if (lastPointer === 'mouse' && !isControl(event.target)) toggle(within(event))
  }

  const toggle = (point: Point) => {
    const at = geometry()
    if (at !== null) zoom.toggle(point, at)
  }

  // One finger scrolls the page as long as there is nothing to pan; otherwise the fingers are ours.
  const hold = (event: TouchEvent) => {
    if (event.cancelable && (event.touches.length > 1 || !zoom.isFit)) event.preventDefault()
  }

  const show = () => {
    box.style.cursor = zoom.isFit ? '' : pointers.size > 0 ? 'grabbing' : 'grab'
  }

  // No pinch and no double tap of the browser's own.
  box.style.touchAction = 'pan-x pan-y'
  box.addEventListener('wheel', turn, { ...options, passive: false })
  box.addEventListener('touchmove', hold, { ...options, passive: false })
  box.addEventListener('pointerdown', press, options)
  box.addEventListener('pointermove', move, options)
  box.addEventListener('pointerup', release, options)
  box.addEventListener('pointercancel', release, options)
  box.addEventListener('dblclick', click, options)
  const leave = zoom.subscribe(show)
  show()
  return () => {
    stop.abort()
    leave()
  }
}

function dragged(zoom: Zoom, before: Point, now: Point, { content, box }: Geometry) {
  return zoom.isFit ? zoom.get() : panBy(zoom.get(), now.x - before.x, now.y - before.y, content, box)
}

/** What lies between the fingers stays between them. */
function pinched(zoom: Zoom, before: Point, now: Point, other: Point, { content, box }: Geometry) {
  const factor = distance(now, other) / Math.max(1, distance(before, other))
  const [from, to] = [middle(before, other), middle(now, other)]
  const zoomed = zoomAt(zoom.get(), factor, from, content, box)
  return panBy(zoomed, to.x - from.x, to.y - from.y, content, box)
}

const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y)
const middle = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 })

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input, select, [role="slider"]') !== null
}

function capture(box: HTMLElement, pointerId: number): void {
  try {
    box.setPointerCapture(pointerId)
  } catch {
    // The pointer has gone already.
  }
}
