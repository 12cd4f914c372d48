import type { LiveImage } from '@coilcast/live-image'
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CONFIG, FakeSocket } from '../../../packages/live-image/test/support/fake-environment.ts'
import { look } from '../../src/look/look.ts'
import { App } from '../../src/shell/app.tsx'
import { image, T0 } from '../support/images.ts'

// A whole panel in jsdom, and a question that is asked every three seconds.
vi.setConfig({ testTimeout: 30_000 })
configure({ asyncUtilTimeout: 10_000 })

/** What lies on the server: frame n was captured n seconds after T0, as 100 frames of each coil. */
let images: LiveImage[]
let asked: URL[]
let isDown: boolean
/** Pages of images are asked for, and do not come. */
let isSlow: boolean

const frame = (n: number, more: Partial<LiveImage> = {}) =>
  image(n, { coil_number: String(2891 + Math.floor(n / 100)), imported: true, ...more })
const nameOf = (n: number) => frame(n).filename

beforeEach(() => {
  images = Array.from({ length: 1000 }, (_, n) => frame(n))
  asked = []
  isDown = false
  isSlow = false
  look.forget()
  HTMLImageElement.prototype.decode = () => Promise.resolve()
  // jsdom lays nothing out: the strip is as wide as eight cells.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1088)
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
  vi.stubGlobal(
    'WebSocket',
    class extends FakeSocket {
      constructor(url: string) {
        super(url)
        queueMicrotask(() => this.serve({ seq: 1000, images: [frame(999)], timestamp: T0 }))
      }
    },
  )
  vi.stubGlobal('fetch', async (address: string) => {
    const url = new URL(address)
    asked.push(url)
    if (isDown) throw new TypeError('Failed to fetch')
    if (isSlow && url.pathname === '/api/images') return new Promise<never>(() => {})
    const body = answer(url)
    return new Response(JSON.stringify(body ?? { title: 'Not Found', status: 404 }), { status: body ? 200 : 404 })
  })
})
afterEach(cleanup)

function matching({ searchParams: query }: URL): LiveImage[] {
  const [from, to] = [Number(query.get('from') ?? T0 - 1e9), Number(query.get('to') ?? T0 + 1e9)]
  return images.filter(
    each =>
      each.type === (query.get('type') ?? each.type) &&
      each.coil_number === (query.get('coil') ?? each.coil_number) &&
      from <= each.timestamp &&
      each.timestamp < to,
  )
}

function answer(url: URL): unknown {
  const { pathname, searchParams: query } = url
  if (pathname === '/api/config') return { ...CONFIG, cameras: ['main'], timezone: 'Asia/Seoul' }
  if (pathname === '/api/images/density') {
    const found = matching(url)
    const buckets = new Map<number, number>()
    const width_ms = 15_000
    for (const { timestamp } of found) {
      const start = Math.floor(timestamp / width_ms) * width_ms
      buckets.set(start, (buckets.get(start) ?? 0) + 1)
    }
    const [first, last] = [found[0]?.timestamp, found.at(-1)?.timestamp]
    const from = Number(query.get('from')) || first
    return {
      from: last === undefined ? null : from,
      to: last === undefined ? null : Number(query.get('to')) || last + 1,
      width_ms,
      total: found.length,
      buckets: [...buckets],
    }
  }
  if (pathname === '/api/images') {
    const found = matching(url)
    if (query.get('order') !== 'oldest') found.reverse()
    const limit = Number(query.get('limit') ?? 100)
    return { images: found.slice(0, limit), next: found.length > limit ? 'more' : null }
  }
  if (pathname === '/api/coils') {
    const numbers = [...new Set(images.map(each => each.coil_number))]
    return {
      coils: numbers.map(coil_number => {
        const all = images.filter(each => each.coil_number === coil_number)
        const [first, last] = [all[0], all.at(-1)]
        return {
          coil_number,
          count: all.length,
          first_at: first?.timestamp,
          last_at: last?.timestamp,
          last_image: last,
        }
      }),
    }
  }
  const named = images.find(each => pathname === `/api/images/main/${each.type}/${each.filename}`)
  if (named === undefined) return null
  const { timestamp } = named
  const twins = { labeled: { ...named, type: 'labeled', filename: named.filename.replace('original', 'labeled') } }
  const provenance = {
    captured_at: timestamp,
    written_at: timestamp + 40,
    seen_at: timestamp + 42,
    pushed_at: null,
    painted_at: null,
  }
  return { epoch: 'e1', image: named, twins, provenance }
}

async function open(search = '') {
  window.history.replaceState(null, '', `/?view=history${search}`)
  render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
  await waitFor(() => expect(document.querySelector('main [role="toolbar"]')).toBeTruthy())
}

const count = () => screen.getByTestId('count').textContent
const counts = (text: string) => waitFor(() => expect(count()).toBe(text))
const press = (key: string, more = {}) => act(() => void fireEvent.keyDown(document.body, { key, ...more }))
const file = () => new URLSearchParams(window.location.search).get('file')

