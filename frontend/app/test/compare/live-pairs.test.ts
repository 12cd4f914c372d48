import type { ImageDetails, LiveImage, LiveImageState } from '@coilcast/live-image'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LivePairs } from '../../src/views/compare/live-pairs.ts'
import { PATIENCE_MS, type Side } from '../../src/views/compare/pairing.ts'
import { image, preview, T0 } from '../support/images.ts'

type Part = Pick<LiveImageState, 'currentImage' | 'epoch' | 'isDemo' | 'preview' | 'isPushed'>

const EMPTY: Part = { currentImage: null, epoch: 'e1', isDemo: false, preview: null, isPushed: true }

class FakeView {
  state: Part = EMPTY
  readonly listeners = new Set<() => void>()
  get = () => this.state as LiveImageState
  subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  say(change: Partial<Part>) {
    this.state = { ...this.state, ...change }
    for (const listener of this.listeners) listener()
  }
}

let views: Record<Side, FakeView>
let asked: string[]
let twins: Record<string, LiveImage>
let pairs: LivePairs
let calls: number
let leave: () => void

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  views = { left: new FakeView(), right: new FakeView() }
  asked = []
  twins = {}
  calls = 0
  pairs = new LivePairs({
    kinds: { left: 'original', right: 'labeled' },
    views,
    api: {
      details: (camera, type, filename) => {
        asked.push(`${camera}/${type}/${filename}`)
        return Promise.resolve({ epoch: 'e1', twins } as ImageDetails)
      },
    },
  })
  leave = pairs.subscribe(() => {
    calls += 1
  })
})
afterEach(() => {
  leave()
  vi.useRealTimers()
})

const original = (seq: number, frame: number) => image(seq, { timestamp: T0 + frame * 1000 })
const labeled = (seq: number, frame: number) => image(seq, { type: 'labeled', timestamp: T0 + frame * 1000 })
const shown = () => [pairs.get()?.left?.image.seq, pairs.get()?.right?.image.seq]

test('both sides change at once, each with the preview that was pushed with it', () => {
  views.left.say({ currentImage: original(1, 1) })
  views.left.say({ preview: preview(1) })
  expect(pairs.get()).toBeNull()
  views.right.say({ currentImage: labeled(2, 1) })
  expect(shown()).toEqual([1, 2])
  expect(pairs.get()?.left?.preview?.seq).toBe(1)
  expect(pairs.get()?.right).toMatchObject({ preview: null, isPushed: true })
  views.right.say({ preview: preview(2) })
  expect(pairs.get()?.right?.preview?.seq).toBe(2)
  expect(calls).toBe(2)
  views.right.say({})
  expect(calls).toBe(2)
})

test('an opened page asks for the twins of what it finds', async () => {
  twins = { original: original(3, 1) }
  views.left.say({ currentImage: original(5, 2), isPushed: false })
  views.right.say({ currentImage: labeled(4, 1), isPushed: false })
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(2)
  expect(shown()).toEqual([3, 4])
})

test('a twin that the link skipped is asked for once, before it is called missing for long', async () => {
  views.left.say({ currentImage: original(1, 1) })
  views.right.say({ currentImage: labeled(2, 1) })
  asked.length = 0
  twins = { labeled: labeled(4, 2) }
  views.left.say({ currentImage: original(3, 2) })
  await vi.advanceTimersByTimeAsync(PATIENCE_MS - 10)
  expect(asked).toEqual([])
  await vi.advanceTimersByTimeAsync(20)
  expect(asked).toEqual([`main/original/${original(3, 2).filename}`])
  expect(shown()).toEqual([3, 4])
})

test('without a twin the newest is shown alone, and nothing runs after the last listener left', async () => {
  views.left.say({ currentImage: original(1, 1) })
  await vi.advanceTimersByTimeAsync(PATIENCE_MS)
  expect(shown()).toEqual([1, undefined])
  views.left.say({ currentImage: original(2, 2) })
  expect(shown()).toEqual([2, undefined])
  views.right.say({ currentImage: labeled(3, 3) })
  leave()
  expect(vi.getTimerCount()).toBe(0)
  expect(views.left.listeners.size + views.right.listeners.size).toBe(0)
})

test('what else is heard at the very moment that the patience ends does not swallow it', () => {
  views.left.say({ currentImage: original(1, 1) })
  views.right.say({ currentImage: labeled(2, 1) })
  views.left.say({ currentImage: original(3, 2) })
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + PATIENCE_MS)
  views.left.say({})
  expect(shown()).toEqual([3, undefined])
})

test('the demo image is no frame', () => {
  for (const view of Object.values(views)) view.say({ currentImage: original(0, 0), isDemo: true })
  expect(pairs.get()).toBeNull()
})

test('of a thousand images a few previews are kept', () => {
  for (let seq = 1; seq <= 1000; seq += 1) {
    views.left.say({ currentImage: original(seq, seq), preview: null })
    views.left.say({ preview: preview(seq) })
  }
  views.right.say({ currentImage: labeled(2000, 990) })
  expect(pairs.get()?.left?.preview?.seq).toBe(990)
  views.right.say({ currentImage: labeled(2001, 1000) })
  expect(pairs.get()?.left?.preview?.seq).toBe(1000)
})
