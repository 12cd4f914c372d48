import type { Alert } from '@coilcast/live-image'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CONFIG, FakeSocket, settle } from '../../../packages/live-image/test/support/fake-environment.ts'
import { look } from '../../src/look/look.ts'
import { App } from '../../src/shell/app.tsx'
import { alert } from '../support/alerts.ts'
import { T0 } from '../support/images.ts'

const sockets: FakeSocket[] = []
const socket = () => sockets.at(-1) as FakeSocket
/** What the server answers to a question for its alerts. */
let answer: { status: number; alerts: Alert[] }

beforeEach(() => {
  sockets.length = 0
  answer = { status: 200, alerts: [] }
  window.history.replaceState(null, '', '/')
  look.forget()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  vi.setSystemTime(T0 + 5000)
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
    const isConfig = url.includes('/api/config')
    const { status, alerts } = url.includes('/api/alerts') ? answer : { status: isConfig ? 200 : 404, alerts: [] }
    const body = isConfig ? CONFIG : { alerts, next: null }
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  })
})
afterEach(async () => {
  cleanup()
  await settle()
  vi.useRealTimers()
})

async function open() {
  render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
  await act(settle)
  act(() => socket().serve({ seq: 5, timestamp: T0 + 5000 }))
  await act(settle)
}

async function tell(data: Alert) {
  act(() => socket().say({ type: 'alert', data, timestamp: T0 + 5000 }))
  await act(settle)
}

const banner = () => screen.getByRole('region', { name: '알람' })
const links = () =>
  within(banner())
    .queryAllByRole('link')
    .map(link => link.textContent)
const spoken = () => screen.queryAllByRole('alert').map(each => each.textContent)

test('nothing is there while nothing fires', async () => {
  await open()
  expect(banner().textContent).toBe('')
})

test('the worst stands there with how many others, and each new one is spoken once', async () => {
  answer.alerts = [alert(1, { severity: 'warning' })]
  await open()
  expect(links()).toEqual(['알람 1'])
  const first = screen.getByRole('alert')
  expect(spoken()).toEqual(['주의 알람: 알람 1'])
  await act(async () => vi.advanceTimersByTime(3000))
  expect(screen.getByRole('alert')).toBe(first)

  await tell(alert(2))
  expect(links()).toEqual(['알람 2', '외 1건'])
  expect(spoken()).toEqual(['심각 알람: 알람 2'])
  const second = screen.getByRole('alert')
  await tell(alert(1, { severity: 'warning', changed_at: T0 + 9000, summary: { ko: '더 나쁨', en: 'worse' } }))
  expect(screen.getByRole('alert')).toBe(second)
})

test('one that is acknowledged is quiet and stays, and one that is over leaves', async () => {
  answer.alerts = [alert(1)]
  await open()
  expect(banner().querySelector('[data-quiet]')).toBeNull()
  const acknowledged = { by: '김철수', at: T0 + 9000, note: '' }
  await tell(alert(1, { acknowledged, changed_at: T0 + 9000 }))
  expect(banner().querySelector('[data-quiet]')?.textContent).toContain('확인된 알람알람 1')
  await tell(alert(1, { acknowledged, state: 'resolved', resolved_at: T0 + 10_000, changed_at: T0 + 10_000 }))
  expect(banner().textContent).toBe('')
})

test('a note is quiet and not spoken, until it becomes worse', async () => {
  answer.alerts = [alert(1, { severity: 'info' })]
  await open()
  expect(banner().querySelector('[data-quiet]')?.textContent).toContain('참고알람 1')
  expect(spoken()).toEqual([])
  await tell(alert(1, { severity: 'critical', changed_at: T0 + 9000 }))
  expect(banner().querySelector('[data-quiet]')).toBeNull()
  expect(spoken()).toEqual(['심각 알람: 알람 1'])
})

test('it links to the alert, of the camera that is looked at', async () => {
  window.history.replaceState(null, '', '/?camera=top')
  answer.alerts = [alert(7)]
  await open()
  expect(within(banner()).getByRole('link').getAttribute('href')).toBe('?view=alerts&camera=top&alert=7')
})

test('while the link is down, what is known stays, and it is said that more may be missing', async () => {
  answer.alerts = [alert(1)]
  await open()
  act(() => socket().drop())
  await act(settle)
  expect(links()).toEqual(['알람 1'])
  expect(banner().textContent).toContain('새 알람이 표시되지 않을 수 있습니다')
})

test.each([
  [503, '서버가 알람을 읽지 못해 새 알람이 빠졌을 수 있습니다'],
  // An older server has none, so none are missing.
  [404, ''],
])('a server that answers %i for its alerts makes the banner say "%s"', async (status, text) => {
  answer.status = status
  await open()
  expect(banner().textContent).toBe(text)
})
