import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CONFIG, FakeSocket, settle } from '../../packages/live-image/test/support/fake-environment.ts'
import { look } from '../src/look/look.ts'
import { goTo } from '../src/place/use-place.ts'
import { App } from '../src/shell/app.tsx'
import { image, T0 } from './support/images.ts'

const sockets: FakeSocket[] = []
const socket = () => sockets.at(-1) as FakeSocket
let language: string
let demo: boolean
let version: string

beforeEach(() => {
  sockets.length = 0
  language = 'ko'
  demo = false
  version = CONFIG.version
  window.history.replaceState(null, '', '/')
  look.forget()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
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
    const current = { image: image(0, { url: '/demo-image.jpg' }), isDemo: true, epoch: 'e1', seq: 0, timestamp: T0 }
    const body = url.includes('/api/config') ? { ...CONFIG, language, version } : current
    return Promise.resolve(
      new Response(JSON.stringify(body), { status: url.includes('/api/config') || demo ? 200 : 404 }),
    )
  })
})
afterEach(async () => {
  cleanup()
  await settle()
  vi.useRealTimers()
})

async function open(images = [image(5)]) {
  render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
  await act(settle)
  act(() => socket().serve({ seq: 5, images, timestamp: T0 + 5000 }))
  await act(settle)
}

const coil = () => screen.getByTestId('coil').textContent
const state = () => screen.getByRole('status').textContent

test('shows coil number, capture time, age and connection of the newest image, on one socket', async () => {
  await open()
  expect(coil()).toBe('2891')
  expect(screen.getByRole('img').getAttribute('src')).toBe('http://localhost:3000/preview/5?size=screen&epoch=e1')
  expect(screen.getByAltText('코일 2891 원본 이미지')).toBeTruthy()
  expect(state()).toBe('실시간 연결')
  expect(screen.getByText('0초')).toBeTruthy()
  expect(sockets).toHaveLength(1)
  expect(document.title).toBe('2891 · coilcast')
})

test('counts the age up and marks a picture that stands still', async () => {
  await open()
  act(() => vi.advanceTimersByTime(3005))
  expect(screen.getByText('3초')).toBeTruthy()
  for (let second = 0; second < 8; second += 1) {
    act(() => vi.advanceTimersByTime(1000))
    act(() => socket().say({ type: 'pong', id: -1, timestamp: T0 }))
  }
  expect(screen.getByText('지연 11초')).toBeTruthy()
  expect(state()).toBe('실시간 연결')
})

test('a name made of markup is text', async () => {
  const filename = '<img src=x onerror=alert(1)>_2891_original.jpg'
  await open([image(5, { filename, coil_number: '<b>1</b>' })])
  expect(screen.getByText(filename)).toBeTruthy()
  expect(coil()).toBe('<b>1</b>')
  expect(screen.getAllByRole('img')).toHaveLength(1)
})

test('says that the link is down, keeps the picture, and recovers', async () => {
  await open()
  act(() => socket().drop())
  expect(state()).toBe('연결 오류')
  expect(screen.getByText('서버와 연결이 끊어졌습니다')).toBeTruthy()
  expect(screen.getByRole('img')).toBeTruthy()
  act(() => screen.getByRole('button', { name: '지금 다시 연결' }).click())
  act(() => socket().serve({ seq: 5 }))
  expect(state()).toBe('실시간 연결')
  expect(screen.queryByText('서버와 연결이 끊어졌습니다')).toBeNull()
})

test('the kind is switched by radio buttons, and stands in the address', async () => {
  await open()
  act(() => screen.getByRole('radio', { name: '결함 표시' }).click())
  await act(settle)
  expect(window.location.search).toBe('?type=labeled')
  expect(socket().lastSubscribe).toMatchObject({ imageType: 'labeled' })
  act(() => socket().update(image(6, { type: 'labeled', coil_number: '2892' })))
  await act(async () => vi.advanceTimersByTime(500))
  await act(settle)
  expect(coil()).toBe('2892')
})

test('another kind chosen without a server leaves no picture of the one before', async () => {
  await open()
  act(() => socket().drop())
  act(() => screen.getByRole('radio', { name: '결함 표시' }).click())
  await act(async () => vi.advanceTimersByTime(1100))
  await act(settle)
  expect(coil()).toBe('–')
  expect(screen.queryByRole('img')).toBeNull()
})

test('a demo image is marked as one and claims no coil', async () => {
  demo = true
  await open([])
  expect(screen.getByText('데모 이미지')).toBeTruthy()
  expect(screen.getByText('데모 이미지입니다')).toBeTruthy()
  expect(coil()).toBe('–')
})

test('speaks English when the server does', async () => {
  language = 'en'
  await open()
  expect(state()).toBe('Live')
  expect(screen.getByRole('radio', { name: 'Defects marked' })).toBeTruthy()
  expect(document.documentElement.lang).toBe('en')
})

const pressed = (key: string) =>
  act(() => void document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })))

test('a page that was built for another version of the server offers to be loaded anew', async () => {
  await open()
  expect(screen.queryByText('서버가 새 버전입니다.')).toBeNull()
  version = '9.9.9'
  act(() => socket().drop())
  // Tried again after 0.8 to 1.2 of the server's delay.
  await act(async () => vi.advanceTimersByTime(1300))
  expect(sockets).toHaveLength(2)
  act(() => socket().serve({ seq: 5 }))
  await act(settle)
  expect(screen.getByText('서버가 새 버전입니다.')).toBeTruthy()
  expect(screen.getByRole('button', { name: '새로 고침' })).toBeTruthy()
})

test('one key changes the language, another the theme, and both are kept on this screen', async () => {
  await open()
  pressed('l')
  expect(state()).toBe('Live')
  expect(document.documentElement.lang).toBe('en')
  pressed('t')
  expect(document.documentElement.dataset.theme).toBe('day')
  expect([localStorage.getItem('coilcast.language'), localStorage.getItem('coilcast.theme')]).toEqual(['en', 'day'])
  pressed('l')
  pressed('t')
  expect(state()).toBe('실시간 연결')
})

test('the help lists every key that does something now', async () => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true
  }
  await open()
  pressed('?')
  const help = screen.getByRole('dialog', { name: '단축키' })
  for (const text of ['공통', '이력', '전체 화면', '한국어 / English']) expect(help.textContent).toContain(text)
})

test('in kiosk mode nothing is left but the view, and the address says so', async () => {
  await open()
  pressed('k')
  expect(window.location.search).toBe('?kiosk=1')
  expect(screen.queryByRole('navigation')).toBeNull()
  expect(coil()).toBe('2891')
  pressed('k')
  expect(window.location.search).toBe('')
  expect(screen.getByRole('navigation')).toBeTruthy()
})

test('every view says how the link is in kiosk mode, and can be left by touch', async () => {
  await open()
  for (const view of ['live', 'status']) {
    act(() => goTo({ view: view as 'live', params: { kiosk: '1' } }))
    await act(settle)
    expect(screen.getByText('실시간 연결')).toBeTruthy()
    act(() => screen.getByRole('button', { name: '전체 화면 끝내기' }).click())
    expect(screen.getByRole('navigation')).toBeTruthy()
  }
})
