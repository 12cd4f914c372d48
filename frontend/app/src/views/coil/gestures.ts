/** What a mouse, a finger or two do to the strip. */

export interface Gestures {
  pan(x: number, y: number): void
  zoom(factor: number, point: { x: number; y: number }): void
  point(point: { x: number; y: number }): void
  /** A click of a mouse; a finger only points, since it cannot do so before. */
  open(point: { x: number; y: number }): void
}

/** Moved by less, a press is a click. CSS pixels. */
const CLICK_PX = 5
const LINE_PX = 16

/** Listens on the element. Returns how to stop. */
export function listen(element: HTMLElement, to: Gestures): () => void {
  const pressed = new Map<number, { x: number; y: number }>()
  let travelled = 0

  const at = (event: MouseEvent) => {
    const box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  const wheel = (event: WheelEvent) => {
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1
    const [x, y] = [event.deltaX * unit, event.deltaY * unit]
    // A pinch on a touchpad comes as a wheel with Ctrl, and in smaller steps.
    if (Math.abs(x) > Math.abs(y)) to.pan(-x, 0)
    else if (event.shiftKey) to.pan(-y, 0)
    else to.zoom(Math.exp(-y * (event.ctrlKey ? 0.01 : 0.002)), at(event))
  }

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return
    element.setPointerCapture(event.pointerId)
    if (pressed.size === 0) travelled = 0
    pressed.set(event.pointerId, at(event))
  }

  const move = (event: PointerEvent) => {
    const before = pressed.get(event.pointerId)
    const now = at(event)
    if (before === undefined) {
      if (event.pointerType !== 'touch') to.point(now)
      return
    }
    const others = [...pressed].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
    pressed.set(event.pointerId, now)
    travelled += Math.hypot(now.x - before.x, now.y - before.y)
    if (travelled < CLICK_PX) return
    const other = others[0]
    if (other === undefined) {
      to.pan(now.x - before.x, now.y - before.y)
      return
    }
    // Two fingers: what is between them stays between them.
    to.pan((now.x - before.x) / 2, (now.y - before.y) / 2)
    const factor = distance(now, other) / Math.max(1, distance(before, other))
    to.zoom(factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 })
  }

  const up = (event: PointerEvent) => {
    if (!pressed.delete(event.pointerId) || event.type === 'pointercancel' || travelled >= CLICK_PX) return
    if (event.pointerType === 'touch') to.point(at(event))
    else to.open(at(event))
  }

  element.addEventListener('wheel', wheel, { passive: false })
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerup', up)
  element.addEventListener('pointercancel', up)
  return () => {
    element.removeEventListener('wheel', wheel)
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerup', up)
    element.removeEventListener('pointercancel', up)
  }
}

function distance(one: { x: number; y: number }, other: { x: number; y: number }): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}
