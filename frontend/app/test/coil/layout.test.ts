import { expect, test } from 'vitest'
import { anchorAt, frameAt, frameOn, gapOn, layOut, positionOf } from '../../src/views/coil/layout.ts'

const frame = (timeMs: number, along: number | null = 100, across: number | null = 200) => ({ timeMs, along, across })
const every = (ms: number, count: number, from = 0) => Array.from({ length: count }, (_, n) => frame(from + n * ms + 1))

test('frames follow one another without a seam', () => {
  const layout = layOut(every(1000, 4))
  expect([...layout.starts]).toEqual([0, 100, 200, 300])
  expect([layout.total, layout.across, layout.gaps.length]).toEqual([400, 200, 0])
})

test('time that is missing is left open, as long as the frames that would have been there', () => {
  const layout = layOut([...every(1000, 4), ...every(1000, 3, 6000)])
  expect(layout.gaps).toEqual([{ after: 3, start: 400, length: 200, missingMs: 2000, isCut: false }])
  expect(layout.starts[4]).toBe(600)
})

test('an interval that is only a little longer is none', () => {
  expect(layOut([frame(1), frame(1001), frame(2001), frame(3491), frame(4491)]).gaps).toEqual([])
})

test("a night's pause is cut, and says so", () => {
  const [gap] = layOut([...every(1000, 4), ...every(1000, 4, 36_000_000)]).gaps
  expect(gap).toMatchObject({ length: 800, isCut: true })
  expect(gap?.missingMs).toBeGreaterThan(35_990_000)
})

test('names without milliseconds round an interval to a whole second: that is no gap', () => {
  const times = [0, 1000, 1000, 3000, 4000, 4000, 6000]
  expect(layOut(times.map(timeMs => frame(timeMs))).gaps).toEqual([])
  expect(layOut([...times, 10_000].map(timeMs => frame(timeMs))).gaps).toHaveLength(1)
})

test('many frames within one second, by their names, are no gap apart', () => {
  const times = Array.from({ length: 50 }, (_, n) => Math.floor(n / 10) * 1000)
  expect(layOut(times.map(timeMs => frame(timeMs))).gaps).toEqual([])
})

test('frames of another camera setting are brought to the same width', () => {
  const layout = layOut([frame(1, 100, 200), frame(1001, 100, 100)])
  expect([layout.across, ...layout.lengths]).toEqual([200, 100, 200])
})

test('frames whose size nobody said still have a place', () => {
  const layout = layOut([frame(1, null, null), frame(1001, null, null)])
  expect(layout.starts[1]).toBeGreaterThan(0)
})

test('a coil without frames has no length', () => {
  const layout = layOut([])
  expect([layout.total, layout.intervalMs, frameAt(layout, 5), frameOn(layout, 0)]).toEqual([0, null, -1, null])
})

test('which frame is where: none in a gap, the nearest beyond the ends', () => {
  const layout = layOut([...every(1000, 4), ...every(1000, 3, 6000)])
  expect([-50, 0, 99.9, 100, 450, 600, 9999].map(at => frameAt(layout, at))).toEqual([0, 0, 0, 1, 3, 4, 6])
  expect([-50, 399, 450, 600, 9999].map(at => frameOn(layout, at))).toEqual([null, 3, null, 4, null])
})

test('an anchor stays on its steel while the coil grows, and while frames at its head are removed', () => {
  const before = every(1000, 10)
  const anchor = anchorAt(layOut(before), before, 425)
  expect(anchor).toEqual({ timeMs: 4001, share: 0.25 })
  const grown = [...before, ...every(1000, 5, 10_000)]
  expect(anchor && positionOf(layOut(grown), grown, anchor)).toBe(425)
  const trimmed = before.slice(2)
  expect(anchor && positionOf(layOut(trimmed), trimmed, anchor)).toBe(225)
})

test('twenty thousand frames are laid out well within a frame of the screen', () => {
  const many = every(1000, 20_000)
  layOut(many)
  const start = performance.now()
  layOut(many)
  expect(performance.now() - start).toBeLessThan(100)
})

test('which gap is where', () => {
  const layout = layOut([...every(1000, 4), ...every(1000, 3, 6000)])
  expect([399, 400, 599, 600].map(at => gapOn(layout, at))).toEqual([null, 0, 0, null])
})
