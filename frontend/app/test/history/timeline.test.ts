import type { Density } from '@coilcast/live-image'
import { expect, test } from 'vitest'
import { MOST, pageBefore, pageOf, pagesIn } from '../../src/views/history/pages.ts'
import {
  bucketAt,
  bucketOf,
  carried,
  indexAt,
  makeTimeline,
  type Timeline,
  timeAt,
} from '../../src/views/history/timeline.ts'
import { randomFrom } from './random.ts'

/** Capture times as a line has them: runs, pauses, bursts within one second, and what the server counts of them. */
function anyTimes(seed: number): number[] {
  const random = randomFrom(seed)
  const times: number[] = []
  let time = 1_763_949_600_000 + Math.floor(random() * 1000)
  const runs = 1 + Math.floor(random() * 6)
  for (let run = 0; run < runs; run += 1) {
    const isBurst = random() < 0.2
    const images = 1 + Math.floor(random() ** 2 * (isBurst ? 6000 : 3000))
    for (let image = 0; image < images; image += 1) {
      times.push(Math.floor(time))
      time += isBurst ? random() : random() * 2000
    }
    time += random() * 3_600_000 * 20
  }
  return times
}

function densityOf(times: number[], widthMs: number): Density {
  const counts = new Map<number, number>()
  for (const time of times) {
    const start = Math.floor(time / widthMs) * widthMs
    counts.set(start, (counts.get(start) ?? 0) + 1)
  }
  const [from = 0, to = 0] = [times[0], times.at(-1)]
  return { from, to: to + 1, width_ms: widthMs, total: times.length, buckets: [...counts] }
}

const timelineOf = (times: number[], widthMs: number) => makeTimeline(densityOf(times, widthMs)) as Timeline
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed)
const widthOf = (seed: number) => [1000, 15_000, 600_000, 86_400_000][seed % 4] as number

test('no images make no timeline', () => {
  expect(makeTimeline({ from: null, to: null, width_ms: 1000, total: 0, buckets: [] })).toBeNull()
  expect(makeTimeline({ from: 0, to: 9, width_ms: 1000, total: 0, buckets: [] })).toBeNull()
})

test.each(SEEDS)('each image is in the bucket of its time, and its index leads back to that bucket (%i)', seed => {
  const times = anyTimes(seed)
  const timeline = timelineOf(times, widthOf(seed))
  expect(timeline.total).toBe(times.length)
  for (let index = 0; index < times.length; index += 1 + (seed % 7)) {
    const bucket = bucketOf(timeline, index)
    expect(bucketAt(timeline, times[index] as number)).toBe(bucket)
    expect(bucketOf(timeline, indexAt(timeline, times[index] as number))).toBe(bucket)
    expect(bucketAt(timeline, timeAt(timeline, index))).toBe(bucket)
    expect(indexAt(timeline, timeAt(timeline, index))).toBe(index)
  }
})

test.each(SEEDS)('later is never earlier, whatever time is asked for (%i)', seed => {
  const times = anyTimes(seed)
  const timeline = timelineOf(times, widthOf(seed))
  const length = timeline.to - timeline.from
  let before = 0
  for (let step = -3; step <= 203; step += 1) {
    const index = indexAt(timeline, timeline.from + (length * step) / 200)
    expect(index).toBeGreaterThanOrEqual(before)
    expect(index).toBeLessThan(timeline.total)
    before = index
  }
  expect(before).toBe(timeline.total - 1)
})

/** What the server answers, by its own rules: from <= time < to, in order, `MOST` at most. */
function ask(times: number[], page: ReturnType<typeof pageOf>): number[] {
  const within = times.map((time, index) => ({ time, index })).filter(({ time }) => page.from <= time && time < page.to)
  if (page.order === 'newest') within.reverse()
  const indices = within
    .slice(page.depth * MOST, page.depth * MOST + Math.min(page.count, MOST))
    .map(({ index }) => index)
  return page.order === 'newest' ? indices.reverse() : indices
}

test.each(SEEDS)('the pages cover all images once, and the answer to each has just its images (%i)', seed => {
  const times = anyTimes(seed)
  const timeline = timelineOf(times, widthOf(seed))
  const pages = pagesIn(timeline, 0, timeline.total - 1)
  let next = 0
  for (const page of pages) {
    expect(page.first).toBe(next)
    expect(page.count).toBeGreaterThan(0)
    expect(page.count).toBeLessThanOrEqual(MOST)
    next += page.count
    const answer = ask(times, page)
    expect([answer[0], answer.length]).toEqual([page.first, page.count])
    expect(pageOf(timeline, page.first + page.count - 1)).toEqual(page)
    const before = pageBefore(page)
    if (before) expect(pageOf(timeline, before.first)).toEqual(before)
  }
  expect(next).toBe(timeline.total)
})

test('a moment with 100,000 images is asked for from its nearer end', () => {
  const timeline = makeTimeline({
    from: 500,
    to: 600,
    width_ms: 1000,
    total: 100_000,
    buckets: [[0, 100_000]],
  }) as Timeline
  expect(pageOf(timeline, 99_999)).toMatchObject({ order: 'newest', depth: 0, first: 99_000 })
  expect(pageOf(timeline, 0)).toMatchObject({ order: 'oldest', depth: 0, first: 0, from: 500, to: 600 })
  expect(Math.max(...pagesIn(timeline, 0, 99_999).map(page => page.depth))).toBe(49)
})

test('no page is asked for that has none of the images', () => {
  const timeline = timelineOf(anyTimes(3), 15_000)
  const pages = pagesIn(timeline, 700, 800)
  expect(pages.every(page => page.first <= 800 && page.first + page.count > 700)).toBe(true)
  expect(pagesIn(timeline, -50, 0)).toHaveLength(1)
  expect(pagesIn(timeline, timeline.total, timeline.total + 9)).toEqual([])
})

test.each(SEEDS)('an image keeps its place among others when older ones go and newer ones come (%i)', seed => {
  const times = anyTimes(seed)
  const width = widthOf(seed)
  const before = timelineOf(times, width)
  const gone = before.counts[0] as number
  if (gone === times.length) return
  const last = times.at(-1) as number
  const after = timelineOf([...times.slice(gone), ...[1, 2, 3].map(more => last + more * width)], width)
  for (let index = gone; index < times.length; index += 11) expect(carried(before, after, index)).toBe(index - gone)
  expect(carried(before, after, 0)).toBe(0)
})

test('with buckets of another width an image keeps about its place', () => {
  const times = Array.from({ length: 5000 }, (_, index) => 1_763_949_600_000 + index * 1000)
  expect(Math.abs(carried(timelineOf(times, 60_000), timelineOf(times, 300_000), 2500) - 2500)).toBeLessThan(3)
})
