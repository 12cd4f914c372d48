import { expect, test } from 'vitest'
import { glideAt } from '../../src/views/coil/glide.ts'
import {
  atEnd,
  clamp,
  compression,
  crossScale,
  isAtEnd,
  isWhole,
  panBy,
  range,
  whole,
  wholeScale,
  zoomAt,
} from '../../src/views/coil/sight.ts'

const STRIP = { total: 300_000, across: 600 }
const BOX = { main: 1500, cross: 600, pixel: 1 }

test('the whole coil fills the box: pressed together along, as wide as it can be across', () => {
  const sight = whole(STRIP, BOX)
  expect(range(sight, BOX)).toEqual({ from: 0, to: 300_000 })
  expect(crossScale(sight.scale, STRIP, BOX)).toBe(1)
  expect(compression(sight.scale, STRIP, BOX)).toBeCloseTo(200)
})

test('from true proportion on, both directions grow as one', () => {
  expect(compression(1, STRIP, BOX)).toBe(1)
  expect(crossScale(4, STRIP, BOX)).toBe(4)
})

test('a strip narrower than the box is not enlarged across before it is along: pixel for pixel there is such a place', () => {
  const narrow = { total: 300_000, across: 300 }
  expect([0.01, 1, 2].map(scale => crossScale(scale, narrow, BOX))).toEqual([1, 1, 2])
  expect(crossScale(0.5, narrow, { ...BOX, pixel: 0.5 })).toBe(0.5)
})

test('a coil of one frame is shown whole, not cut off at its sides', () => {
  const one = { total: 500, across: 600 }
  expect(wholeScale(one, BOX) * one.across).toBeLessThanOrEqual(BOX.cross)
  expect(range(whole(one, BOX), BOX).from).toBeLessThan(0)
})

test('what is under the pointer stays there, in both directions', () => {
  const point = { main: 300, cross: 120 }
  const before = { scale: 2, at: 1000, side: 0.4 }
  const after = zoomAt(before, 1.7, point, STRIP, BOX)
  const under = ({ scale, at, side }: typeof before) => [
    at + (point.main - BOX.main / 2) / scale,
    side + (point.cross - BOX.cross / 2) / (crossScale(scale, STRIP, BOX) * STRIP.across),
  ]
  expect(after.scale).toBeCloseTo(3.4)
  expect(under(after)[0]).toBeCloseTo(under(before)[0] as number)
  expect(under(after)[1]).toBeCloseTo(under(before)[1] as number)
})

test('neither beyond the ends nor smaller than the whole, nor further than makes sense', () => {
  expect(clamp({ scale: 1, at: -500, side: 7 }, STRIP, BOX)).toEqual({ scale: 1, at: 750, side: 0.5 })
  expect(clamp({ scale: 0, at: 0, side: 0 }, STRIP, BOX)).toEqual(whole(STRIP, BOX))
  expect(clamp({ scale: 1e9, at: 0, side: 0 }, STRIP, BOX).scale).toBe(16)
})

test('a drag moves the steel with the hand', () => {
  const moved = panBy({ scale: 2, at: 1000, side: 0.5 }, 100, -30, STRIP, BOX)
  expect(moved.at).toBe(950)
  expect(moved.side).toBeCloseTo(0.525)
})

test('the end is known when it is in sight', () => {
  const end = atEnd(1, 0.5, STRIP, BOX)
  expect(range(end, BOX).to).toBe(STRIP.total)
  expect([isAtEnd(end, STRIP, BOX), isAtEnd(panBy(end, 40, 0, STRIP, BOX), STRIP, BOX)]).toEqual([true, false])
  expect([isWhole(end, STRIP, BOX), isWhole(whole(STRIP, BOX), STRIP, BOX)]).toEqual([false, true])
})

test('a glide begins where it is, ends where it should, and holds the same point on the way', () => {
  const from = { scale: 1, at: 1000, side: 0.5 }
  const to = zoomAt(from, 4, { main: 300, cross: 300 }, STRIP, BOX)
  const glide = { from, to, startMs: 100 }
  expect(glideAt(glide, 100)).toEqual(from)
  expect(glideAt(glide, 1000)).toBeNull()
  const way = glideAt(glide, 160)
  const under = (sight: typeof from) => sight.at + (300 - BOX.main / 2) / sight.scale
  expect(way?.scale).toBeGreaterThan(1)
  expect(way && under(way)).toBeCloseTo(under(from))
})
