/** What the figures of the status mean. Pure. */
import type { Alert, DiskStatus, FlowStatus, KindStatus, ServiceStatus, SystemStatus } from '@coilcast/live-image'
import type { Level } from '../../parts/sign.tsx'

const LEVELS: Record<string, Level> = {
  ready: 'ok',
  starting: 'busy',
  stopping: 'busy',
  stopped: 'idle',
  slowed: 'warn',
  hung: 'bad',
  dead: 'bad',
}

/** One that a newer server invented is not taken for well. */
export function serviceLevel(state: string): Level {
  return LEVELS[state] ?? 'warn'
}

export const STATUS_LEVELS: Record<SystemStatus['status'], Level> = { ok: 'ok', degraded: 'warn', down: 'bad' }

const FLOW_LEVELS: Record<string, Level> = { waiting: 'idle', live: 'ok', late: 'warn' }
const STALL_LEVELS = { critical: 'bad', warning: 'warn', info: 'idle' } as const

/** A stall is as grave as its reason: a line that stands is nothing to worry about. */
export function flowLevel({ state, severity }: FlowStatus): Level {
  return FLOW_LEVELS[state] ?? STALL_LEVELS[severity ?? 'critical']
}

/** The alert that says this, in whichever language the node speaks. */
export function alertSaying(text: string | null, firing: readonly Alert[]): Alert | undefined {
  return firing.find(({ summary }) => summary.ko === text || summary.en === text)
}

/** The alert that says why no images come: its own, or that of the kind it is made from. */
export function alertOf({ camera, type, text }: FlowStatus, firing: readonly Alert[]): Alert | undefined {
  const own = firing.find(
    alert =>
      (alert.name === 'stall' || alert.name === 'model_stopped') && alert.camera === camera && alert.type === type,
  )
  return own ?? alertSaying(text, firing)
}

/** The name of what a process does, as in `gateway` of `gateway-0`. */
export function roleOf(name: string): string {
  return name.replace(/-\d+$/, '')
}

/** In per cent of one core, by a service's name; without those of which that is not known yet. */
export type Shares = ReadonlyMap<string, number>

/** What each process took between two answers; `known` holds where they are the same one. */
export function cpuShares(before: SystemStatus | null, now: SystemStatus, known: Shares): Shares {
  if (before?.at === now.at) return known
  const lastedS = before === null ? 0 : (now.at - before.at) / 1000
  const earlier = new Map(before?.services.map(service => [service.name, service]))
  const shares = new Map<string, number>()
  for (const service of now.services) {
    const share = lastedS > 0 ? shareOf(earlier.get(service.name), service, lastedS) : null
    if (share !== null) shares.set(service.name, share)
  }
  return shares
}

/** Another process of the same name has another count. */
function shareOf(before: ServiceStatus | undefined, now: ServiceStatus, lastedS: number): number | null {
  if (before?.pid !== now.pid || before.cpu_s === null || now.cpu_s === null) return null
  return Math.max(0, ((now.cpu_s - before.cpu_s) / lastedS) * 100)
}

const LOW = 0.1
const VERY_LOW = 0.02

export interface DiskFigures {
  readonly level: Level
  /** From 0 to 1; null while the disk does not answer. */
  readonly free: number | null
  readonly trouble: 'silent' | 'low' | 'files' | null
}

export function diskFigures({ free_bytes, total_bytes, free_inodes, total_inodes }: DiskStatus): DiskFigures {
  if (free_bytes === null || total_bytes === null) return { level: 'warn', free: null, trouble: 'silent' }
  const free = share(free_bytes, total_bytes)
  // Some file systems have no such number, and say 0 of 0.
  const files = total_inodes && free_inodes !== null ? share(free_inodes, total_inodes) : 1
  const least = Math.min(free, files)
  if (least >= LOW) return { level: 'ok', free, trouble: null }
  return { level: least < VERY_LOW ? 'bad' : 'warn', free, trouble: files < free ? 'files' : 'low' }
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0
}

const MINUTE_MS = 60_000

/** So many images in the minute that is running at `at`, and in the one before, which is whole. */
export function perMinute({ minutes }: KindStatus, at: number): { running: number; whole: number } {
  const start = Math.floor(at / MINUTE_MS) * MINUTE_MS
  const count = (of: number) => minutes.find(([minute]) => minute === of)?.[1] ?? 0
  return { running: count(start), whole: count(start - MINUTE_MS) }
}

/** As short as it can be read: tenths of a millisecond only where they count. */
export function formatMs(ms: number): string {
  const size = Math.abs(ms)
  if (size < 9.95) return `${Math.round(ms * 10) / 10} ms`
  if (size < 999.5) return `${Math.round(ms)} ms`
  if (size < 99_950) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.round(ms / 1000)} s`
}

/** Of a share from 0 to 1, with a decimal where little is left. */
export function formatPercent(share: number): string {
  return share > 0 && share < 0.0995 ? (share * 100).toFixed(1) : String(Math.round(share * 100))
}
