import { expect, test } from 'vitest'
import { backoffMs, retryDelayMs } from '../src/retry.ts'

const policy = { maxAttempts: 5, delayMs: 3000 }

test('a link that was up is tried again within half a second, spread', () => {
  expect(retryDelayMs(policy, 0, 0)).toBe(0)
  expect(retryDelayMs(policy, 0, 0.999)).toBeLessThan(500)
})

test('then at the pace of the server, a fifth more or less', () => {
  expect(retryDelayMs(policy, 1, 0)).toBeCloseTo(2400)
  expect(retryDelayMs(policy, 4, 1)).toBeCloseTo(3600)
})

test('then with full jitter up to half a minute, for ever, and never in a hot loop', () => {
  expect(retryDelayMs(policy, 5, 1)).toBe(6000)
  expect(retryDelayMs(policy, 50, 1)).toBe(30_000)
  expect(retryDelayMs(policy, 1_000_000, 0.5)).toBe(15_000)
  expect(retryDelayMs(policy, 50, 0)).toBe(500)
  expect(backoffMs(3, 0)).toBe(500)
})

test('a server that wants no pause gets a short one all the same', () => {
  expect(retryDelayMs({ maxAttempts: 0, delayMs: 0 }, 1, 1)).toBeGreaterThanOrEqual(500)
})
