import type { HistoryQuery, LiveImage } from '@coilcast/live-image'
import { expect, test } from 'vitest'
import { neighbour } from '../../src/views/compare/neighbours.ts'
import { image, T0 } from '../support/images.ts'

/** Four frames in three seconds: 2 and 3 in the same one. */
const LINE = [0, 1, 1, 2].map((second, index) => image(index + 1, { timestamp: T0 + second * 1000 }))

const api = {
  history({ order, from = 0, to = Number.POSITIVE_INFINITY, limit = 100 }: HistoryQuery = {}) {
    const found = LINE.filter(({ timestamp }) => timestamp >= from && timestamp < to)
    const images = (order === 'oldest' ? found : found.toReversed()).slice(0, limit)
    return Promise.resolve({ images, next: null })
  },
}
const at = (seq: number) => LINE[seq - 1] as LiveImage

test.each([
  [1, 1, 2],
  [2, 1, 3],
  [3, 1, 4],
  [4, 1, undefined],
  [4, -1, 3],
  [3, -1, 2],
  [2, -1, 1],
  [1, -1, undefined],
] as const)('from frame %i by %i is frame %o', async (from, step, to) => {
  expect((await neighbour(api, at(from), step, undefined))?.seq).toBe(to)
})

test('an image that is gone still has neighbours', async () => {
  const gone = image(9, { timestamp: T0 + 1500 })
  expect((await neighbour(api, gone, 1, undefined))?.seq).toBe(4)
  expect((await neighbour(api, gone, -1, undefined))?.seq).toBe(3)
})

test('asks for the camera, the kind and the coil', async () => {
  let asked: HistoryQuery | undefined
  const listening = {
    history(query: HistoryQuery = {}) {
      asked = query
      return api.history(query)
    },
  }
  await neighbour(listening, image(1, { camera: 'exit', type: 'labeled' }), 1, '2891')
  expect(asked).toMatchObject({ camera: 'exit', imageType: 'labeled', coilNumber: '2891', order: 'oldest' })
})
