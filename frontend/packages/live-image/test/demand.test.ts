import { expect, test } from 'vitest'
import { type Demand, matches, unite, unitePolicy } from '../src/demand.ts'
import { CONFIG, image } from './support/fake-environment.ts'

const demand = (more: Partial<Demand>): Demand => ({ mode: 'latest', previews: false, autoReconnect: true, ...more })

test('an image matches when everything that is asked for is so', () => {
  expect(matches({}, image(1))).toBe(true)
  expect(matches({ imageType: 'original', coilNumber: '2891', camera: 'main' }, image(1))).toBe(true)
  expect(matches({ imageType: 'labeled' }, image(1))).toBe(false)
  expect(matches({ coilNumber: '1' }, image(1))).toBe(false)
  expect(matches({ coilNumber: '1' }, image(1, { coil_number: null }))).toBe(false)
  expect(matches({ camera: 'exit' }, image(1))).toBe(false)
})

test('the server is asked for no more than all views together want', () => {
  const one = demand({ camera: 'main', imageType: 'original', previews: true })
  expect(unite([one])).toEqual({ camera: 'main', imageType: 'original', mode: 'latest', previews: true })
  const other = demand({ camera: 'main', imageType: 'labeled' })
  expect(unite([one, other])).toEqual({ camera: 'main', mode: 'latest', previews: true })
  expect(unite([one, demand({})])).toEqual({ mode: 'latest', previews: true })
})

test('one view that wants every image makes the socket bring every image', () => {
  expect(unite([demand({}), demand({ mode: 'every' })]).mode).toBe('every')
})

test('views of two coils are not left to starve one another; those of two cameras do not', () => {
  expect(unite([demand({ camera: 'a' }), demand({ camera: 'b' })]).mode).toBe('latest')
  expect(unite([demand({ coilNumber: '1' }), demand({ coilNumber: '2' })]).mode).toBe('every')
})

test('the server says how to reconnect, unless a view does', () => {
  expect(unitePolicy([demand({})], CONFIG)).toEqual({ maxAttempts: 2, delayMs: 1000 })
  expect(unitePolicy([demand({ maxReconnectAttempts: 9 }), demand({ reconnectDelay: 50 })], CONFIG)).toEqual({
    maxAttempts: 9,
    delayMs: 50,
  })
  expect(unitePolicy([demand({})], null)).toEqual({ maxAttempts: 5, delayMs: 3000 })
})
