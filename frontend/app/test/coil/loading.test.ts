import { expect, test, vi } from 'vitest'
import { chooseLevel, pixelsOf, standIns } from '../../src/views/coil/levels.ts'
import { Loader, type Outcome } from '../../src/views/coil/loader.ts'
import { Lru } from '../../src/views/coil/lru.ts'
import { beside, coarseStride, inOrder, samplesIn, strideFor } from '../../src/views/coil/order.ts'

const FRAME = { along: 2048, across: 2448 }

test.each([
  ['three pixels of a whole coil', 3, 600, 600, 'sliver'],
  ['a few dozen frames', 30, 600, 200, 'thin'],
  ['few enough to have them sharp across as well', 30, 600, 40, 'screen'],
  ['true proportion, small', 120, 144, 12, 'strip'],
  ['true proportion, as large as the preview', 850, 1000, 2, 'screen'],
  ['almost the size of the file', 1600, 1900, 1, 'original'],
  ['enlarged', 8000, 9500, 1, 'original'],
])('%s: %s x %s pixels of %s frames are drawn from %s', (_, along, across, count, level) => {
  expect(chooseLevel({ along, across }, FRAME, count)).toBe(level)
})

test('a frame smaller than a preview is never asked for more than it has', () => {
  expect(pixelsOf('screen', { along: 500, across: 600 })).toEqual({ along: 500, across: 600 })
  expect(pixelsOf('sliver', { along: 4, across: 3 })).toEqual({ along: 4, across: 3 })
  expect(chooseLevel({ along: 500, across: 600 }, { along: 500, across: 600 }, 3)).toBe('original')
})

test('until the wanted level is there, a finer one stands in, then the next coarser one', () => {
  expect(standIns('strip')).toEqual(['strip', 'screen', 'original', 'thin', 'sliver'])
})

test('of frames narrower than the screen can show, every second, fourth, eighth is drawn', () => {
  expect([40, 1.5, 1, 0.5, 0.1].map(strideFor)).toEqual([1, 1, 2, 4, 16])
})

test('samples are the same frames wherever the sight begins', () => {
  expect(samplesIn(13, 40, 8)).toEqual({ first: 8, end: 41, stride: 8 })
})

test('the overview is loaded coarse to fine, and each step from the middle outwards', () => {
  const needs = inOrder(samplesIn(0, 599, 1), 300, () => 'sliver')
  const coarse = coarseStride(600, 1)
  expect(needs).toHaveLength(600)
  expect(new Set(needs.map(need => need.index)).size).toBe(600)
  expect(coarse).toBe(16)
  expect(needs.slice(0, 38).every(({ index }) => index % 16 === 0)).toBe(true)
  expect(needs[0]?.index).toBe(304)
  expect(needs[38]?.index).toBe(296)
})

test('of frames that need more than the small preview all small ones come first', () => {
  const needs = inOrder(samplesIn(10, 13, 1), 11, () => 'original')
  expect(needs.map(({ index, level }) => `${index} ${level}`)).toEqual([
    ...['12 strip', '11 strip', '10 strip', '13 strip'].sort(byPass),
    '11 original',
    '10 original',
    '12 original',
    '13 original',
  ])
})

/** Four frames are few enough for one pass: from the middle outwards, the lower number first. */
function byPass(one: string, other: string): number {
  const away = (text: string) => Math.abs(Number.parseInt(text, 10) - 11)
  return away(one) - away(other) || Number.parseInt(one, 10) - Number.parseInt(other, 10)
}

test('what a pan would bring is loaded small, nearest first, and never beyond the coil', () => {
  const besides = (first: number, last: number) =>
    beside(samplesIn(first, last, 1), 9, 'original').map(({ index, level }) => `${index} ${level}`)
  expect(besides(4, 7)).toEqual(['8 strip', '3 strip', '2 strip'])
  expect(besides(1, 6)).toEqual(['7 strip', '0 strip', '8 strip'])
})

