import { act, cleanup, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveImage } from '../src/messages.ts'
import { type UseLiveImageOptions, type UseLiveImageResult, useLiveImage } from '../src/react.ts'
import { clientFor } from '../src/registry.ts'
import { FakeSocket, image, settle } from './support/fake-environment.ts'

const sockets: FakeSocket[] = []
const socket = () => sockets.at(-1) as FakeSocket

beforeEach(() => {
  sockets.length = 0
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  vi.stubGlobal(
    'WebSocket',
    class extends FakeSocket {
      constructor(url: string) {
        super(url)
        sockets.push(this)
      }
    },
  )
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 404 })))
})
afterEach(async () => {
  cleanup()
  await settle()
  vi.useRealTimers()
})

/** A component that reads `pick` of the hook, and counts how often it was rendered. */
function reader(pick: (live: UseLiveImageResult) => unknown, options: UseLiveImageOptions = {}) {
  const found = { renders: 0, values: [] as unknown[] }
  function Reader(overruled: UseLiveImageOptions) {
    found.renders += 1
    found.values.push(pick(useLiveImage({ ...options, ...overruled })))
    return null
  }
  return { Reader, found }
}

async function serve(seq = 3, images: LiveImage[] = [image(3)]) {
  await act(settle)
  act(() => socket().serve({ seq, images }))
}

test('the call that users have gives what it always gave', async () => {
  const { Reader, found } = reader(
    ({ currentImage, isConnected, connectionType, error }) => [
      currentImage?.coil_number,
      isConnected,
      connectionType,
      error,
    ],
    { imageType: 'original', coilNumber: '2891', enabled: true },
  )
  render(<Reader />)
  expect(found.values).toEqual([[undefined, false, 'disconnected', null]])
  await serve()
  expect(found.values.at(-1)).toEqual(['2891', true, 'websocket', null])
})

test('in StrictMode, and for two components, there is one socket', async () => {
  const { Reader } = reader(live => live.currentImage)
  render(
    <StrictMode>
      <Reader imageType="original" />
      <Reader imageType="labeled" />
    </StrictMode>,
  )
  await serve()
  expect(sockets).toHaveLength(1)
})

