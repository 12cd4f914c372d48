import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Painter, type ShownFrame } from '../src/frame/painter.ts'
import { PREVIEW_GRACE_MS, type Wanted } from '../src/frame/source.ts'
import { image, preview } from './support/images.ts'

interface Load {
  url: string
  signal: AbortSignal
  done(): Promise<void>
  fail(): Promise<void>
}

const loads: Load[] = []
const shown: (number | null)[] = []
const broken: (number | null)[] = []
const made: HTMLCanvasElement[] = []
let element: HTMLElement
let painter: Painter
let widthOnScreen: number

beforeEach(() => {
  widthOnScreen = 0
  vi.useFakeTimers()
  for (const list of [loads, shown, broken]) list.length = 0
  made.length = 0
  element = document.createElement('div')
  painter = new Painter({
    element,
    resolve: path => `http://plant${path}`,
    widthOnScreen: () => widthOnScreen,
    decode: (source, { seq }, signal) =>
      new Promise((resolve, reject) => {
        const picture = document.createElement(typeof source === 'string' ? 'img' : 'canvas')
        const url = typeof source === 'string' ? source : `pushed:${seq}`
        picture.dataset.url = url
        const settle = async (act: () => void) => {
          act()
          await vi.advanceTimersByTimeAsync(0)
        }
        loads.push({
          url,
          signal,
          done() {
            if (picture instanceof HTMLCanvasElement) made.push(picture)
            return settle(() => resolve(picture))
          },
          fail: () => settle(() => reject(new Error(url))),
        })
      }),
    onShown: ({ image: { seq } }: ShownFrame) => shown.push(seq),
    onFailed: ({ seq }) => broken.push(seq),
  })
})
afterEach(() => {
  painter.dispose()
  vi.useRealTimers()
})

const paint = (seq: number, more: Partial<Wanted> = {}) =>
  painter.paint({ image: image(seq), epoch: 'e1', isDemo: false, preview: null, isPushed: true, ...more })
const painted = () => [...element.querySelectorAll<HTMLElement>('img, canvas')].map(picture => picture.dataset.url)
/** Pictures that still hold their pixels. */
const alive = () => made.filter(({ width }) => width > 0).map(picture => picture.dataset.url)
const last = () => loads.at(-1) as Load

test('paints the pushed preview, and lets its pixels go when the next is there', async () => {
  paint(1)
  expect(loads).toHaveLength(0)
  paint(1, { preview: preview(1) })
  expect(painted()).toEqual([])
  await last().done()
  expect(painted()).toEqual(['pushed:1'])
  paint(2, { preview: preview(2) })
  expect(painted()).toEqual(['pushed:1'])
  await last().done()
  expect(painted()).toEqual(['pushed:2'])
  expect(alive()).toEqual(['pushed:2'])
  expect(shown).toEqual([1, 2])
})

test('asks for a preview that does not come', async () => {
  paint(7)
  await vi.advanceTimersByTimeAsync(PREVIEW_GRACE_MS + 2)
  expect(last().url).toBe('http://plant/preview/7?size=screen&epoch=e1')
})

test('images that come faster than their previews are painted all the same, one each while', async () => {
  let seq = 0
  const run = async (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end; await vi.advanceTimersByTimeAsync(10))
      paint(++seq)
  }
  for (const count of [1, 2, 3]) {
    await run(PREVIEW_GRACE_MS + 20)
    expect(loads).toHaveLength(count)
    await last().done()
    expect(shown).toHaveLength(count)
  }
  expect(shown.at(-1)).toBeGreaterThan(seq - 5)
})

test('loads one at a time, and of those that wait only the newest', async () => {
  for (const seq of [1, 2, 3, 4]) paint(seq, { preview: preview(seq) })
  expect(loads).toHaveLength(1)
  await last().done()
  await last().done()
  expect(shown).toEqual([1, 4])
  expect(loads).toHaveLength(2)
})

test('falls back from preview to original, and says so when nothing works', async () => {
  paint(1, { preview: preview(1) })
  await last().fail()
  await last().fail()
  expect(last().url).toContain('/image/original/')
  await last().fail()
  expect(broken).toEqual([1])
  expect(loads).toHaveLength(3)
})

test('a picture that cannot be painted leaves the one before it on the screen, and the next is painted', async () => {
  paint(1, { preview: preview(1) })
  await last().done()
  paint(2, { isDemo: true })
  await last().fail()
  expect(painted()).toEqual(['pushed:1'])
  paint(3, { preview: preview(3) })
  await last().done()
  expect(shown).toEqual([1, 3])
})

