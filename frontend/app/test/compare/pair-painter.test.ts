import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Wanted } from '../../src/frame/source.ts'
import type { WantedPair } from '../../src/views/compare/live-pairs.ts'
import { PairPainter, type ShownPair } from '../../src/views/compare/pair-painter.ts'
import type { Side } from '../../src/views/compare/pairing.ts'
import { image, preview } from '../support/images.ts'

interface Load {
  url: string
  done(): Promise<void>
  fail(): Promise<void>
}

let loads: Load[]
let shown: string[]
let broken: ShownPair['broken']
let elements: Record<Side, HTMLElement>
let drawn: number
let isZoomed: boolean
let painter: PairPainter
/** What was decoded of bytes at hand: it has pixels until it has left the page. */
let canvases: HTMLCanvasElement[]

beforeEach(() => {
  vi.useFakeTimers()
  loads = []
  shown = []
  drawn = 0
  isZoomed = false
  canvases = []
  elements = { left: document.createElement('div'), right: document.createElement('div') }
  painter = new PairPainter({
    element: side => elements[side],
    resolve: path => `http://plant${path}`,
    decode: (source, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const isBytes = typeof source !== 'string'
        const picture = isBytes ? document.createElement('canvas') : document.createElement('img')
        if (picture instanceof HTMLCanvasElement) canvases.push(picture)
        const url = isBytes ? `bytes ${canvases.length}` : source
        picture.dataset.url = url
        const settle = async (act: () => void) => {
          act()
          await vi.advanceTimersByTimeAsync(0)
        }
        loads.push({
          url,
          done: () => settle(() => resolve(picture)),
          fail: () => settle(() => reject(new Error(url))),
        })
      }),
    drawnWidth: () => drawn,
    isZoomed: () => isZoomed,
    onPicture() {},
    onShown(next) {
      shown.push(`${next.pair.left?.seq ?? '-'} ${next.pair.right?.seq ?? '-'}`)
      broken = next.broken
    },
  })
})
afterEach(() => {
  painter.dispose()
  vi.useRealTimers()
})

const wanted = (seq: number, more: Partial<Wanted> = {}): Wanted => {
  return { image: image(seq), epoch: 'e1', isDemo: false, preview: null, isPushed: false, ...more }
}
const pushed = (seq: number) => wanted(seq, { isPushed: true, preview: preview(seq) })
const pair = (left: Wanted | null, right: Wanted | null): WantedPair => ({ left, right })
const paint = (seq: number, run = 'live') => painter.paint(pair(wanted(seq), wanted(seq + 1)), run)
const painted = () =>
  [elements.left, elements.right].map(each => each.querySelector<HTMLElement>('img, canvas')?.dataset.url ?? null)
const alive = () => canvases.filter(({ width }) => width > 0).map(({ dataset }) => dataset.url)
const load = (seq: number) => loads.find(({ url }) => url.includes(`/preview/${seq}?`)) as Load
const screen = (seq: number) => `http://plant/preview/${seq}?size=screen&epoch=e1`

test('neither picture is shown before both can be', async () => {
  paint(1)
  await load(1).done()
  expect(painted()).toEqual([null, null])
  await load(2).done()
  expect(painted()).toEqual([screen(1), screen(2)])
  paint(3)
  await load(4).done()
  expect(painted()).toEqual([screen(1), screen(2)])
  await load(3).done()
  expect(painted()).toEqual([screen(3), screen(4)])
  expect(shown).toEqual(['1 2', '3 4'])
})

test('pushed previews are painted, waited for a moment, and let go', async () => {
  painter.paint(pair(pushed(1), wanted(2, { isPushed: true })), 'live')
  await loads[0]?.done()
  expect(painted()).toEqual([null, null])
  painter.paint(pair(pushed(1), pushed(2)), 'live')
  await loads[1]?.done()
  expect(painted()).toEqual(['bytes 1', 'bytes 2'])
  painter.paint(pair(pushed(3), wanted(4, { isPushed: true })), 'live')
  await loads[2]?.done()
  await vi.advanceTimersByTimeAsync(500)
  await load(4).done()
  expect(painted()).toEqual(['bytes 3', screen(4)])
  expect(alive()).toEqual(['bytes 3'])
})

