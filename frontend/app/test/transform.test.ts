import { expect, test } from 'vitest'
import {
  clamp,
  FIT,
  fitScale,
  oneToOneZoom,
  type Point,
  panBy,
  place,
  readTransform,
  type Size,
  stepIn,
  stepOut,
  type Transform,
  wheelFactor,
  writeTransform,
  zoomAt,
} from '../src/zoom/transform.ts'

/** The same numbers every time, from 0 to 1. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

interface Case {
  content: Size
  box: Size
  at: Transform
  point: Point
  factor: number
}

/** Boxes from a telephone to a wall, pictures from a dot to 80 megapixels, wide and tall, zoomed anywhere. */
function* cases(count: number): Generator<Case> {
  const random = dice(7)
  const between = (from: number, to: number) => from + (to - from) * random()
  for (let made = 0; made < count; made += 1) {
    const content = { width: Math.ceil(between(1, 10_000)), height: Math.ceil(between(1, 8000)) }
    const box = { width: between(200, 3840), height: between(150, 2160) }
    const at = clamp({ zoom: between(1, 40), x: between(-1, 2), y: between(-1, 2) }, content, box)
    const point = { x: between(0, box.width), y: between(0, box.height) }
    yield { content, box, at, point, factor: Math.exp(between(-2, 2)) }
  }
}

/** Which point of the content lies under a point of the box, in the content's pixels. */
function under(at: Transform, point: Point, content: Size, box: Size): Point {
  const { left, top, scale } = place(at, content, box)
  return { x: (point.x - left) / scale, y: (point.y - top) / scale }
}

test('whatever is asked for, no more than the picture is shown, and a picture smaller than the box stands in the middle', () => {
  for (const { content, box, at, point, factor } of cases(2000)) {
    for (const next of [zoomAt(at, factor, point, content, box), panBy(at, point.x, -point.y, content, box)]) {
      const { left, top, scale } = place(next, content, box)
      for (const [edge, length, room] of [
        [left, content.width * scale, box.width],
        [top, content.height * scale, box.height],
      ] as const) {
        if (length <= room + 0.01) expect(edge).toBeCloseTo((room - length) / 2, 4)
        else {
          expect(edge).toBeLessThanOrEqual(0.01)
          expect(edge + length).toBeGreaterThanOrEqual(room - 0.01)
        }
      }
    }
  }
})

test('the point that is zoomed about stays where it is, as long as no edge is in the way', () => {
  let seen = 0
  for (const { content, box, at, point, factor } of cases(2000)) {
    const next = zoomAt(at, factor, point, content, box)
    const free = (centre: number, length: number, room: number) => {
      const half = room / (2 * length * fitScale(content, box) * next.zoom)
      return centre > half + 1e-9 && centre < 1 - half - 1e-9
    }
    if (!free(next.x, content.width, box.width) || !free(next.y, content.height, box.height)) continue
    seen += 1
    const before = under(at, point, content, box)
    const after = under(next, point, content, box)
    const slack = Math.max(content.width, content.height) * 1e-9
    expect(Math.abs(after.x - before.x)).toBeLessThanOrEqual(slack)
    expect(Math.abs(after.y - before.y)).toBeLessThanOrEqual(slack)
  }
  expect(seen).toBeGreaterThan(500)
})

test('a picture in another size lies on the same spot: nothing jumps when the preview becomes the original', () => {
  for (const { content, box, at: anywhere } of cases(500)) {
    const preview = { width: content.width / 4, height: content.height / 4 }
    // Where both can be seen: the larger one has more pixels to come near to.
    const at = clamp(anywhere, preview, box)
    const large = place(at, content, box)
    const small = place(at, preview, box)
    expect(small.scale * preview.width).toBeCloseTo(large.scale * content.width, 3)
    expect(small.left).toBeCloseTo(large.left, 3)
    expect(small.top).toBeCloseTo(large.top, 3)
  }
})

const CONTENT = { width: 4096, height: 3072 }
const BOX = { width: 1024, height: 768 }

test('a drag moves what is under the hand as far as the hand', () => {
  const at = { zoom: 4, x: 0.5, y: 0.5 }
  const before = place(at, CONTENT, BOX)
  const after = place(panBy(at, 30, -20, CONTENT, BOX), CONTENT, BOX)
  expect([after.left - before.left, after.top - before.top]).toEqual([30, -20])
})

test('a drag goes back at once, also one that had gone beyond the edge', () => {
  const corner = panBy({ zoom: 4, x: 0.5, y: 0.5 }, 9999, 9999, CONTENT, BOX)
  expect(place(corner, CONTENT, BOX)).toMatchObject({ left: 0, top: 0 })
  expect(place(panBy(corner, -50, -50, CONTENT, BOX), CONTENT, BOX)).toMatchObject({ left: -50, top: -50 })
})

test('all of it is the least, sixteen pixels of the screen for one of the picture the most', () => {
  let at: Transform = FIT
  for (let step = 0; step < 50; step += 1) at = stepIn(at, CONTENT, BOX)
  expect(place(at, CONTENT, BOX).scale).toBeCloseTo(16)
  for (let step = 0; step < 50; step += 1) at = stepOut(at, CONTENT, BOX)
  expect(at).toEqual(FIT)
})

test('1:1 is a pixel for a pixel, also on a dense screen', () => {
  expect(oneToOneZoom(CONTENT, BOX, 1)).toBe(4)
  expect(oneToOneZoom(CONTENT, BOX, 2)).toBe(2)
})

test('a box that has no size yet divides nothing by nothing', () => {
  const none = { width: 0, height: 0 }
  for (const number of Object.values(place({ zoom: 3, x: 0.2, y: 0.7 }, CONTENT, none))) expect(number).not.toBeNaN()
})

test('a notch of the wheel is about a quarter, lines and pages count as well, and a wild one is held back', () => {
  const notch = (deltaY: number, deltaMode = 0, ctrlKey = false) => wheelFactor({ deltaY, deltaMode, ctrlKey })
  expect(notch(-120)).toBeCloseTo(1.27, 2)
  expect(notch(120) * notch(-120)).toBeCloseTo(1)
  expect(notch(-3, 1)).toBe(notch(-120))
  expect(notch(-1, 2)).toBe(notch(-120))
  expect(notch(-99_999)).toBe(notch(-240))
  expect(notch(-2, 0, true)).toBeGreaterThan(notch(-2))
})

test('an address keeps what is seen, and what nobody wrote there is all of it', () => {
  const at = { zoom: 3.25, x: 0.125, y: 0.75 }
  expect(readTransform(writeTransform(at))).toEqual(at)
  expect(writeTransform(FIT)).toBeUndefined()
  for (const text of [undefined, '', '3', '3,1', 'a,b,c', '0.2,0.5,0.5', '2,,', 'Infinity,0,0']) {
    expect(readTransform(text)).toEqual(FIT)
  }
  expect(readTransform('2,-3,7')).toEqual({ zoom: 2, x: 0, y: 1 })
})
