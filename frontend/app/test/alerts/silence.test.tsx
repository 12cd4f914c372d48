import type { Alert } from '@coilcast/live-image'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { look } from '../../src/look/look.ts'
import { SilenceDialog } from '../../src/views/alerts/silence-dialog.tsx'
import { alert } from '../support/alerts.ts'
import { T0 } from '../support/images.ts'

const stall = alert(1, { camera: 'main', type: 'labeled' })
const mine = {
  id: 7,
  state: 'lasting',
  name: 'stall',
  camera: 'main',
  type: 'labeled',
  service: null,
  started_at: T0,
  until: T0 + 1000,
  by: '박지훈',
  note: '벨트 교체',
}
const all = { ...mine, id: 8, name: null, camera: null, type: null, by: 'ops', note: '' }
const elsewhere = { ...mine, id: 9, camera: 'east' }

let asked: { url: string; body: unknown }[]
let answer: (url: string) => Response | Promise<Response>
const onDone = vi.fn()
const onClose = vi.fn()

beforeEach(() => {
  asked = []
  answer = () => Response.json(mine)
  onDone.mockReset()
  onClose.mockReset()
  window.localStorage.clear()
  look.forget()
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true
  }
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url: new URL(url).pathname, body: init.body && JSON.parse(String(init.body)) })
    return answer(new URL(url).pathname)
  })
})
afterEach(cleanup)

async function open(one: Alert, isSilenced: boolean) {
  const made = (silenced: boolean) => (
    <SilenceDialog alert={one} isSilenced={silenced} when={String} onDone={onDone} onClose={onClose} />
  )
  const { rerender } = render(made(isSilenced))
  await act(async () => {})
  return (silenced: boolean) => rerender(made(silenced))
}

const button = (name: string) => screen.getByRole('button', { name, hidden: true }) as HTMLButtonElement
const field = (name: RegExp) => screen.getByLabelText(name)
const press = (name: string) => act(async () => fireEvent.click(button(name)))

test('an alert is silenced for a time, by a name that is remembered', async () => {
  const again = await open(stall, false)
  expect(button('알람 일시 중지').disabled).toBe(true)
  fireEvent.change(field(/기간/), { target: { value: '8' } })
  fireEvent.change(field(/이름/), { target: { value: ' 김민수 ' } })
  fireEvent.change(field(/메모/), { target: { value: '벨트 교체' } })
  await press('알람 일시 중지')
  const body = { name: 'stall', camera: 'main', type: 'labeled', service: null, for_s: 28_800, by: '김민수' }
  expect(asked).toEqual([{ url: '/api/silences', body: { ...body, note: '벨트 교체' } }])
  expect(onDone).toHaveBeenCalledOnce()
  expect(onClose).toHaveBeenCalledOnce()
  expect(window.localStorage.getItem('coilcast.operator')).toBe('김민수')
  again(true)
  expect(button('알람 일시 중지')).toBeTruthy()
})

test('the durations are spoken in the language of the screen', async () => {
  await open(stall, false)
  const options = () => screen.getAllByRole('option', { hidden: true }).map(option => option.textContent)
  expect(options()).toEqual(['30분', '2시간', '8시간', '24시간', '7일'])
  act(() => look.choose({ language: 'en' }))
  expect(options()).toEqual(['30 minutes', '2 hours', '8 hours', '24 hours', '7 days'])
})

test('what the server refuses is said, and can be tried again', async () => {
  answer = () => Response.json({ title: 'Service Unavailable' }, { status: 503 })
  await open(stall, false)
  fireEvent.change(field(/이름/), { target: { value: '김민수' } })
  await press('알람 일시 중지')
  expect(screen.getByRole('alert', { hidden: true }).textContent).toContain('서버가 지금 저장할 수 없습니다')
  answer = () => Response.json({ title: 'Not Found' }, { status: 404 })
  await press('알람 일시 중지')
  expect(screen.getByRole('alert', { hidden: true }).textContent).toBe('저장되지 않음: Not Found')
  expect(onClose).not.toHaveBeenCalled()
  answer = () => Response.json(mine)
  await press('알람 일시 중지')
  expect(onClose).toHaveBeenCalledOnce()
})

test('a silence is ended with all that keep the alert silent, once it is known which those are', async () => {
  answer = url => (url === '/api/silences' ? Response.json({ silences: [mine, all, elsewhere] }) : Response.json(mine))
  window.localStorage.setItem('coilcast.operator', '김민수')
  await open(stall, true)
  expect(screen.getByText(/벨트 교체/)).toBeTruthy()
  expect(screen.getByText(/다른 알람에도 적용됨/).textContent).toContain('ops')
  expect(screen.queryByLabelText(/메모/)).toBeNull()
  answer = url => (url.includes('/7/') ? Response.json({ title: 'Conflict' }, { status: 409 }) : Response.json(all))
  await press('알람 재개')
  expect(asked.slice(1)).toEqual([
    { url: '/api/silences/7/end', body: { by: '김민수' } },
    { url: '/api/silences/8/end', body: { by: '김민수' } },
  ])
  expect(onDone).toHaveBeenCalledOnce()
  expect(onClose).toHaveBeenCalledOnce()
})

test('a server that does not tell who silenced an alert is said', async () => {
  answer = () => Promise.reject(new TypeError('fetch failed'))
  await open(stall, true)
  expect(screen.getByRole('alert', { hidden: true }).textContent).toContain('서버에 연결할 수 없습니다')
  expect(button('알람 재개').disabled).toBe(true)
})
