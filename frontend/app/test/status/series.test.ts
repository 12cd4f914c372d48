import type { StageLatency } from '@coilcast/live-image'
import { expect, test } from 'vitest'
import { latencySeries, rateSeries, slowest } from '../../src/views/status/series.ts'
import { T0 } from '../support/images.ts'

const MINUTE = 60_000
const stage: StageLatency = {
  count: 9,
  p50_ms: 4,
  p95_ms: 9,
  minutes: [
    [T0 + MINUTE, 4, 9],
    [T0 + 3 * MINUTE, 5, 30],
  ],
}
const hour = { from: T0 + 20_000, to: T0 + 4 * MINUTE + 1 }
const minutes = [0, 1, 2, 3, 4].map(each => T0 + each * MINUTE)

test('a minute without images is a hole in the line', () => {
  expect(latencySeries(stage, hour)).toEqual([minutes, [null, 4, null, 5, null], [null, 9, null, 30, null]])
})

test('a minute without images counts none', () => {
  expect(rateSeries([[T0 + 2 * MINUTE, 7]], hour)).toEqual([minutes, [0, 0, 7, 0, 0]])
})

test('the slowest minute is named, if there is any', () => {
  expect(slowest(stage)).toEqual({ at: T0 + 3 * MINUTE, ms: 30 })
  expect(slowest({ ...stage, minutes: [] })).toBeNull()
})

test('an hour that ends before it begins has no minutes', () => {
  expect(rateSeries([], { from: T0, to: T0 - MINUTE })).toEqual([[], []])
})
