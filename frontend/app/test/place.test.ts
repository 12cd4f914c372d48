import { expect, test } from 'vitest'
import { inView, readPlace, withParams, writePlace } from '../src/place/place.ts'

test.each(['', '?type=labeled&camera=exit&coil=2891', '?view=history&at=17&coil=A%26B', '?view=coil&coil=%EA%B0%80'])(
  'the place of %j is that address again',
  search => {
    expect(writePlace(readPlace(search))).toBe(search)
  },
)

test('an address of the first panel, which had one view, still shows what it showed', () => {
  expect(readPlace('?type=labeled&coil=2891')).toEqual({ view: 'live', params: { type: 'labeled', coil: '2891' } })
})

test('a view that nobody knows is the live one', () => {
  expect(readPlace('?view=toString').view).toBe('live')
})

test('parameters are set and taken away', () => {
  const place = readPlace('?view=history&at=17')
  expect(writePlace(withParams(place, { at: undefined, coil: 2891, type: '' }))).toBe('?view=history&coil=2891')
})

test('camera, type and coil go along to another view, what only one view knows does not', () => {
  const place = readPlace('?view=history&at=17&camera=exit&type=labeled&coil=2891&kiosk=1')
  expect(writePlace(inView(place, 'compare', { mode: 'blink' }))).toBe(
    '?view=compare&camera=exit&type=labeled&coil=2891&kiosk=1&mode=blink',
  )
})
