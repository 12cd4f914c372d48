import { expect, test } from 'vitest'
import { coilMarks, columns, ticks, toPx, toTime } from '../../src/views/history/bars.ts'
import { makeTimeline, type Timeline } from '../../src/views/history/timeline.ts'
import { T0 } from '../support/images.ts'
import { randomFrom } from './random.ts'

const timelineOf = (buckets: [number, number][], from: number, to: number, width_ms: number) =>
  makeTimeline({ from, to, width_ms, total: 0, buckets }) as Timeline

test('every bucket is seen, and a gap is empty', () => {
  const random = randomFrom(5)
  for (let tries = 0; tries < 60; tries += 1) {
    const width = [1000, 60_000, 3_600_000][tries % 3] as number
    const widthPx = 200 + Math.floor(random() * 1800)
    const buckets = Array.from({ length: 900 }, (_, n): [number, number] => [n * width, Math.floor(random() ** 4 * 50)])
    const timeline = timelineOf(buckets, 0, 900 * width, width)
    const bars = columns(timeline, widthPx)
    for (const [start, count] of buckets) {
      const first = Math.floor((start / (900 * width)) * widthPx)
      if (count > 0) expect(bars[Math.min(first, widthPx - 1)]).toBeGreaterThan(0)
    }
    const total = buckets.reduce((sum, [, count]) => sum + count, 0)
    expect(bars.reduce((sum, height) => sum + height, 0)).toBeCloseTo(total, 3)
  }
  const gapped = columns(
    timelineOf(
      [
        [0, 5],
        [90_000, 5],
      ],
      0,
      100_000,
      1000,
    ),
    1000,
  )
  expect(gapped.slice(20, 890).every(height => height === 0)).toBe(true)
})

test('a single image is one bar', () => {
  const bars = columns(timelineOf([[T0, 1]], T0 + 400, T0 + 401, 1000), 800)
  expect(Math.max(...bars)).toBeGreaterThan(0)
})

test('an even rate looks even, up to both ends', () => {
  const buckets = Array.from({ length: 101 }, (_, n): [number, number] => [n * 5000, 5])
  const bars = columns(timelineOf(buckets, 0, 500_001, 5000), 1000)
  const inner = bars.slice(0, 999)
  expect(Math.max(...inner) - Math.min(...inner)).toBeLessThan(0.01)
  expect(bars[999]).toBeLessThanOrEqual(Math.max(...inner) + 0.01)
})

test('times on the axis are round by the wall clock of the plant, and have room', () => {
  const scale = { from: T0 - 3 * 3_600_000, to: T0 + 30 * 3_600_000, widthPx: 1500 }
  const made = ticks(scale, 90, 'Asia/Seoul')
  expect(made[0]?.timeMs).toBe(Date.UTC(2025, 10, 24, 0))
  expect(made.filter(tick => tick.shows === 'day').map(tick => tick.timeMs)).toEqual([Date.UTC(2025, 10, 24, 15)])
  for (const [place, tick] of made.entries()) {
    if (place > 0) expect(tick.px - (made[place - 1]?.px ?? 0)).toBeGreaterThanOrEqual(90)
  }
})

test('a place on the scrubber is a time and back, and beyond its ends is its ends', () => {
  const scale = { from: T0, to: T0 + 1000, widthPx: 500 }
  expect(toTime(scale, toPx(scale, T0 + 123))).toBeCloseTo(T0 + 123)
  expect([toTime(scale, -9), toTime(scale, 900)]).toEqual([T0, T0 + 1000])
})

test('a coil is named where its name has room before the next', () => {
  const coil = (coil_number: string, first_at: number, last_at: number) => ({ coil_number, first_at, last_at })
  const coils = [
    coil('0', -90, -50),
    coil('1', -20, 90),
    coil('2', 100, 110),
    coil('3', 120, 300),
    coil('4', 999, 1500),
  ]
  const marks = coilMarks({ from: 0, to: 1000, widthPx: 1000 }, coils, () => 40)
  expect(marks).toEqual([
    { px: 0, label: '1' },
    { px: 100, label: undefined },
    { px: 120, label: '3' },
    { px: 999, label: undefined },
  ])
})
