import type { Coil, LiveImage } from '@coilcast/live-image'
import { expect, test } from 'vitest'
import { inOrder, neighbour } from '../../src/views/coil/coils.ts'
import { FrameList, merge } from '../../src/views/coil/frame-list.ts'
import { layOut } from '../../src/views/coil/layout.ts'
import { tickStep, ticks } from '../../src/views/coil/ruler.ts'
import { quarterTurns, readDirection, runsAcross } from '../../src/views/coil/turn.ts'
import { readWish, sightOf, WHOLE, wishOf, writeWish } from '../../src/views/coil/wish.ts'

const BOX = { main: 1500, cross: 600, pixel: 1 }
const frames = Array.from({ length: 600 }, (_, n) => ({
  timeMs: 1_763_949_600_001 + n * 1000,
  along: 500,
  across: 600,
}))
const layout = layOut(frames)

function image(at: number, changes: Partial<LiveImage> = {}): LiveImage {
  const filename = changes.filename ?? `${at}.jpg`
  return {
    filename,
    timestamp: at,
    seq: at,
    coil_number: '2891',
    type: 'original',
    camera: 'main',
    ...changes,
  } as LiveImage
}

test('a place on the coil is the same place again after it stood in the address', () => {
  const wish = wishOf({ scale: 0.5, at: 61_234, side: 0.31 }, layout, frames, BOX)
  const params = writeWish(wish, 2)
  expect(params).toEqual({ zoom: '1', at: '1763949722001_0.468', side: '0.310' })
  const again = sightOf(readWish(params, 2), layout, frames, BOX)
  expect(again.scale).toBe(0.5)
  expect(again.at).toBeCloseTo(61_234, 0)
})

test('the whole coil needs no address, and its end no place', () => {
  expect(wishOf(sightOf(WHOLE, layout, frames, BOX), layout, frames, BOX)).toEqual(WHOLE)
  expect(writeWish(WHOLE, 1)).toEqual({ zoom: undefined, at: undefined, side: undefined })
  const end = wishOf({ scale: 1, at: 299_250, side: 0.5 }, layout, frames, BOX)
  expect(writeWish(end, 1)).toEqual({ zoom: '1', at: undefined, side: undefined })
})

test('whoever looks at the end sees the frames that come', () => {
  const longer = layOut([...frames, { timeMs: 1_763_950_200_001, along: 500, across: 600 }])
  const sight = sightOf({ kind: 'end', scale: 1, side: 0.5 }, longer, frames, BOX)
  expect(sight.at).toBe(longer.total - 750)
})

test.each([{}, { zoom: 'x' }, { zoom: '-1' }, { zoom: '0', at: '5' }])('%j is no place: the whole coil', params => {
  expect(readWish(params, 1)).toEqual(WHOLE)
})

test('frames are turned, never mirrored, so that the head comes first', () => {
  expect(['y', 'x', '-y', '-x'].map(text => quarterTurns(readDirection(text), false))).toEqual([3, 0, 1, 2])
  expect(['y', 'x', '-y', '-x'].map(text => quarterTurns(readDirection(text), true))).toEqual([0, 1, 2, 3])
  expect(readDirection('toString')).toBe('y')
  expect([runsAcross('y'), runsAcross('-x')]).toEqual([false, true])
})

test('ticks are as many as have room, at round numbers, and at the first frame', () => {
  expect([tickStep(500, 100), tickStep(40, 100), tickStep(2.6, 100), tickStep(0.1, 100)]).toEqual([1, 5, 50, 1000])
  expect(ticks(0, 25, 10)).toEqual([0, 9, 19])
  expect(ticks(3, 6, 1)).toEqual([3, 4, 5, 6])
  expect(ticks(0, 3, 1)).toEqual([0, 1, 2, 3])
})

test('pages and what comes live are one list by capture time, without doubles', () => {
  const known = merge([], [image(1), image(2), image(4)])
  expect(merge(known, [image(5)]).map(each => each.timestamp)).toEqual([1, 2, 4, 5])
  expect(merge(known, [image(4), image(3)]).map(each => each.timestamp)).toEqual([1, 2, 3, 4])
  expect(merge(known, [image(2)])).toBe(known)
})

test('an overwritten image is replaced by its later version', () => {
  const known = merge([], [image(1), image(2)])
  const again = merge(known, [image(2, { seq: 9 })])
  expect(again.map(each => each.seq)).toEqual([1, 9])
})

test('every page is asked for, from the head on, and the coil grows by what is its own', async () => {
  const asked: (string | undefined)[] = []
  const list = new FrameList(
    {
      history: async query => {
        asked.push(query?.before)
        const page = query?.before === undefined ? 0 : 1
        return { images: [image(page * 2 + 1), image(page * 2 + 2)], next: page === 0 ? 'more' : null }
      },
      density: async () => ({ from: 1, to: 5, width_ms: 1000, total: 4, buckets: [] }),
    },
    { coilNumber: '2891', imageType: 'original', camera: 'main' },
  )
  await list.load()
  expect([asked, list.get().status, list.get().expected]).toEqual([[undefined, 'more'], 'ready', 4])
  list.add(image(5))
  list.add(image(6, { coil_number: '2892' }))
  list.add(image(7, { type: 'labeled' }))
  list.add(image(8, { camera: 'exit' }))
  expect(list.get().images.map(each => each.timestamp)).toEqual([1, 2, 3, 4, 5])
})

test('a failure keeps what is there and may be tried again; a stop is no failure', async () => {
  let fails = true
  const list = new FrameList(
    {
      async history(_, signal) {
        signal?.throwIfAborted()
        if (fails) throw new Error('no answer')
        return { images: [image(1)], next: null }
      },
      density: () => Promise.reject(new Error('no answer')),
    },
    { coilNumber: '2891', imageType: 'original', camera: 'main' },
  )
  list.add(image(2))
  await list.load()
  expect(list.get()).toMatchObject({ status: 'failed', images: [{ timestamp: 2 }] })
  fails = false
  const stopped = list.load()
  list.stop()
  await stopped
  expect(list.get().status).toBe('loading')
  await list.load()
  expect(list.get()).toMatchObject({ status: 'ready', images: [{ timestamp: 1 }, { timestamp: 2 }] })
})

test('the coils before and after, by when they ran', () => {
  const began = { 2891: 10, 2892: 30, 2893: 20 }
  const ran = inOrder(Object.entries(began).map(([coil_number, first_at]) => ({ coil_number, first_at }) as Coil))
  expect([neighbour(ran, '2893', -1), neighbour(ran, '2893', 1)]).toEqual(['2891', '2892'])
  expect([neighbour(ran, '2892', 1), neighbour(ran, '17', 1)]).toEqual([undefined, undefined])
})
