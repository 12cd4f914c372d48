import { act, cleanup, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type UseImageHistoryOptions, useAlerts, useImageHistory, useLiveImage, useSystemStatus } from '../src/react.ts'
import { FakeSocket, image, settle } from './support/fake-environment.ts'

const sockets: FakeSocket[] = []
const asked: string[] = []
let answers: Record<string, (url: URL) => unknown> = {}
let visibility: DocumentVisibilityState = 'visible'

beforeEach(() => {
  sockets.length = 0
  asked.length = 0
  visibility = 'visible'
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  vi.stubGlobal(
    'WebSocket',
    class extends FakeSocket {
      constructor(url: string) {
        super(url)
        sockets.push(this)
      }
    },
  )
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const url = new URL(address)
    if (url.pathname in answers) asked.push(`${init.method ?? 'GET'} ${url.pathname}${url.search}`)
    const body = answers[url.pathname]?.(url)
    return body === undefined ? new Response(null, { status: 503 }) : new Response(JSON.stringify(body))
  })
})
afterEach(async () => {
  cleanup()
  await settle()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

/** A component that shows what `use` finds, and how often it was rendered. */
function reader<Result>(use: () => Result) {
  const found: { renders: number; last: Result | undefined } = { renders: 0, last: undefined }
  function Reader() {
    found.renders += 1
    found.last = use()
    return null
  }
  return { Reader, found }
}
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))

function comeBack() {
  visibility = 'visible'
  document.dispatchEvent(new Event('visibilitychange'))
}

const status = (at: number) => ({
  at,
  node: 'n',
  version: '1',
  epoch: 'e1',
  status: 'ok',
  reason: null,
  services: [],
  latency: { from: 0, to: 0, images: 0, stages: {} },
  images: [],
  clients: { websocket: 0, long_poll: 0 },
  disks: [],
  flows: [],
  lines: [],
})
const alert = (id: number, more: object = {}) => {
  return { id, name: 'stall', state: 'firing', started_at: id, changed_at: 1, ...more }
}

test('the status is asked for once however many look at it, at the pace of the most curious', async () => {
  let at = 0
  answers = { '/api/status': () => status(++at) }
  const slow = reader(() => useSystemStatus({ intervalMs: 60_000 }).status?.at)
  const quick = reader(() => useSystemStatus({ intervalMs: 2000 }).status?.at)
  const { rerender } = render(
    <StrictMode>
      <slow.Reader />
      <quick.Reader />
    </StrictMode>,
  )
  await act(settle)
  expect(asked).toHaveLength(1)
  await pass(2000)
  expect([slow.found.last, quick.found.last, asked.length]).toEqual([2, 2, 2])
  rerender(
    <StrictMode>
      <slow.Reader />
    </StrictMode>,
  )
  await pass(4000)
  expect(asked.length).toBeLessThanOrEqual(3)
})

test('nobody asks while the page is hidden, and whoever comes back asks at once', async () => {
  answers = { '/api/status': () => status(1) }
  const { Reader } = reader(() => useSystemStatus({ intervalMs: 1000 }).status)
  render(<Reader />)
  await act(settle)
  visibility = 'hidden'
  await pass(10_000)
  expect(asked).toHaveLength(1)
  await act(async () => comeBack())
  expect(asked).toHaveLength(2)
})

test('who reads only the error is rendered when there is one, and not for the same again', async () => {
  let at = 0
  answers = { '/api/status': () => (at++ < 2 ? status(at) : undefined) }
  const { Reader, found } = reader(() => useSystemStatus({ intervalMs: 1000 }).error?.status)
  render(<Reader />)
  await act(settle)
  await pass(1000)
  expect(found.renders).toBe(1)
  await pass(1000)
  expect([found.last, found.renders]).toEqual([503, 2])
  await pass(5000)
  expect(found.renders).toBe(2)
})

test('history comes page by page', async () => {
  answers = {
    '/api/images': url => {
      const before = Number(url.searchParams.get('before') ?? 5)
      return { images: [image(before), image(before - 1)], next: before > 3 ? String(before - 2) : null }
    },
  }
  const { Reader, found } = reader(() => useImageHistory({ imageType: 'original', pageSize: 2 }))
  render(<Reader />)
  expect(found.last).toMatchObject({ images: [], isLoading: true, hasMore: false })
  await act(settle)
  expect(found.last).toMatchObject({ isLoading: false, hasMore: true })
  await act(async () => {
    found.last?.loadMore()
    found.last?.loadMore()
  })
  await act(settle)
  expect(found.last?.images.map(({ seq }) => seq)).toEqual([5, 4, 3, 2])
  expect(found.last?.hasMore).toBe(false)
  found.last?.loadMore()
  expect(asked).toEqual(['GET /api/images?limit=2&type=original', 'GET /api/images?limit=2&before=3&type=original'])
  await act(async () => found.last?.refresh())
  await act(settle)
  expect(found.last?.images.map(({ seq }) => seq)).toEqual([5, 4])
})