test('the last one to leave closes it, and no timer stays', async () => {
  const { Reader } = reader(live => live.currentImage)
  const { unmount } = render(<Reader />)
  await serve()
  unmount()
  await settle()
  expect(socket().isClosed).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

test('renders only when something changed that was read', async () => {
  const coil = reader(live => live.currentImage?.coil_number)
  const link = reader(live => live.connectionType)
  render(
    <>
      <coil.Reader />
      <link.Reader />
    </>,
  )
  await serve()
  const before = [coil.found.renders, link.found.renders]
  act(() => socket().say({ type: 'health', data: { status: 'ok', reason: null, services: {} }, timestamp: 1 }))
  act(() => vi.advanceTimersByTime(5000))
  expect([coil.found.renders, link.found.renders]).toEqual(before)
  act(() => socket().update(image(4)))
  expect(coil.found.renders).toBe((before[0] ?? 0) + 1)
  expect(link.found.renders).toBe(before[1])
})

test('the age is rendered once a second by who reads it', async () => {
  const { Reader, found } = reader(live => live.age)
  render(<Reader />)
  await serve()
  found.values.length = 0
  for (let second = 0; second < 3; second += 1) act(() => vi.advanceTimersByTime(1005))
  expect(found.values).toEqual([1, 2, 3])
})

test('another kind is another view on the same socket', async () => {
  const { Reader, found } = reader(live => live.currentImage?.type)
  const { rerender } = render(<Reader imageType="original" />)
  await serve()
  rerender(<Reader imageType="labeled" />)
  await act(settle)
  expect(found.values.at(-1)).toBeUndefined()
  act(() => socket().update(image(4, { type: 'labeled' })))
  expect(found.values.at(-1)).toBe('labeled')
  expect(sockets).toHaveLength(1)
  expect(socket().lastSubscribe).toMatchObject({ imageType: 'labeled' })
})

test('disabled, it neither connects nor shows', async () => {
  const { Reader, found } = reader(live => [live.connectionType, live.currentImage])
  const { rerender } = render(<Reader enabled={false} />)
  await act(settle)
  expect(sockets).toHaveLength(0)
  rerender(<Reader enabled />)
  await serve()
  rerender(<Reader enabled={false} />)
  await act(settle)
  expect(found.values.at(-1)).toEqual(['disconnected', null])
  expect(socket().isClosed).toBe(true)
})

test('onImage gets every image once, also from a callback that is new with every render', async () => {
  const seen: (number | null)[] = []
  const { Reader } = reader(live => live.lastSeq)
  const { rerender } = render(<Reader onImage={found => seen.push(found.seq)} />)
  await serve()
  expect(socket().lastSubscribe).toMatchObject({ mode: 'every' })
  rerender(<Reader onImage={found => seen.push(found.seq)} />)
  act(() => socket().update(image(4)))
  act(() => socket().update(image(4)))
  act(() => socket().update(image(5)))
  expect(seen).toEqual([3, 4, 5])
  expect(sockets).toHaveLength(1)
})

test('onError hears of a lost link, and retry() does not wait', async () => {
  const codes: string[] = []
  let live: UseLiveImageResult | null = null
  const { Reader } = reader(result => {
    live = result
    return result.error
  })
  render(<Reader onError={error => codes.push(error.code)} />)
  await serve()
  act(() => socket().drop())
  expect(codes).toEqual(['lost'])
  act(() => live?.retry())
  expect(sockets).toHaveLength(2)
})

test('the address of an image is absolute', async () => {
  const { Reader, found } = reader(live => live.getImageUrl(live.currentImage), { serverUrl: 'https://plant/coil/' })
  render(<Reader />)
  expect(socket).toBeDefined()
  await serve()
  expect(socket().url).toBe('wss://plant/coil/ws')
  expect(found.values.at(-1)).toBe('https://plant/coil/image/original/20251124110000_2891_3_original.jpg')
})

test('renders on a server without touching a window', () => {
  vi.stubGlobal('window', undefined)
  const { Reader, found } = reader(live => live.connectionType)
  expect(renderToString(<Reader />)).toBe('')
  expect(found.values).toEqual(['disconnected'])
})

test('takes over what a server has rendered, whatever is known by then', async () => {
  const { Reader } = reader(live => live.currentImage)
  render(<Reader />)
  await serve()
  const Picture = () => <p>{useLiveImage().currentImage?.seq ?? 'none'}</p>
  const place = document.createElement('div')
  place.innerHTML = '<p>none</p>'
  const mismatches: unknown[] = []
  const root = await act(async () =>
    hydrateRoot(place, <Picture />, { onRecoverableError: error => mismatches.push(error) }),
  )
  expect(mismatches).toEqual([])
  expect(place.textContent).toBe('3')
  act(() => root.unmount())
})

test('a server has one client, however it is called', () => {
  const client = clientFor('http://other/')
  expect(clientFor('http://other')).toBe(client)
  expect(clientFor('ws://other')).toBe(client)
  expect(clientFor(window.location.origin)).toBe(clientFor())
  expect(clientFor()).not.toBe(client)
})

test('who was disabled while others came and went takes the socket that is there', async () => {
  const { Reader } = reader(live => live.currentImage)
  const tree = (waits: boolean, passes: boolean) => (
    <>
      <Reader enabled={!waits} />
      {passes && <Reader imageType="labeled" />}
    </>
  )
  const { rerender } = render(tree(true, true))
  await serve()
  rerender(tree(true, false))
  await act(settle)
  rerender(tree(true, true))
  await serve()
  rerender(tree(false, true))
  await act(settle)
  expect(sockets.filter(each => !each.isClosed)).toHaveLength(1)
})

test('one component that takes the place of another finds the picture that was there', async () => {
  const first = reader(live => live.currentImage?.seq)
  const second = reader(live => live.currentImage?.seq)
  const { rerender } = render(<first.Reader />)
  await serve()
  rerender(<second.Reader />)
  await act(settle)
  expect(second.found.values).toEqual([3])
  expect(sockets).toHaveLength(1)
})

test('the address of the current image is news to who reads nothing else', async () => {
  const { Reader, found } = reader(live => live.getImageUrl())
  render(<Reader />)
  await serve()
  expect(found.values.at(-1)).toContain('_3_original.jpg')
  act(() => socket().update(image(4)))
  expect(found.values.at(-1)).toContain('_4_original.jpg')
})