test('a twin that comes late joins the picture that is there, which is not loaded anew', async () => {
  painter.paint(pair(wanted(1), null), 'live')
  await load(1).done()
  expect(painted()).toEqual([screen(1), null])
  paint(1)
  await load(2).done()
  expect(painted()).toEqual([screen(1), screen(2)])
  expect(loads).toHaveLength(2)
})

test('without its twin the next frame leaves no picture of the last beside it', async () => {
  paint(1)
  await load(1).done()
  await load(2).done()
  painter.paint(pair(wanted(3), null), 'live')
  await load(3).done()
  expect(painted()).toEqual([screen(3), null])
})

test('loads one pair at a time, and of those that wait only the newest', async () => {
  for (const seq of [1, 3, 5, 7]) paint(seq)
  for (const seq of [1, 2, 7, 8]) await load(seq).done()
  expect(shown).toEqual(['1 2', '7 8'])
  expect(loads).toHaveLength(4)
})

test('what is on its way is not shown once a fixed frame was chosen', async () => {
  paint(1)
  for (const seq of [1, 2]) await load(seq).done()
  paint(3)
  paint(1, 'fixed')
  for (const seq of [3, 4]) await load(seq).done()
  expect(shown).toEqual(['1 2'])
  painter.paint(null, 'fixed')
  expect(painted()).toEqual([screen(1), screen(2)])
  paint(3)
  for (const { done } of loads.slice(-2)) await done()
  expect(shown).toEqual(['1 2', '3 4'])
})

test('a picture that cannot be painted is said, and the other is shown', async () => {
  paint(1)
  await load(1).done()
  await load(2).fail()
  await loads.at(-1)?.fail()
  expect(painted()).toEqual([screen(1), null])
  expect(broken).toEqual({ left: false, right: true })
  paint(3)
  for (const seq of [3, 4]) await load(seq).done()
  expect(broken).toEqual({ left: false, right: false })
})

test('what is zoomed gets sharp, each picture by itself, without a blank in between', async () => {
  paint(1)
  for (const seq of [1, 2]) await load(seq).done()
  drawn = 4000
  isZoomed = true
  painter.refresh()
  await vi.advanceTimersByTimeAsync(200)
  const [left, right] = loads.slice(-2) as [Load, Load]
  expect(painted()).toEqual([screen(1), screen(2)])
  await right.done()
  expect(painted()).toEqual([screen(1), right.url])
  await left.done()
  expect(painted()).toEqual([left.url, right.url])
  painter.refresh()
  await vi.advanceTimersByTimeAsync(5000)
  expect(loads).toHaveLength(4)
})

test('what could not be painted is tried again, and so is what its twin interrupted', async () => {
  paint(1, 'fixed')
  await load(1).done()
  await load(2).fail()
  await loads.at(-1)?.fail()
  await vi.advanceTimersByTimeAsync(10_001)
  await loads.at(-1)?.done()
  expect(painted()).toEqual([screen(1), screen(2)])
  expect(broken.right).toBe(false)

  drawn = 4000
  painter.paint(pair(wanted(3), null), 'fixed')
  await load(3).done()
  await vi.advanceTimersByTimeAsync(1600)
  const interrupted = loads.at(-1)
  paint(3, 'fixed')
  await load(4).done()
  await vi.advanceTimersByTimeAsync(1600)
  const again = loads.slice(-2)
  expect(again[0]?.url).toBe(interrupted?.url)
  for (const { done } of again) await done()
  expect(painted()).toEqual(again.map(({ url }) => url))
})

test('an original that comes late never stands beside the next frame', async () => {
  drawn = 4000
  paint(1)
  for (const seq of [1, 2]) await load(seq).done()
  await vi.advanceTimersByTimeAsync(1600)
  const late = loads.slice(-2)
  paint(3)
  for (const seq of [3, 4]) await load(seq).done()
  for (const { done } of late) await done()
  expect(painted()).toEqual([screen(3), screen(4)])
})

test('of thousands of pairs one keeps its pixels, and at the end none', async () => {
  for (let seq = 1; seq <= 4000; seq += 2) {
    painter.paint(pair(pushed(seq), pushed(seq + 1)), 'live')
    for (const { done } of loads.splice(0)) await done()
  }
  expect(alive()).toEqual(['bytes 3999', 'bytes 4000'])
  painter.dispose()
  expect(alive()).toEqual([])
})
