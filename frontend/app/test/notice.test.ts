import { expect, test } from 'vitest'
import { translator } from '../src/i18n/translate.ts'
import { chooseNotice, type NoticeInput } from '../src/views/live/notice.ts'

const t = translator('ko', 'live')
const common = translator('ko')

const fine: NoticeInput = {
  connectionType: 'websocket',
  failures: 0,
  isDemo: false,
  isStale: false,
  age: 1,
  health: null,
  isBroken: false,
  coil: undefined,
}
const lost = { connectionType: 'disconnected', failures: 2 } as const
const sick = { status: 'degraded', reason: 'thumbnailer-0', services: {} } as const
const choose = (more: Partial<NoticeInput>) => chooseNotice({ ...fine, ...more }, t, common)

test('nothing is said while all is well, on the socket or over HTTP, or while it still connects', () => {
  expect(choose({})).toBeNull()
  expect(choose({ connectionType: 'http' })).toBeNull()
  expect(choose({ connectionType: 'disconnected' })).toBeNull()
  expect(choose({ health: { status: 'ok', reason: null, services: {} } })).toBeNull()
})

test('a link that is down and images that do not arrive are two different things', () => {
  expect(choose(lost)).toMatchObject({ look: 'bad', detail: '재시도 2회', canRetry: true })
  expect(choose({ isStale: true, age: 42 })).toMatchObject({ look: 'warn', title: '지연 42초', canRetry: false })
})

test('the worst comes first: without a link nothing else can be known', () => {
  const all = { ...lost, isStale: true, age: 90, isBroken: true, isDemo: true, health: sick }
  expect(choose(all)?.look).toBe('bad')
  expect(choose({ ...all, ...fine, isStale: true, age: 90 })?.title).toBe('지연 1분 30초')
})

test('a stall names what the server knows of its cause', () => {
  expect(choose({ isStale: true, age: 42, health: sick })?.detail).toBe('thumbnailer-0')
})

test('a coil that has gone through is no camera to look after', () => {
  expect(choose({ isStale: true, age: 42 })?.text).toBe(t('stale.text'))
  expect(choose({ isStale: true, age: 42, coil: '2891' })?.text).toContain('코일 2891')
})

test('trouble of the server is told while images still come', () => {
  expect(choose({ health: sick })).toMatchObject({ look: 'warn', text: 'thumbnailer-0' })
  expect(choose({ health: { ...sick, status: 'down' } })).toMatchObject({ look: 'bad' })
})

test('a demo image and one that cannot be painted are named', () => {
  expect(choose({ isDemo: true, age: null })?.look).toBe('demo')
  expect(choose({ isBroken: true })?.title).toBe(t('broken.title'))
})
