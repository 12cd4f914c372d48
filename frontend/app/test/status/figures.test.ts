import type { DiskStatus, FlowStatus, ServiceStatus, SystemStatus } from '@coilcast/live-image'
import { expect, test } from 'vitest'
import {
  alertOf,
  cpuShares,
  diskFigures,
  flowLevel,
  formatMs,
  formatPercent,
  perMinute,
  roleOf,
  serviceLevel,
} from '../../src/views/status/figures.ts'
import { alert } from '../support/alerts.ts'
import { image, T0 } from '../support/images.ts'

const service = (more: Partial<ServiceStatus>): ServiceStatus => ({
  name: 'gateway-0',
  state: 'ready',
  pid: 10,
  since: T0,
  restarts: 0,
  queue: 0,
  seq: 5,
  memory_bytes: 1,
  cpu_s: 1,
  ...more,
})
const at = (ms: number, ...services: ServiceStatus[]) => ({ at: T0 + ms, services }) as SystemStatus
const disk = (more: Partial<DiskStatus>): DiskStatus => ({
  role: 'images',
  path: '/images',
  total_bytes: 100,
  free_bytes: 50,
  free_inodes: 50,
  total_inodes: 100,
  ...more,
})

test.each([
  ['ready', 'ok'],
  ['hung', 'bad'],
  ['dead', 'bad'],
  ['slowed', 'warn'],
  ['stopped', 'idle'],
  ['starting', 'busy'],
  ['levitating', 'warn'],
])('a service that is %s looks %s', (state, level) => {
  expect(serviceLevel(state)).toBe(level)
})

test('a process is named by what it does', () => {
  expect(['gateway-0', 'gateway-12', 'monitor'].map(roleOf)).toEqual(['gateway', 'gateway', 'monitor'])
})

test('processor time is what came to it between two answers', () => {
  const shares = cpuShares(at(0, service({ cpu_s: 1 })), at(5000, service({ cpu_s: 2.5 })), new Map())
  expect(shares).toEqual(new Map([['gateway-0', 30]]))
})

test('of a new process, an unknown time and the first answer there is no share', () => {
  const now = at(5000, service({ cpu_s: 3 }))
  expect(cpuShares(null, now, new Map()).size).toBe(0)
  expect(cpuShares(at(0, service({ pid: 9 })), now, new Map()).size).toBe(0)
  expect(cpuShares(at(0, service({ cpu_s: null })), now, new Map()).size).toBe(0)
  expect(cpuShares(at(9000, service({})), now, new Map()).size).toBe(0)
})

test('the same answer again, as the server keeps it for a moment, leaves what is known', () => {
  const known = new Map([['gateway-0', 30]])
  expect(cpuShares(at(0, service({})), at(0, service({})), known)).toBe(known)
})

test.each([
  [{ free_bytes: 50 }, 'ok', null],
  [{ free_bytes: 10 }, 'ok', null],
  [{ free_bytes: 9 }, 'warn', 'low'],
  [{ free_bytes: 1 }, 'bad', 'low'],
  [{ free_inodes: 5 }, 'warn', 'files'],
  [{ free_inodes: 1, free_bytes: 9 }, 'bad', 'files'],
  [{ free_inodes: 0, total_inodes: 0 }, 'ok', null],
  [{ free_inodes: null, total_inodes: null }, 'ok', null],
  [{ free_bytes: null, total_bytes: null }, 'warn', 'silent'],
  [{ free_bytes: 0, total_bytes: 0 }, 'bad', 'low'],
] as const)('a disk with %o is %s', (more, level, trouble) => {
  expect(diskFigures(disk(more))).toMatchObject({ level, trouble })
})

test('the minute that runs is not taken for a whole one', () => {
  const minutes: [number, number][] = [
    [T0 - 120_000, 60],
    [T0 - 60_000, 58],
    [T0, 7],
  ]
  const kind = { camera: 'main', type: 'original', last: image(1), minutes }
  expect(perMinute(kind, T0 + 8000)).toEqual({ running: 7, whole: 58 })
  expect(perMinute(kind, T0 + 188_000)).toEqual({ running: 0, whole: 0 })
})

test('times are short', () => {
  expect([0, 0.04, 3.12, 42.4, 999.4, 1000, 12_345, 600_000, -250].map(formatMs)).toEqual([
    '0 ms',
    '0 ms',
    '3.1 ms',
    '42 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
    '600 s',
    '-250 ms',
  ])
})

test('little room has a decimal', () => {
  expect([0, 0.005, 0.0834, 0.0999, 0.42, 1].map(formatPercent)).toEqual(['0', '0.5', '8.3', '10', '42', '100'])
})

const flow = (more: Partial<FlowStatus>): FlowStatus => ({
  camera: 'main',
  type: 'original',
  state: 'live',
  since: T0,
  severity: null,
  reason: null,
  text: null,
  last_image_at: null,
  ...more,
})

test.each([
  [{ state: 'waiting' }, 'idle'],
  [{ state: 'live' }, 'ok'],
  [{ state: 'late' }, 'warn'],
  [{ state: 'stalled' }, 'bad'],
  [{ state: 'stalled', severity: 'critical' }, 'bad'],
  [{ state: 'stalled', severity: 'warning' }, 'warn'],
  [{ state: 'stalled', severity: 'info' }, 'idle'],
  [{ state: 'invented' }, 'bad'],
] as const)('images that come as %o look %s', (more, level) => expect(flowLevel(flow(more))).toBe(level))

test('why no images come is said by the alert about that camera and kind', () => {
  const about = { camera: 'main', type: 'original' }
  const others = [alert(1, { ...about, camera: 'top' }), alert(2, { ...about, name: 'canary_lost' })]
  const stall = alert(3, about)
  expect(alertOf(flow({}), [...others, stall])).toBe(stall)
  expect(alertOf(flow({}), others)).toBeUndefined()
  expect(alertOf(flow({ type: 'labeled', text: '알람 3' }), [...others, stall])).toBe(stall)
  const stopped = alert(4, { name: 'model_stopped', camera: 'main', type: 'labeled' })
  expect(alertOf(flow({ type: 'labeled' }), [stall, stopped])).toBe(stopped)
})
