import { expect, test } from 'vitest'
import { chooseSource, frameKey, PREVIEW_GRACE_MS, type Source, type Wanted } from '../src/frame/source.ts'
import { image, preview } from './support/images.ts'

const wanted = (more: Partial<Wanted> = {}): Wanted => {
  return { image: image(3), epoch: 'e1', isDemo: false, preview: null, isPushed: true, ...more }
}
const none = new Set<Source>()

test('the preview that was pushed is painted as soon as it is there', () => {
  expect(chooseSource(wanted({ preview: preview(3) }), 0, none)).toBe('pushed')
})

test('a pushed image waits a moment for it, then asks', () => {
  expect(chooseSource(wanted(), 0, none)).toBeNull()
  expect(chooseSource(wanted(), PREVIEW_GRACE_MS, none)).toBe('screen')
})

test('an image that was asked for has its preview asked for at once', () => {
  expect(chooseSource(wanted({ isPushed: false }), 0, none)).toBe('screen')
})

test('without previews it is the original: the demo, and a server that numbers nothing', () => {
  expect(chooseSource(wanted({ isDemo: true }), 0, none)).toBe('original')
  expect(chooseSource(wanted({ image: image(3, { seq: null }) }), 0, none)).toBe('original')
})

test('what does not work is not tried twice', () => {
  const both = wanted({ preview: preview(3) })
  expect(chooseSource(both, 9999, new Set(['pushed']))).toBe('screen')
  expect(chooseSource(both, 9999, new Set(['pushed', 'screen']))).toBe('original')
  expect(chooseSource(both, 9999, new Set(['pushed', 'screen', 'original']))).toBeNull()
})

test('the preview of another image is no preview', () => {
  expect(chooseSource(wanted({ preview: preview(2), isPushed: false }), 0, none)).toBe('screen')
})

test('two versions of one file are two pictures', () => {
  expect(frameKey(image(3))).not.toBe(frameKey(image(4, { url: image(3).url })))
})
