import { expect, test } from 'vitest'
import { guess, observe, UNSET_CLOCK } from '../src/clock.ts'

test('the quickest exchange of the last few is believed', () => {
  let clock = observe(UNSET_CLOCK, 1000, 1200, 5700)
  expect(clock.offsetMs).toBe(4600)
  clock = observe(clock, 2000, 2010, 6505)
  expect(clock.offsetMs).toBe(4500)
  clock = observe(clock, 3000, 3400, 7900)
  expect(clock.offsetMs).toBe(4500)
})

test('a clock that was set is followed at once', () => {
  let clock = observe(UNSET_CLOCK, 1000, 1010, 1005)
  clock = observe(clock, 2000, 2100, 3_602_050)
  expect(clock.offsetMs).toBe(3_600_000)
})

test('a message nobody asked for is only a first guess', () => {
  const guessed = guess(UNSET_CLOCK, 1000, 1500)
  expect(guessed.offsetMs).toBe(500)
  const measured = observe(guessed, 2000, 2020, 2490)
  expect(measured.offsetMs).toBe(480)
  expect(guess(measured, 3000, 9000)).toBe(measured)
})

test('unless it is too far off to have been on its way: the machine has slept', () => {
  const measured = observe(UNSET_CLOCK, 1000, 1010, 1005)
  expect(guess(measured, 2000, 28_802_000)).toEqual({ offsetMs: 28_800_000, samples: [] })
})
