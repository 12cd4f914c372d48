/** Silences: which alerts are sent to nobody for a time, as during maintenance. Pure. */
import type { Alert } from './alerts.ts'
import { isNumber, isRecord, isString, numberOrNull, readEach, stringOrNull } from './reading.ts'

/** Which alerts: each part that is given has to match; without any it is all of them. */
export interface SilenceScope {
  name: string | null
  camera: string | null
  type: string | null
  service: string | null
}

/** Field names are the wire's, times Unix milliseconds by the server's clock. */
export interface Silence extends SilenceScope {
  id: number
  state: 'lasting' | 'over'
  started_at: number
  until: number
  /** When somebody ended it before its time. */
  ended_at: number | null
  by: string
  note: string | null
  ended_by: string | null
}

/** `POST /api/silences`. */
export interface SilenceRequest extends Partial<SilenceScope> {
  /** 60 to 2,592,000: a minute to 30 days. */
  for_s: number
  by: string
  note: string
}

/** Whether nothing of this alert is sent as long as the silence lasts. */
export function isSilenced(alert: Alert, scope: SilenceScope): boolean {
  const parts = ['name', 'camera', 'type', 'service'] as const
  return parts.every(part => scope[part] === null || scope[part] === alert[part])
}

/** Null for what is no silence. */
export function parseSilence(value: unknown): Silence | null {
  if (!isRecord(value)) return null
  const { id, state, started_at, until, by } = value
  if (!isNumber(id) || !isNumber(started_at) || !isNumber(until) || !isString(by)) return null
  if (state !== 'lasting' && state !== 'over') return null
  return {
    id,
    state,
    name: stringOrNull(value.name),
    camera: stringOrNull(value.camera),
    type: stringOrNull(value.type),
    service: stringOrNull(value.service),
    started_at,
    until,
    ended_at: numberOrNull(value.ended_at),
    by,
    note: stringOrNull(value.note),
    ended_by: stringOrNull(value.ended_by),
  }
}

export function parseSilences(value: unknown): Silence[] | null {
  return isRecord(value) ? readEach(value.silences, parseSilence) : null
}