function cache(limitBytes: number) {
  const gone: string[] = []
  const lru = new Lru<string>({ limitBytes, sizeOf: value => value.length, dispose: value => gone.push(value) })
  return { lru, gone }
}

test('what was used least lately is let go of first', () => {
  const { lru, gone } = cache(9)
  for (const key of ['aaa', 'bbb', 'ccc']) lru.set(key, key)
  lru.get('aaa')
  lru.set('ddd', 'ddd')
  expect(gone).toEqual(['bbb'])
  expect([lru.bytes, lru.count, lru.get('bbb')]).toEqual([9, 3, null])
})

test('what is on the screen stays, even beyond the limit', () => {
  const { lru, gone } = cache(6)
  lru.set('aaa', 'aaa')
  lru.set('bbb', 'bbb')
  lru.set('ccc', 'ccc', key => key === 'aaa' || key === 'bbb')
  expect([gone, lru.bytes]).toEqual([[], 9])
  lru.set('d', 'd')
  expect(gone).toEqual(['aaa', 'bbb'])
})

test('everything is let go of at the end, and what is replaced at once', () => {
  const { lru, gone } = cache(100)
  lru.set('a', 'first')
  lru.set('a', 'second')
  lru.set('b', 'third')
  lru.clear()
  expect([gone, lru.bytes]).toEqual([['first', 'second', 'third'], 0])
})

function loading(concurrency: number) {
  const begun: string[] = []
  const stopped: string[] = []
  const finish = new Map<string, (outcome: Outcome) => void>()
  const loader = new Loader<string>({
    concurrency,
    keyOf: job => job,
    load(job, signal) {
      begun.push(job)
      signal.addEventListener('abort', () => {
        stopped.push(job)
        finish.get(job)?.('gone')
      })
      return new Promise(resolve => finish.set(job, resolve))
    },
    setTimeout: (callback, ms) => setTimeout(callback, ms),
  })
  const end = async (job: string, outcome: Outcome = 'done') => {
    finish.get(job)?.(outcome)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { loader, begun, stopped, end }
}

test('a few at a time, in the order wanted', async () => {
  const { loader, begun, end } = loading(2)
  loader.want(['a', 'b', 'c', 'd'])
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
})

test('what is out of sight is stopped, and what is still in sight goes on', async () => {
  const { loader, begun, stopped, end } = loading(2)
  loader.want(['a', 'b', 'c'])
  loader.want(['b', 'x', 'y'])
  await end('nothing')
  expect(stopped).toEqual(['a'])
  expect(begun).toEqual(['a', 'b', 'x'])
  loader.want(['a', 'b', 'x'])
  expect(loader.isGone('a')).toBe(false)
})

test('what is late is asked for again, what is gone is not', async () => {
  vi.useFakeTimers()
  const { loader, begun, end } = loading(2)
  loader.want(['late', 'gone'])
  await end('late', 'later')
  await end('gone', 'gone')
  expect(begun).toEqual(['late', 'gone'])
  await vi.advanceTimersByTimeAsync(1000)
  expect(begun).toEqual(['late', 'gone', 'late'])
  loader.want(['gone', 'late'])
  expect(begun).toHaveLength(3)
  expect(loader.isGone('gone')).toBe(true)
  vi.useRealTimers()
})

test('a server that is away is asked for as long as somebody waits, once in five seconds at most', async () => {
  vi.useFakeTimers()
  const { loader, begun, end } = loading(1)
  loader.want(['late'])
  for (let turn = 0; turn < 8; turn += 1) {
    await end('late', 'later')
    await vi.advanceTimersByTimeAsync(5000)
  }
  expect(begun).toHaveLength(9)
  expect(loader.isGone('late')).toBe(false)
  await end('late', 'later')
  await vi.advanceTimersByTimeAsync(4900)
  expect(begun).toHaveLength(9)
  vi.useRealTimers()
})