test('a line that stands still is shown sharp, as the same image', async () => {
  widthOnScreen = 1400
  paint(1, { preview: preview(1) })
  await last().done()
  await vi.advanceTimersByTimeAsync(2000)
  expect(last().url).toContain('/image/original/')
  await last().done()
  expect(painted()).toEqual([last().url])
  expect(alive()).toEqual([])
  expect(shown).toEqual([1])
})

test('hearing of the same image again, as with every second of its age, puts nothing off', async () => {
  widthOnScreen = 1400
  const pushed = preview(1)
  paint(1, { preview: pushed })
  await last().done()
  for (let second = 0; second < 2; second += 1) {
    await vi.advanceTimersByTimeAsync(1000)
    paint(1, { preview: pushed })
  }
  expect(last().url).toContain('/image/original/')
})

test('a sharp picture that comes late never replaces a newer image', async () => {
  widthOnScreen = 1400
  paint(1, { preview: preview(1) })
  await last().done()
  await vi.advanceTimersByTimeAsync(2000)
  const sharp = last()
  paint(2, { preview: preview(2) })
  await last().done()
  await sharp.done()
  expect(painted()).toEqual(['pushed:2'])
})

test('on a screen that shows no more than the preview has, the original stays where it is', async () => {
  paint(1, { preview: preview(1) })
  await last().done()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(loads).toHaveLength(1)
})

test('who zooms in gets the original at once, and the next image comes as its preview first', async () => {
  paint(1, { preview: preview(1) })
  await last().done()
  widthOnScreen = 4000
  painter.zoomed(true)
  await vi.advanceTimersByTimeAsync(150)
  expect(last().url).toContain('/image/original/')
  await last().done()
  paint(2, { preview: preview(2) })
  await last().done()
  expect(painted()).toEqual(['pushed:2'])
  await vi.advanceTimersByTimeAsync(150)
  await last().done()
  expect(painted()).toEqual([`http://plant${image(2).url}`])
  expect(shown).toEqual([1, 2])
})

test('while the wheel turns nothing is loaded, and zooming back takes the wish away', async () => {
  paint(1, { preview: preview(1) })
  await last().done()
  for (widthOnScreen = 1100; widthOnScreen < 4000; widthOnScreen += 300) {
    painter.zoomed(true)
    await vi.advanceTimersByTimeAsync(50)
  }
  widthOnScreen = 0
  painter.zoomed(false)
  await vi.advanceTimersByTimeAsync(5000)
  expect(loads).toHaveLength(1)
})

test('the original of an image that is overtaken is not waited for: one of them is loaded at a time', async () => {
  widthOnScreen = 4000
  painter.zoomed(true)
  const originals: Load[] = []
  for (let seq = 1; seq <= 5; seq += 1) {
    paint(seq, { preview: preview(seq) })
    await last().done()
    await vi.advanceTimersByTimeAsync(150)
    originals.push(last())
  }
  expect(originals.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true, false])
})

test('what was on its way when the place was left empty is not shown when it is filled again', async () => {
  paint(1, { preview: preview(1) })
  const late = last()
  painter.clear()
  paint(2, { preview: preview(2) })
  await late.done()
  await last().done()
  expect(shown).toEqual([2])
})

test('a load that never ends is given up, and what came meanwhile is painted', async () => {
  paint(1, { preview: preview(1) })
  const stuck = last()
  stuck.signal.addEventListener('abort', () => void stuck.fail())
  paint(2, { preview: preview(2) })
  await vi.advanceTimersByTimeAsync(21_000)
  expect(stuck.signal.aborted).toBe(true)
  await last().done()
  expect(shown).toEqual([2])
  expect(alive()).toHaveLength(1)
})

test('an image that could not be painted is tried again after a while: it may have been the server', async () => {
  paint(1, { isDemo: true })
  await last().fail()
  expect(broken).toEqual([1])
  await vi.advanceTimersByTimeAsync(11_000)
  await last().done()
  expect(shown).toEqual([1])
})

test('clearing leaves nothing, not even what was still on its way', async () => {
  paint(1, { preview: preview(1) })
  const late = last()
  painter.clear()
  await late.done()
  expect(painted()).toEqual([])
  expect(alive()).toEqual([])
})

test('ten thousand images leave the pixels of one', async () => {
  for (let seq = 1; seq <= 10_000; seq += 1) {
    paint(seq, { preview: preview(seq) })
    const load = loads.pop() as Load
    await load.done()
  }
  expect(alive()).toHaveLength(1)
  painter.dispose()
  expect(alive()).toEqual([])
})