test('a page that fails is asked for again, and nothing that is there is lost', async () => {
  let fails = false
  answers = { '/api/images': () => (fails ? undefined : { images: [image(1)], next: '1' }) }
  const { Reader, found } = reader(() => useImageHistory())
  render(<Reader />)
  await act(settle)
  fails = true
  await act(async () => found.last?.loadMore())
  await act(settle)
  expect(found.last).toMatchObject({ error: { status: 503 }, images: [{ seq: 1 }], hasMore: true, isLoading: false })
  fails = false
  await act(async () => found.last?.loadMore())
  await act(settle)
  expect(found.last).toMatchObject({ error: null, images: [{ seq: 1 }, { seq: 1 }] })
})

test('other options are another history, and an answer to the old ones is not shown', async () => {
  const waiting: (() => void)[] = []
  answers = { '/api/images': url => ({ images: [image(Number(url.searchParams.get('coil')))], next: null }) }
  const real = fetch
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    await new Promise<void>(resolve => waiting.push(resolve))
    return real(url, init)
  })
  let options: UseImageHistoryOptions = { coilNumber: '1' }
  const { Reader, found } = reader(() => useImageHistory(options))
  const { rerender } = render(<Reader />)
  options = { coilNumber: '2' }
  rerender(<Reader />)
  await act(async () => waiting[1]?.())
  await act(settle)
  await act(async () => waiting[0]?.())
  await act(settle)
  expect(found.last?.images.map(({ seq }) => seq)).toEqual([2])
  options = { coilNumber: '2', enabled: false }
  rerender(<Reader />)
  expect(found.last).toMatchObject({ images: [], isLoading: false })
})

test('alerts are asked for, kept up by the socket, and asked for again when it comes and goes', async () => {
  let firing = [alert(1)]
  answers = { '/api/alerts': () => ({ alerts: firing, next: null }) }
  const live = reader(() => useLiveImage().connectionType)
  const { Reader, found } = reader(() => useAlerts())
  render(
    <>
      <live.Reader />
      <Reader />
    </>,
  )
  await act(settle)
  expect(found.last?.firing.map(({ id }) => id)).toEqual([1])
  act(() => sockets[0]?.serve())
  await act(settle)
  expect(asked).toHaveLength(2)
  const renders = found.renders
  act(() => sockets[0]?.say({ type: 'alert', data: alert(1), timestamp: 1 }))
  expect(found.renders).toBe(renders)
  act(() => sockets[0]?.say({ type: 'alert', data: alert(2), timestamp: 1 }))
  expect(found.last?.firing.map(({ id }) => id)).toEqual([2, 1])
  act(() => sockets[0]?.say({ type: 'alert', data: alert(2, { state: 'resolved', changed_at: 2 }), timestamp: 1 }))
  act(() => sockets[0]?.say({ type: 'alert', data: alert(2), timestamp: 1 }))
  expect(found.last?.alerts.map(({ id, state }) => `${id} ${state}`)).toEqual(['1 firing', '2 resolved'])
  firing = []
  act(() => sockets[0]?.drop())
  await act(settle)
  expect(found.last?.alerts).toEqual([])
})

test('without a socket alerts are asked for every few seconds, seen or not, and acknowledged all the same', async () => {
  const acknowledged = { by: 'Kim', at: 9, note: 'seen' }
  answers = {
    '/api/alerts': () => ({ alerts: [alert(1)], next: null }),
    '/api/alerts/1/acknowledge': () => alert(1, { changed_at: 9, acknowledged }),
  }
  const { Reader, found } = reader(() => useAlerts())
  render(<Reader />)
  await act(settle)
  await act(async () => {
    await found.last?.acknowledge(1, { by: 'Kim', note: 'seen' })
  })
  expect(found.last?.alerts[0]?.acknowledged).toEqual(acknowledged)
  expect(asked.at(-1)).toBe('POST /api/alerts/1/acknowledge')
  await pass(5000)
  expect(asked.at(-1)).toBe('GET /api/alerts?limit=100')
  const before = asked.length
  visibility = 'hidden'
  await pass(10_000)
  expect(asked.length).toBe(before + 2)
  answers['/api/alerts/1/acknowledge'] = () => undefined
  await expect(found.last?.acknowledge(1, { by: 'Kim', note: '' })).rejects.toMatchObject({ status: 503 })
})

test('a server renders what is not known yet, and asks nothing', () => {
  vi.stubGlobal('window', undefined)
  const { Reader, found } = reader(() => [
    useImageHistory().isLoading,
    useSystemStatus().isLoading,
    useAlerts().firing.length,
    useSystemStatus({ enabled: false }).isLoading,
  ])
  expect(renderToString(<Reader />)).toBe('')
  expect(found.last).toEqual([true, true, 0, false])
  expect(asked).toEqual([])
})
