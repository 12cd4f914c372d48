import type { LiveImage } from '@coilcast/live-image'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CONFIG, FakeSocket, settle } from '../../../packages/live-image/test/support/fake-environment.ts'
import { look } from '../../src/look/look.ts'
import { App } from '../../src/shell/app.tsx'
import { image, T0 } from '../support/images.ts'

const sockets: FakeSocket[] = []
const socket = () => sockets.at(-1) as FakeSocket
let config: object
/** What the server has, for whoever asks for one image or for its neighbours. */
let line: LiveImage[]

beforeEach(async () => {
  // Loaded when it is first opened; here it is not what is waited for.
  await import('../../src/views/compare/compare.tsx')
  sockets.length = 0
  config = { ...CONFIG, timezone: 'Asia/Seoul' }
  line = []
  window.history.replaceState(null, '', '/?view=compare')
  look.forget()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  HTMLImageElement.prototype.decode = () => Promise.resolve()
  vi.stubGlobal(
    'WebSocket',
    class extends FakeSocket {
      constructor(url: string) {
        super(url)
        sockets.push(this)
      }
    },
  )
  vi.stubGlobal('fetch', (url: string) => {
    const { pathname, searchParams } = new URL(url)
    const body = answer(pathname, searchParams)
    return Promise.resolve(new Response(JSON.stringify(body), { status: body === null ? 404 : 200 }))
  })
})
afterEach(async () => {
  cleanup()
  await settle()
  vi.useRealTimers()
})

function answer(path: string, query: URLSearchParams): object | null {
  if (path === '/api/config') return config
  if (path === '/api/images') {
    const isOlder = query.get('order') === 'newest'
    const [from, to] = [Number(query.get('from') ?? 0), Number(query.get('to') ?? Number.POSITIVE_INFINITY)]
    const of = line.filter(({ type, timestamp: at }) => type === query.get('type') && at >= from && at < to)
    return { images: isOlder ? of.reverse() : of, next: null }
  }
  const found = line.find(({ camera, type, filename }) => path === `/api/images/${camera}/${type}/${filename}`)
  if (!found) return null
  const others = line.filter(each => each !== found && each.timestamp === found.timestamp)
  const { timestamp: captured_at, written_at, seen_at } = found
  return {
    epoch: 'e1',
    image: found,
    twins: Object.fromEntries(others.map(each => [each.type, each])),
    provenance: { captured_at, written_at, seen_at, pushed_at: null, painted_at: null },
  }
}

const frame = (number: number, type: string, seq = number * 2): LiveImage =>
  image(type === 'original' ? seq : seq + 1, {
    type,
    timestamp: T0 + number * 1000,
    coil_number: String(2890 + number),
  })
const both = (number: number) => [frame(number, 'original'), frame(number, 'labeled')]

async function open(images: LiveImage[], search = '') {
  window.history.replaceState(null, '', `/?view=compare${search}`)
  render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
  await act(settle)
  act(() => socket().serve({ seq: 50, images, timestamp: T0 + 5000 }))
  await act(settle)
}
const pass = async (ms: number) => {
  await act(() => vi.advanceTimersByTimeAsync(ms))
  await act(settle)
}
const press = async (key: string) => {
  fireEvent.keyDown(document.body, { key })
  await act(settle)
}
const panes = () => screen.getByRole('region', { name: '비교 이미지' })
const pictures = () => within(panes()).queryAllByRole('img', { hidden: true })
const names = () => pictures().map(picture => picture.getAttribute('alt'))
const coil = () => screen.getByTestId('coil').textContent

test('shows both kinds of the newest frame, on one socket, with the facts of the pair', async () => {
  await open(both(1))
  expect(names()).toEqual(['코일 2891 원본 이미지', '코일 2891 결함 표시 이미지'])
  expect(coil()).toBe('2891')
  expect(screen.getByText('11:00:01')).toBeTruthy()
  expect(document.title).toBe('2891 · coilcast')
  expect(sockets).toHaveLength(1)
})

