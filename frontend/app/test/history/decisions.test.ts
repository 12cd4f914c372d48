import type { Coil, ImageDetails } from '@coilcast/live-image'
import { expect, test } from 'vitest'
import { inOrder, neighbour } from '../../src/views/history/coils.ts'
import { stepsOf } from '../../src/views/history/provenance.ts'
import { baseFor, capacity, railLength } from '../../src/views/history/rail.ts'
import { Slots } from '../../src/views/history/slots.ts'
import { fromWall, startOfDay, toWall } from '../../src/views/history/zoned.ts'
import { image, T0 } from '../support/images.ts'
import { randomFrom } from './random.ts'

test.each(['Asia/Seoul', 'UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'])(
  'any time of the year is the same time again by the wall clock of %s',
  zone => {
    const random = randomFrom(7)
    for (let tries = 0; tries < 500; tries += 1) {
      const time = Math.floor((1_767_225_600_000 + random() * 31_536_000_000) / 1000) * 1000
      const back = fromWall(toWall(time, zone), zone) as number
      // In the hour that comes twice a wall clock means two times.
      expect(toWall(back, zone)).toBe(toWall(time, zone))
      expect(Math.abs(back - time)).toBeLessThanOrEqual(3_600_000)
    }
  },
)

test('a wall clock of the plant is that of no other place', () => {
  expect(fromWall('2025-11-24T11:00', 'Asia/Seoul')).toBe(T0)
  expect(toWall(T0, 'Asia/Seoul')).toBe('2025-11-24T11:00')
  expect(toWall(T0 + 5000, 'UTC')).toBe('2025-11-24T02:00:05')
  expect(startOfDay(T0, 'Asia/Seoul')).toBe(fromWall('2025-11-24T00:00', 'Asia/Seoul'))
  expect(fromWall('gestern', 'Asia/Seoul')).toBeUndefined()
  // New York's clocks skip this hour.
  expect(fromWall('2026-03-08T02:30', 'America/New_York')).toBe(Date.UTC(2026, 2, 8, 7, 30))
})

test('a hundred thousand images fit a desk screen at once, a million never do', () => {
  expect(capacity(136)).toBeGreaterThan(100_000)
  const cells = capacity(272)
  expect(cells * 272).toBeLessThan(17_800_000)
  expect(baseFor(999_999, 0, 1_000_000, cells)).toBe(1_000_000 - cells)
  expect(railLength(1_000_000, 1_000_000 - cells, cells)).toBe(cells)
  expect(baseFor(50, 0, 100, cells)).toBe(0)
})

test('whatever is looked at is on the rail, away from an end that is not the last', () => {
  const random = randomFrom(11)
  const [total, cells] = [1_000_000, 58_823]
  let base = 0
  let index = 0
  for (let tries = 0; tries < 2000; tries += 1) {
    index = Math.floor(
      random() < 0.1 ? random() * total : Math.min(Math.max(index + (random() - 0.5) * 9000, 0), total - 1),
    )
    base = baseFor(index, base, total, cells)
    expect(index).toBeGreaterThanOrEqual(base)
    expect(index).toBeLessThan(base + cells)
    expect(base).toBeLessThanOrEqual(total - cells)
    if (base > 0) expect(index - base).toBeGreaterThan(cells / 16)
    if (base + cells < total) expect(base + cells - index).toBeGreaterThan(cells / 16)
    expect(baseFor(index, base, total, cells)).toBe(base)
  }
})

test('only so many load at a time, whoever came last is next, and who leaves makes room', () => {
  const slots = new Slots(2)
  const started: string[] = []
  const leave = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(name => [name, slots.take(() => started.push(name))]))
  expect(started).toEqual(['a', 'b'])
  leave.d?.()
  leave.a?.()
  expect(started).toEqual(['a', 'b', 'e'])
  leave.a?.()
  expect(started).toEqual(['a', 'b', 'e'])
  leave.b?.()
  expect(started).toEqual(['a', 'b', 'e', 'c'])
})

const coil = (coil_number: string, first_at: number): Coil => ({
  coil_number,
  count: 1,
  first_at,
  last_at: first_at + 10,
  last_image: image(1, { coil_number }),
})
const COILS = inOrder([coil('2893', 300), coil('2891', 100), coil('2892', 200)])

test('the coil before and after is by when they were begun', () => {
  const of = (coil_number: string | null, timestamp = 0) => ({ coil_number, timestamp })
  expect(neighbour(COILS, of('2892'), 1)?.coil_number).toBe('2893')
  expect(neighbour(COILS, of('2892'), -1)?.coil_number).toBe('2891')
  expect(neighbour(COILS, of('2893'), 1)).toBeNull()
  expect(neighbour(COILS, of('2891'), -1)).toBeNull()
})

test('between coils, the next is the one that began later', () => {
  const of = (timestamp: number) => ({ coil_number: null, timestamp })
  expect(neighbour(COILS, of(250), 1)?.coil_number).toBe('2893')
  expect(neighbour(COILS, of(250), -1)?.coil_number).toBe('2892')
  expect(neighbour(COILS, of(50), -1)).toBeNull()
  expect(neighbour(COILS, of(400), 1)).toBeNull()
  expect(neighbour([], of(1), 1)).toBeNull()
})

function details(pushed_at: number | null, painted_at: number | null, imported = false): ImageDetails {
  const times = { captured_at: T0, written_at: T0 + 40, seen_at: T0 + 42, pushed_at, painted_at }
  return { epoch: 'e1', image: image(1, imported ? { imported } : {}), twins: {}, provenance: times }
}

test('each step says how long after the one before it came', () => {
  expect(stepsOf(details(T0 + 43, T0 + 80))).toEqual([
    { name: 'captured', at: T0, sinceMs: null },
    { name: 'written', at: T0 + 40, sinceMs: 40 },
    { name: 'seen', at: T0 + 42, sinceMs: 2 },
    { name: 'pushed', at: T0 + 43, sinceMs: 1 },
    { name: 'painted', at: T0 + 80, sinceMs: 37 },
  ])
})

test('a step that is not known says why', () => {
  expect(stepsOf(details(null, null)).slice(3)).toEqual([
    { name: 'pushed', at: null, missing: 'nobody' },
    { name: 'painted', at: null, missing: 'nobody' },
  ])
  expect(stepsOf(details(T0 + 43, null))[4]).toEqual({ name: 'painted', at: null, missing: 'unreported' })
  expect(stepsOf(details(null, null, true))[3]).toEqual({ name: 'pushed', at: null, missing: 'imported' })
})
