import type { LiveImage } from '@coilcast/live-image'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CONFIG, EPOCH, FakeSocket, settle } from '../../packages/live-image/test/support/fake-environment.ts'
import { look } from '../src/look/look.ts'
import { App } from '../src/shell/app.tsx'
import { image, T0 } from './support/images.ts'

const sockets: FakeSocket[] = []
const socket = () => sockets.at(-1) as FakeSocket
let cameras: string[]
/** The newest of each camera, as the server answers when it is asked. */
let newest: LiveImage[]

beforeEach(() => {
  sockets.length = 0
  cameras = ['main', 'exit', 'top']
  newest = [
    image(5, { coil_number: '2891' }),
    image(4, { camera: 'exit', coil_number: 'A7', url: '/image/exit/original/a.jpg' }),
    image(3, { camera: 'top', coil_number: null, url: '/image/top/original/b.jpg' }),
  ]
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
  vi.stubGlobal('fetch', (address: string) => {
    const { pathname, searchParams } = new URL(address, 'http://localhost:3000')
    const camera = searchParams.get('camera')
    const found = newest.find(each => camera === null || each.camera === camera) ?? null
    const body =
      pathname === '/api/config'
        ? { ...CONFIG, cameras }
        : { image: found, isDemo: false, epoch: EPOCH, seq: 5, timestamp: T0 + 5000 }
    return Promise.resolve(new Response(JSON.stringify(body), { status: found === null ? 404 : 200 }))
  })
})
afterEach(async () => {
  cleanup()
  await settle()
  vi.useRealTimers()
})

async function open(search: string) {
  window.history.replaceState(null, '', `/${search}`)
  render(<App />)
  await act(settle)
  act(() => socket().serve({ seq: 5, images: newest.slice(0, 1), timestamp: T0 + 5000 }))
  for (let turn = 0; turn < 4; turn += 1) {
    await act(async () => vi.advanceTimersByTime(500))
    await act(settle)
  }
}

const tiles = () => within(screen.getByRole('list', { name: '모든 카메라' })).getAllByRole('listitem')
const tile = (camera: string) => tiles().find(each => within(each).queryByRole('link', { name: camera })) as HTMLElement
const coils = () => screen.getAllByTestId('tile-coil').map(each => each.textContent)
const press = (key: string) => act(() => void fireEvent.keyDown(document.body, { key }))
const update = async (updated: LiveImage) => {
  act(() => socket().update(updated))
  await act(async () => vi.advanceTimersByTime(500))
  await act(settle)
}

test('the grid has a tile for every camera, each with its own newest image, coil and age', async () => {
  await open('?grid=1')
  expect(coils()).toEqual(['2891', 'A7', '번호 없음'])
  expect(within(tile('exit')).getByText(/^\d초$/)).toBeTruthy()
  await update(image(6, { camera: 'exit', coil_number: 'A8', url: '/image/exit/original/c.jpg' }))
  expect(coils()).toEqual(['2891', 'A8', '번호 없음'])
  expect(screen.getAllByRole('img')).toHaveLength(3)
  expect(document.title).toBe('모든 카메라 · coilcast')
})

test('all cameras come over one socket, on which a slow screen skips ahead', async () => {
  await open('?grid=1')
  expect(sockets).toHaveLength(1)
  expect(socket().lastSubscribe).toMatchObject({ imageType: 'original', mode: 'latest', previews: true })
  expect(socket().lastSubscribe).not.toHaveProperty('camera')
})

test('a camera that is put up while one looks gets its tile', async () => {
  await open('?grid=1')
  const added = image(7, { camera: 'back', coil_number: 'B1', url: '/image/back/original/d.jpg' })
  newest.push(added)
  await update(added)
  await act(async () => vi.advanceTimersByTime(500))
  await act(settle)
  expect(tiles()).toHaveLength(4)
  expect(coils()).toEqual(['2891', 'A7', '번호 없음', 'B1'])
})

test('a tile whose camera stands still says so, and no other does', async () => {
  await open('?grid=1')
  for (let second = 0; second < 14; second += 1) {
    act(() => vi.advanceTimersByTime(1000))
    act(() => socket().say({ type: 'pong', id: -1, timestamp: T0 }))
    await update(image(10 + second, { seen_at: T0 + 7000 + second * 1500 }))
  }
  expect(within(tile('exit')).getByText(/^지연 /)).toBeTruthy()
  expect(within(tile('기본')).queryByText(/^지연 /)).toBeNull()
  expect(within(tile('exit')).getByRole('region').dataset.state).toBe('stale')
  expect(within(tile('기본')).getByRole('region').dataset.state).toBe('live')
})

test('a tile opens its camera large, and back leads to the grid again', async () => {
  await open('?grid=1&kiosk=1&type=labeled')
  expect(within(tile('exit')).getByRole('link').getAttribute('href')).toBe('?kiosk=1&type=labeled&camera=exit')
  act(() => within(tile('exit')).getByRole('link').click())
  await act(settle)
  expect(window.location.search).toBe('?kiosk=1&type=labeled&camera=exit')
  expect(screen.queryByRole('list', { name: '모든 카메라' })).toBeNull()
})

test('keys switch kind, camera and grid', async () => {
  await open('')
  press('d')
  expect(window.location.search).toBe('?type=labeled')
  press('d')
  press(']')
  expect(window.location.search).toBe('?camera=main')
  press(']')
  expect(window.location.search).toBe('?camera=exit')
  press('[')
  press('[')
  expect(window.location.search).toBe('?camera=top')
  press('g')
  expect(window.location.search).toBe('?camera=top&grid=1')
  expect(tiles()).toHaveLength(3)
  press('g')
  expect(window.location.search).toBe('?camera=top')
})

test('the camera is chosen from a list; where there is one there is no list', async () => {
  await open('')
  const list = screen.getByRole<HTMLSelectElement>('combobox', { name: '카메라' })
  expect([...list.options].map(option => option.text)).toEqual(['모든 카메라 중 최신', '기본', 'exit', 'top'])
  act(() => void fireEvent.change(list, { target: { value: 'exit' } }))
  await act(settle)
  await act(async () => vi.advanceTimersByTime(500))
  await act(settle)
  expect(screen.getByTestId('coil').textContent).toBe('A7')
  cleanup()
  await settle()
  cameras = ['main']
  newest = newest.slice(0, 1)
  await open('')
  expect(screen.queryByRole('combobox')).toBeNull()
})

test('a place of one coil says so, and is left by a click', async () => {
  await open('?coil=2891')
  act(() => screen.getByRole('button', { name: /코일 2891만 표시 중/ }).click())
  expect(window.location.search).toBe('')
})

test('without the header the link is still told, and there is a way out', async () => {
  await open('?kiosk=1')
  expect(screen.queryByRole('navigation')).toBeNull()
  expect(screen.getByRole('status').textContent).toBe('실시간 연결')
  act(() => screen.getByRole('button', { name: '전체 화면 끝내기' }).click())
  expect(window.location.search).toBe('')
  press('k')
  expect(window.location.search).toBe('?kiosk=1')
  press('Escape')
  expect(window.location.search).toBe('')
})

test('the zoom comes to stand in the address, and another camera is seen whole', async () => {
  await open('?camera=main&zoom=4.000,0.2500,0.5000')
  press('-')
  act(() => vi.advanceTimersByTime(400))
  const [, zoom] = /zoom=([\d.]+)/.exec(decodeURIComponent(window.location.search)) ?? []
  expect(Number(zoom)).toBeCloseTo(3.2)
  press(']')
  act(() => vi.advanceTimersByTime(400))
  expect(window.location.search).toBe('?camera=exit')
})