test('a twin that does not come is said after two seconds, in its own place', async () => {
  await open(both(1))
  act(() => socket().update(frame(2, 'original')))
  await pass(1000)
  expect(coil()).toBe('2891')
  await pass(1100)
  // The preview that is on its way is waited for as well.
  await pass(500)
  expect(names()).toEqual(['코일 2892 원본 이미지'])
  const right = within(panes()).getByRole('region', { name: '결함 표시' })
  expect(within(right).getByText('결함 표시 이미지가 아직 없습니다')).toBeTruthy()
})

test('a frame is held while the line goes on, stepped from, and let go', async () => {
  line = [...both(1), ...both(2)]
  await open(both(2))
  await press(' ')
  expect(window.location.search).toContain('file=20251124110000_2891_4_original.jpg')
  line.push(...both(9))
  act(() => socket().update(frame(9, 'original')))
  act(() => socket().update(frame(9, 'labeled')))
  await pass(500)
  expect(coil()).toBe('2892')
  expect(screen.getByText('실시간보다 7초 전')).toBeTruthy()
  await press('ArrowLeft')
  await pass(10)
  expect(coil()).toBe('2891')
  await press(',')
  await pass(10)
  expect(screen.getByText('첫 이미지입니다')).toBeTruthy()
  await press(' ')
  await pass(500)
  expect(coil()).toBe('2899')
})

test('a link to one image shows its frame, also when its twin is missing', async () => {
  line = [frame(1, 'labeled')]
  await open(both(2), '&type=labeled&file=20251124110000_2891_3_labeled.jpg')
  expect(names()).toEqual(['코일 2891 결함 표시 이미지'])
  expect(within(panes()).getByText('원본 이미지가 없습니다')).toBeTruthy()
  line.push(frame(1, 'original'))
  await pass(3100)
  expect(names()).toEqual(['코일 2891 원본 이미지', '코일 2891 결함 표시 이미지'])
})

test('a link to an image that is gone says so', async () => {
  await open(both(1), '&file=none.jpg')
  expect(screen.getByRole('heading', { name: '이 이미지가 없습니다' })).toBeTruthy()
  act(() => within(screen.getByRole('alert')).getByRole('button').click())
  await pass(10)
  expect(coil()).toBe('2891')
})

test('of several kinds two are chosen, of several cameras one', async () => {
  config = { ...CONFIG, kinds: ['original', 'labeled', 'heat'], cameras: ['main', 'exit'] }
  await open(both(1))
  expect(window.location.search).toContain('camera=main')
  fireEvent.change(screen.getByLabelText('오른쪽 이미지'), { target: { value: 'heat' } })
  await act(settle)
  expect(window.location.search).toContain('right=heat')
  expect(within(panes()).getByRole('region', { name: 'heat' })).toBeTruthy()
  fireEvent.change(screen.getByLabelText('카메라'), { target: { value: 'exit' } })
  await act(settle)
  expect(window.location.search).toContain('camera=exit')
})

test('blinks at its rate, stops by key, and is turned by hand', async () => {
  await open(both(1), '&mode=blink&rate=4')
  const turns = () => panes().dataset.turn
  await pass(260)
  expect(turns()).toBe('right')
  await pass(250)
  expect(turns()).toBe('left')
  await press('p')
  await pass(2000)
  expect(turns()).toBe('left')
  await press('x')
  expect(turns()).toBe('right')
  expect(window.location.search).toContain('blink=off')
})

test('the divider moves by keys and stands in the address', async () => {
  await open(both(1), '&mode=swipe&split=30')
  const divider = screen.getByRole('slider', { name: '경계선' })
  expect(divider.getAttribute('aria-valuenow')).toBe('30')
  fireEvent.keyDown(divider, { key: 'ArrowRight' })
  fireEvent.keyDown(divider, { key: 'ArrowRight', shiftKey: true })
  expect(panes().style.getPropertyValue('--split')).toBe('41%')
  expect(divider.getAttribute('aria-valuetext')).toBe('왼쪽 41%')
  await pass(300)
  expect(window.location.search).toContain('split=41')
  await press('[')
  expect(divider.getAttribute('aria-valuenow')).toBe('36')
})
