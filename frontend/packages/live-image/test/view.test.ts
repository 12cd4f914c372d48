import { expect, test } from 'vitest'
import { arrivedAt, EMPTY_VIEW, reduceView, type ViewEvent, type ViewState } from '../src/view.ts'
import { EPOCH, image, T0 } from './support/fake-environment.ts'

const after = (...events: ViewEvent[]): ViewState => events.reduce(reduceView, EMPTY_VIEW)
const update = (seq: number, epoch = EPOCH): ViewEvent => ({ type: 'update', image: image(seq), skipped: 0, epoch })
const preview = (seq: number, epoch = EPOCH): ViewEvent => ({
  type: 'preview',
  preview: { epoch, seq, width: 8, height: 8, blob: new Blob() },
})
const demo: ViewEvent = { type: 'answer', image: image(0, { filename: 'demo.jpg' }), isDemo: true, epoch: EPOCH }

test('the newest image wins, and an older one changes nothing at all', () => {
  const state = after(update(5))
  expect(state.currentImage?.seq).toBe(5)
  expect(reduceView(state, update(4))).toBe(state)
  expect(reduceView(state, update(5))).toBe(state)
  expect(reduceView(state, update(6)).currentImage?.seq).toBe(6)
})

test('a slow answer never replaces what came meanwhile', () => {
  const state = after(update(5))
  expect(reduceView(state, { type: 'answer', image: image(3), isDemo: false, epoch: EPOCH })).toBe(state)
  expect(reduceView(state, { type: 'answer', image: null, isDemo: false, epoch: EPOCH })).toBe(state)
  expect(reduceView(state, demo)).toBe(state)
})

test('the demo image gives way to the first real one', () => {
  const state = after(demo)
  expect(state).toMatchObject({ isDemo: true, isSettled: true })
  expect(reduceView(state, demo)).toBe(state)
  expect(reduceView(state, update(1))).toMatchObject({ isDemo: false, currentImage: { seq: 1 } })
})

test('a preview belongs to its image or is dropped', () => {
  const state = after(update(5), preview(5))
  expect(state.preview?.seq).toBe(5)
  expect(reduceView(state, preview(5))).toBe(state)
  expect(reduceView(state, preview(4))).toBe(state)
  expect(after(update(5), preview(5, 'e0')).preview).toBeNull()
  expect(reduceView(state, update(6)).preview).toBeNull()
})

test('an image that goes while it is shown leaves the place open for the one before it', () => {
  const state = after(update(5), { type: 'removed', imageSeq: 5, epoch: EPOCH })
  expect(state).toMatchObject({ currentImage: null, isSettled: false })
  const found = reduceView(state, { type: 'answer', image: image(4), isDemo: false, epoch: EPOCH })
  expect(found.currentImage?.seq).toBe(4)
})

test('the removal of another image is none of its business', () => {
  const state = after(update(5))
  expect(reduceView(state, { type: 'removed', imageSeq: 4, epoch: EPOCH })).toBe(state)
})

test('after a reset a smaller number is news, and the old picture stays until then', () => {
  const state = after(update(500), { type: 'reset', reason: 'ahead', epoch: EPOCH })
  expect(state).toMatchObject({ reset: 'ahead', currentImage: { seq: 500 } })
  expect(reduceView(state, { type: 'snapshot', image: image(3), epoch: EPOCH }).currentImage?.seq).toBe(3)
})

test('what lay there before the server did is older than all that came since, and in the order of its capture', () => {
  const imported = (seq: number, timestamp: number): ViewEvent => {
    return { type: 'snapshot', image: image(seq, { imported: true, timestamp }), epoch: EPOCH }
  }
  const state = after(imported(1, T0 + 9))
  expect(reduceView(state, imported(60, T0))).toBe(state)
  expect(reduceView(state, imported(2, T0 + 10)).currentImage?.seq).toBe(2)
  const live = reduceView(state, update(50))
  expect(live.currentImage?.seq).toBe(50)
  expect(reduceView(live, imported(60, T0 + 99))).toBe(live)
})

test('another epoch is another count', () => {
  expect(reduceView(after(update(500)), update(1, 'e2')).currentImage?.seq).toBe(1)
})

test('without numbers what comes is newer unless it is the same', () => {
  const plain: ViewEvent = { type: 'update', image: image(1, { seq: null }), skipped: 0, epoch: null }
  const state = after(plain)
  expect(reduceView(state, plain)).toBe(state)
  const next: ViewEvent = { type: 'update', image: image(2, { seq: null }), skipped: 0, epoch: null }
  expect(reduceView(state, next).currentImage?.timestamp).toBe(T0 + 2)
})

test('age is counted from arrival, since a camera clock can be wrong; an imported image is as old as its file', () => {
  expect(arrivedAt(image(1, { timestamp: 0, seen_at: T0 + 9 }))).toBe(T0 + 9)
  expect(arrivedAt(image(1, { imported: true, written_at: T0 - 9_000_000, seen_at: T0 }))).toBe(T0 - 9_000_000)
  expect(arrivedAt(image(1, { seen_at: null, timestamp: T0 + 3 }))).toBe(T0 + 3)
})
