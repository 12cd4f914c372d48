import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { copy } from '../../src/views/history/link.ts'

/** What stood in the selection when the page asked for a copy of it. */
let selected: string[]

beforeEach(() => {
  vi.useFakeTimers()
  selected = []
  document.execCommand = () => {
    selected.push(document.querySelector('textarea')?.value ?? '')
    return true
  }
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const withClipboard = (writeText: (text: string) => Promise<void>) =>
  vi.stubGlobal('navigator', { clipboard: { writeText } })

test('what the clipboard takes is copied once', async () => {
  const taken: string[] = []
  withClipboard(async text => void taken.push(text))
  expect(await copy('a link')).toBe(true)
  expect([taken, selected]).toEqual([['a link'], []])
})

test.each([
  ['refuses', () => Promise.reject(new Error('NotAllowedError'))],
  ['does not answer', () => new Promise<void>(() => {})],
])('where the clipboard %s the selection is copied', async (_, writeText) => {
  withClipboard(writeText)
  const copied = copy('a link')
  await vi.advanceTimersByTimeAsync(1000)
  expect(await copied).toBe(true)
  expect(selected).toEqual(['a link'])
  expect(document.querySelector('textarea')).toBeNull()
})
