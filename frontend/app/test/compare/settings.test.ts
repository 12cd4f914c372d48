import { expect, test } from 'vitest'
import {
  nextRate,
  RATES_HZ,
  readSettings,
  writeFrame,
  writeMode,
  writeRate,
  writeSplit,
} from '../../src/views/compare/settings.ts'
import { image } from '../support/images.ts'

const KINDS = ['original', 'labeled']
const read = (params: Record<string, string>, kinds = KINDS) => readSettings(params, kinds, false)

test('an address that says nothing is the newest pair, original beside labeled', () => {
  expect(read({})).toEqual({
    mode: 'side',
    kinds: { left: 'original', right: 'labeled' },
    split: 50,
    rateHz: 2,
    isBlinking: true,
    frame: null,
  })
})

test.each([
  [
    { mode: 'blink', rate: '0.5', blink: 'off' },
    { mode: 'blink', rateHz: 0.5, isBlinking: false },
  ],
  [
    { mode: 'swipe', split: '12.34' },
    { mode: 'swipe', split: 12.3 },
  ],
  [
    { mode: 'mix', split: 'far', rate: '60' },
    { mode: 'side', split: 50, rateHz: 2 },
  ],
  [{ split: '-5' }, { split: 0 }],
  [{ split: '1e9' }, { split: 100 }],
  [{ file: 'a b.jpg' }, { frame: { type: 'original', file: 'a b.jpg' } }],
  [{ file: 'a.jpg', type: 'labeled' }, { frame: { type: 'labeled', file: 'a.jpg' } }],
])('%o', (params, settings) => {
  expect(read(params as Record<string, string>)).toMatchObject(settings)
})

test.each([
  [{}, 'original', 'labeled'],
  [{ left: 'heat' }, 'heat', 'original'],
  [{ right: 'heat' }, 'original', 'heat'],
  [{ right: 'original' }, 'labeled', 'original'],
  [{ left: 'labeled', right: 'heat' }, 'labeled', 'heat'],
  [{ left: 'gone', right: 'gone' }, 'original', 'labeled'],
])('of three kinds the address chooses two: %o', (params, left, right) => {
  expect(read(params as Record<string, string>, [...KINDS, 'heat']).kinds).toEqual({ left, right })
})

test('who wants little motion starts the blinking by hand', () => {
  expect(readSettings({}, KINDS, true).isBlinking).toBe(false)
  expect(readSettings({ blink: 'on' }, KINDS, true).isBlinking).toBe(true)
})

test('no rate flashes more than three times a second', () => {
  for (const rateHz of RATES_HZ) expect(rateHz / 2).toBeLessThanOrEqual(3)
  expect([nextRate(2, 1), nextRate(4, 1), nextRate(0.5, -1)]).toEqual([3, 4, 0.5])
})

test('defaults are left out of the address', () => {
  expect([writeMode('side'), writeRate(2), writeSplit(50)]).toEqual([
    { mode: undefined },
    { rate: undefined },
    { split: undefined },
  ])
  expect([writeMode('blink'), writeRate(4), writeSplit(33.333)]).toEqual([
    { mode: 'blink' },
    { rate: 4 },
    { split: 33.3 },
  ])
})

test('a frame is named by its image of the preferred kind, or by what there is of it', () => {
  const pair = { left: image(1), right: image(2, { type: 'labeled' }) }
  expect(writeFrame(pair, 'labeled')).toEqual({ camera: 'main', type: 'labeled', file: pair.right.filename })
  expect(writeFrame(pair, undefined).type).toBe('original')
  expect(writeFrame({ ...pair, right: null }, 'labeled').type).toBe('original')
  expect(writeFrame({ ...pair, left: null }, 'original').type).toBe('labeled')
})
