import { expect, test } from 'vitest'
import { Recent } from '../src/recent.ts'

test('forgets the oldest when it is full, and what is dropped', () => {
  const recent = new Recent(3)
  for (const number of [1, 2, 2, 3, 4]) recent.add(number)
  expect([1, 2, 3, 4].map(number => recent.has(number))).toEqual([false, true, true, true])
  recent.dropUpTo(3)
  expect([2, 3, 4].map(number => recent.has(number))).toEqual([false, false, true])
  recent.clear()
  expect(recent.has(4)).toBe(false)
})
