import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { translator } from '../src/i18n/translate.ts'
import { listenGestures } from '../src/zoom/gestures.ts'
import { zoomBindings } from '../src/zoom/keys.ts'
import { followZoom } from '../src/zoom/layer.ts'
import { FIT, type Size } from '../src/zoom/transform.ts'
import { Zoom } from '../src/zoom/zoom.ts'

const BOX = { width: 1024, height: 768 }
let content: Size | null
let box: HTMLElement
let layer: HTMLElement
let zoom: Zoom
let ends: (() => void)[]

beforeEach(() => {
  content = { width: 4096, height: 3072 }
  box = document.createElement('div')
  layer = box.appendChild(document.createElement('div'))
  document.body.append(box)
  vi.spyOn(box, 'clientWidth', 'get').mockReturnValue(BOX.width)
  vi.spyOn(box, 'clientHeight', 'get').mockReturnValue(BOX.height)
  zoom = new Zoom()
  const following = followZoom(box, layer, zoom, () => content)
  ends = [listenGestures(box, zoom, () => content), () => following.stop()]
})
afterEach(() => {
  for (const end of ends) end()
  box.remove()
})

function pointer(type: string, pointerId: number, clientX: number, clientY: number, pointerType = 'mouse') {
  box.dispatchEvent(new PointerEvent(type, { pointerId, clientX, clientY, pointerType, button: 0, bubbles: true }))
}
function wheel(deltaY: number, more: WheelEventInit = {}) {
  const event = new WheelEvent('wheel', { deltaY, clientX: 256, clientY: 192, cancelable: true, ...more })
  box.dispatchEvent(event)
  return event.defaultPrevented
}
const transform = () => layer.style.transform

test('the wheel zooms about the pointer, and at the end of it the page may scroll', () => {
  expect(transform()).toBe('translate(0px) scale(1)')
  expect(wheel(-120)).toBe(true)
  const { zoom: near, x } = zoom.get()
  expect(near).toBeGreaterThan(1.2)
  // A quarter from the left stays a quarter from the left.
  expect(x + (256 / 1024 - 0.5) / near).toBeCloseTo(0.25)
  expect(wheel(500)).toBe(true)
  expect(zoom.isFit).toBe(true)
  expect(wheel(120)).toBe(false)
  expect(wheel(120, { ctrlKey: true })).toBe(true)
})

test('a drag pans what is zoomed, and nothing else', () => {
  pointer('pointerdown', 1, 500, 400)
  pointer('pointermove', 1, 600, 400)
  pointer('pointerup', 1, 600, 400)
  expect(zoom.get()).toEqual(FIT)
  zoom.set({ zoom: 4, x: 0.5, y: 0.5 })
  expect(box.style.cursor).toBe('grab')
  pointer('pointerdown', 1, 500, 400)
  expect(box.style.cursor).toBe('grabbing')
  pointer('pointermove', 1, 602, 400)
  pointer('pointerup', 1, 602, 400)
  pointer('pointermove', 1, 900, 400)
  expect(zoom.get().x).toBeCloseTo(0.5 - 102 / 4096)
  expect(box.style.cursor).toBe('grab')
})

test('two fingers zoom and move at once, and one of them lifted goes on panning', () => {
  pointer('pointerdown', 1, 412, 384, 'touch')
  pointer('pointerdown', 2, 612, 384, 'touch')
  pointer('pointermove', 2, 812, 384, 'touch')
  expect(zoom.get().zoom).toBeCloseTo(2)
  pointer('pointermove', 1, 312, 384, 'touch')
  expect(zoom.get().zoom).toBeCloseTo(2.5)
  pointer('pointerup', 1, 312, 384, 'touch')
  const { x } = zoom.get()
  pointer('pointermove', 2, 712, 384, 'touch')
  expect(zoom.get().x).toBeCloseTo(x + 100 / (1024 * 2.5))
})

test('a double click goes to 1:1 at that point and back, two taps as well, two taps far apart do not', () => {
  pointer('pointerdown', 1, 0, 0)
  pointer('pointerup', 1, 0, 0)
  box.dispatchEvent(new MouseEvent('dblclick', { clientX: 0, clientY: 0 }))
  expect(zoom.get()).toEqual({ zoom: 4, x: 0.125, y: 0.125 })
  box.dispatchEvent(new MouseEvent('dblclick', { clientX: 0, clientY: 0 }))
  expect(zoom.isFit).toBe(true)
  const tap = (x: number) => {
    pointer('pointerdown', 5, x, 300, 'touch')
    pointer('pointerup', 5, x, 300, 'touch')
  }
  for (const x of [100, 500]) tap(x)
  expect(zoom.isFit).toBe(true)
  tap(510)
  expect(zoom.get().zoom).toBe(4)
})

test('a small picture, already larger than life, still comes nearer', () => {
  content = { width: 400, height: 300 }
  zoom.toggle({ x: 512, y: 384 }, { content, box: BOX })
  expect(zoom.get().zoom).toBe(2)
})

test('a control inside the box keeps its clicks', () => {
  const button = box.appendChild(document.createElement('button'))
  zoom.set({ zoom: 4, x: 0.5, y: 0.5 })
  button.dispatchEvent(new PointerEvent('pointerdown', { pointerId: 1, button: 0, bubbles: true }))
  pointer('pointermove', 1, 300, 300)
  button.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  expect(zoom.get()).toEqual({ zoom: 4, x: 0.5, y: 0.5 })
})

test('without a picture there is nothing to do, and after the end nobody listens', () => {
  content = null
  wheel(-120)
  expect(zoom.get()).toEqual(FIT)
  content = { width: 4096, height: 3072 }
  for (const end of ends) end()
  wheel(-120)
  zoom.set({ zoom: 2, x: 0.5, y: 0.5 })
  expect([zoom.get().zoom, transform()]).toEqual([2, 'translate(0px) scale(1)'])
})

test('the layer has the size of the picture as it fits, whichever size the picture comes in', () => {
  expect([layer.style.width, layer.style.height]).toEqual(['1024px', '768px'])
  zoom.set({ zoom: 4, x: 0.5, y: 0.5 })
  expect(transform()).toBe('translate(-1536px, -1152px) scale(4)')
  expect(zoom.percent).toBe(100)
  expect(layer.dataset.pixels).toBe('smooth')
  zoom.set({ zoom: 16, x: 0.5, y: 0.5 })
  expect(layer.dataset.pixels).toBe('seen')
})

test('keys zoom, and pan only while there is something to pan', () => {
  const t = translator('ko')
  const press = (key: string) => {
    const binding = zoomBindings(zoom, zoom.isFit, t).find(({ keys }) => keys.includes(key))
    binding?.run(new KeyboardEvent('keydown', { key }))
    return binding !== undefined
  }
  expect(press('ArrowLeft')).toBe(false)
  press('+')
  expect(zoom.get().zoom).toBe(1.25)
  press('o')
  expect(zoom.percent).toBe(100)
  expect(press('ArrowLeft')).toBe(true)
  expect(zoom.get().x).toBeCloseTo(0.5 - 80 / 4096)
  press('-')
  expect(zoom.percent).toBe(80)
  press('0')
  expect(zoom.isFit).toBe(true)
})
