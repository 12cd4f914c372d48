import { expect, test } from 'vitest'
import { translator } from '../../src/i18n/translate.ts'
import { listAlerts, neighbour, readFilter } from '../../src/views/alerts/listing.ts'
import { formatClock, formatWhen } from '../../src/views/alerts/when.ts'
import { alert } from '../support/alerts.ts'
import { T0 } from '../support/images.ts'

const past = (id: number) => alert(id, { state: 'resolved', resolved_at: T0 + 999_000, changed_at: T0 + 999_000 })
const ids = (...args: Parameters<typeof listAlerts>) => listAlerts(...args).map(each => each.id)
const all = { filter: 'all', hasMore: false } as const

test('firing ones first, then the newest start first', () => {
  expect(ids([alert(3), alert(1), past(4), past(2)], [], all)).toEqual([3, 1, 4, 2])
})

test('what happened since the pages were asked for is in its place', () => {
  expect(ids([alert(3), past(2)], [past(3), alert(5)], all)).toEqual([5, 3, 2])
})

test('what was overtaken changes nothing', () => {
  const known = past(3)
  expect(listAlerts([known], [alert(3)], all)).toEqual([known])
})

test('a past one of a page that is not there yet waits for it; one that fires does not', () => {
  const pages = [alert(9), past(8), past(7)]
  expect(ids(pages, [past(3), alert(4)], { filter: 'all', hasMore: true })).toEqual([9, 4, 8, 7])
  expect(ids(pages, [past(3)], all)).toEqual([9, 8, 7, 3])
  expect(ids([alert(9)], [past(3)], { filter: 'all', hasMore: true })).toEqual([9])
})

test('of those that fire, one that is over leaves', () => {
  expect(ids([alert(3), alert(2)], [past(3)], { filter: 'firing', hasMore: false })).toEqual([2])
})

test('the address may say anything', () => {
  expect([undefined, 'all', 'firing', 'x'].map(readFilter)).toEqual(['all', 'all', 'firing', 'all'])
})

test('the arrows go from one to the next and stop at the ends', () => {
  const list = [alert(3), alert(2), alert(1)]
  expect(neighbour(list, null, 1)).toBe(3)
  expect(neighbour(list, 3, 1)).toBe(2)
  expect(neighbour(list, 1, 1)).toBe(1)
  expect(neighbour(list, 3, -1)).toBe(3)
  expect(neighbour([], 3, 1)).toBeNull()
})

test('a time has its date only when that is another day', () => {
  expect(formatWhen(T0, T0 + 60_000, 'ko', 'Asia/Seoul')).toBe('11:00:00')
  expect(formatWhen(T0, T0 + 86_400_000, 'ko', 'Asia/Seoul')).toBe('2025. 11. 24. (월) 11:00:00')
})

test('a time of this screen is told as the clock of the plant shows it', () => {
  expect(formatClock(1_300_000, { screen: 1_000_000, server: T0 }, 'Asia/Seoul')).toBe('11:05')
})

test('how many others there are is told in both languages, one or many', () => {
  for (const [language, one] of [
    ['ko', '외 1건'],
    ['en', 'and 1 more'],
  ] as const) {
    const t = translator(language, 'alerts')
    expect(t('banner.others', { count: 1 })).toBe(one)
    expect(t('banner.others', { count: 2 })).toBe(one.replace('1', '2'))
  }
})