test('opens at the newest image, which stands in the address', async () => {
  await open()
  await counts('1,000 / 1,000')
  await waitFor(() => expect(file()).not.toBeNull())
  expect(window.location.search).toBe(`?view=history&camera=main&type=original&file=${nameOf(999)}`)
  expect(await screen.findByAltText('코일 2900 원본 이미지')).toBeTruthy()
  expect(await screen.findByRole('option', { selected: true, name: /^2900 ?11:16:39$/ })).toBeTruthy()
})

test('a place in the strip has a name before its image has come', async () => {
  isSlow = true
  await open()
  expect(await screen.findByRole('option', { name: '1000 / 1000' })).toBeTruthy()
  expect(screen.queryByRole('option', { name: '' })).toBeNull()
})

test('a link shows its image, its place and its way', async () => {
  await open(`&camera=main&type=original&file=${nameOf(437)}`)
  await counts('438 / 1,000')
  expect(screen.getByTestId('coil').textContent).toBe('2895')
  const steps = within(screen.getByRole('list'))
  expect(steps.getAllByRole('listitem').map(step => step.textContent)).toEqual([
    '촬영11:07:17.000',
    '저장11:07:17.040+40 ms',
    '감지11:07:17.042+2 ms',
    '전송서비스 시작 전부터 있던 파일',
    '표시서비스 시작 전부터 있던 파일',
  ])
  const download = screen.getByRole('link', { name: '다운로드' })
  expect([download.getAttribute('download'), download.getAttribute('href')]).toEqual([
    nameOf(437),
    `http://localhost:3000/image/original/${nameOf(437)}`,
  ])
})

test('keys go along the images and the coils, and no further than there are any', async () => {
  await open(`&camera=main&type=original&file=${nameOf(437)}`)
  await counts('438 / 1,000')
  await press('ArrowRight')
  await counts('439 / 1,000')
  expect(file()).toBe(nameOf(438))
  await press('ArrowLeft', { shiftKey: true })
  await counts('429 / 1,000')
  await press(']')
  await counts('501 / 1,000')
  await press('[')
  await counts('401 / 1,000')
  await press('Home')
  await counts('1 / 1,000')
  await press('ArrowLeft')
  await counts('1 / 1,000')
  await press('[')
  expect(await screen.findByText('첫 코일입니다')).toBeTruthy()
})

test('what comes while one looks moves nothing, and is taken in when asked for', async () => {
  await open(`&camera=main&type=original&file=${nameOf(437)}`)
  await counts('438 / 1,000')
  images.push(frame(1000), frame(1001))
  const arrived = await screen.findByRole('button', { name: '새 이미지 2장' }, { timeout: 15_000 })
  expect(count()).toBe('438 / 1,000')
  act(() => arrived.click())
  await counts('1,002 / 1,002')
  expect(screen.queryByRole('button', { name: '새 이미지 2장' })).toBeNull()
})

test('another kind shows the same frame, another coil the nearest of its images', async () => {
  await open(`&camera=main&type=original&file=${nameOf(437)}`)
  await counts('438 / 1,000')
  images.push(
    ...images.map(each => ({ ...each, type: 'labeled', filename: each.filename.replace('original', 'labeled') })),
  )
  await waitFor(() => expect(screen.getByRole('list')).toBeTruthy())
  act(() => screen.getByRole('radio', { name: '결함 표시' }).click())
  await waitFor(() => expect(file()).toBe(nameOf(437).replace('original', 'labeled')))
  await counts('438 / 1,000')
  const field = screen.getByRole('combobox')
  act(() => void fireEvent.change(field, { target: { value: '2893' } }))
  act(() => void fireEvent.blur(field))
  await counts('100 / 100')
  await waitFor(() => expect(screen.getByTestId('coil').textContent).toBe('2893'))
  await press(']')
  await counts('1 / 100')
  expect(new URLSearchParams(window.location.search).get('coil')).toBe('2894')
})

test('an image that is gone is called so, and the others are there', async () => {
  await open('&camera=main&type=original&file=gone.jpg')
  expect(await screen.findByText('이 이미지는 없습니다')).toBeTruthy()
  expect(screen.getByText('gone.jpg')).toBeTruthy()
  act(() => screen.getByRole('button', { name: '다른 이미지 보기' }).click())
  await counts('1,000 / 1,000')
  expect(screen.queryByText('이 이미지는 없습니다')).toBeNull()
})

test('when nothing matches, what was asked for can be taken back', async () => {
  await open('&coil=7')
  expect(await screen.findByText('조건에 맞는 이미지가 없습니다')).toBeTruthy()
  act(() => screen.getByRole('button', { name: '조건 지우기' }).click())
  await counts('1,000 / 1,000')
})

test('images that were removed since they were counted are counted anew, once', async () => {
  await open()
  await counts('1,000 / 1,000')
  const countings = () => asked.filter(url => url.searchParams.get('buckets') === '1000').length
  const before = countings()
  images.splice(100, 50)
  await press('Home')
  await counts('1 / 950')
  expect(file()).toBe(nameOf(0))
  expect(countings()).toBe(before + 1)
})
