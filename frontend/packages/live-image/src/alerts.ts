/** Alerts as the server tells them, and which of them are firing. Pure. */
import { isNumber, isRecord, isString, numberOrNull, stringOrNull } from './reading.ts'

export type AlertSeverity = 'critical' | 'warning' | 'info'

/** The same sentence in each of the panel's languages. */
export interface Wording {
  ko: string
  en: string
}

export interface Acknowledgement {
  by: string
  at: number
  note: string | null
}

/** Something that is or was wrong. Field names are the wire's, times Unix milliseconds by the server's clock. */
export interface Alert {
  id: number
  /** What it is about, such as `stall` or `service_loop`. */
  name: string
  severity: AlertSeverity
  state: 'firing' | 'resolved'
  /** Why, as a code such as `storage_unmounted`. */
  reason: string | null
  camera: string | null
  type: string | null
  service: string | null
  summary: Wording
  /** What to do. */
  advice: Wording
  started_at: number
  changed_at: number
  resolved_at: number | null
  acknowledged: Acknowledgement | null
  silenced_until: number | null
}

/** Null for what is no alert. */
export function parseAlert(value: unknown): Alert | null {
  if (!isRecord(value)) return null
  const { id, name, state, started_at, changed_at } = value
  if (!isNumber(id) || !isString(name) || !isNumber(started_at) || !isNumber(changed_at)) return null
  if (state !== 'firing' && state !== 'resolved') return null
  return {
    id,
    name,
    severity: parseSeverity(value.severity),
    state,
    reason: stringOrNull(value.reason),
    camera: stringOrNull(value.camera),
    type: stringOrNull(value.type),
    service: stringOrNull(value.service),
    summary: parseWording(value.summary, name),
    advice: parseWording(value.advice, ''),
    started_at,
    changed_at,
    resolved_at: numberOrNull(value.resolved_at),
    acknowledged: parseAcknowledgement(value.acknowledged),
    silenced_until: numberOrNull(value.silenced_until),
  }
}

/** One that a newer server invented is not taken lightly. */
export function parseSeverity(value: unknown): AlertSeverity {
  return value === 'critical' || value === 'info' ? value : 'warning'
}

function parseWording(value: unknown, otherwise: string): Wording {
  const { ko, en } = isRecord(value) ? value : {}
  const any = stringOrNull(en) ?? stringOrNull(ko) ?? otherwise
  return { ko: stringOrNull(ko) ?? any, en: any }
}

function parseAcknowledgement(value: unknown): Acknowledgement | null {
  if (!isRecord(value) || !isString(value.by) || !isNumber(value.at)) return null
  return { by: value.by, at: value.at, note: stringOrNull(value.note) }
}

/** The alerts that are firing, with those of them that a new link has not confirmed yet. */
export interface FiringAlerts {
  /** Newest start first. */
  readonly firing: readonly Alert[]
  readonly doubted: ReadonlySet<number>
}

export const NO_ALERTS: FiringAlerts = { firing: [], doubted: new Set() }

/** After one transition; the same state comes back for what was overtaken. */
export function hearAlert(state: FiringAlerts, alert: Alert): FiringAlerts {
  const known = state.firing.find(each => each.id === alert.id)
  if (known && known.changed_at > alert.changed_at) return state
  if (!known && alert.state === 'resolved') return state
  const others = state.firing.filter(each => each.id !== alert.id)
  const doubted = new Set(state.doubted)
  doubted.delete(alert.id)
  return { firing: alert.state === 'firing' ? [...others, alert].sort(newestFirst) : others, doubted }
}

/** After an interruption: each may have been resolved meanwhile, and the server tells those that still fire. */
export function doubtAlerts(state: FiringAlerts): FiringAlerts {
  return { ...state, doubted: new Set(state.firing.map(alert => alert.id)) }
}

/** The server has told all that are firing: those still in doubt are not. */
export function dropDoubted(state: FiringAlerts): FiringAlerts {
  if (state.doubted.size === 0) return state
  return { firing: state.firing.filter(alert => !state.doubted.has(alert.id)), doubted: new Set() }
}

export function newestFirst(one: Alert, other: Alert): number {
  return other.started_at - one.started_at || other.id - one.id
}
