/**
 * When which tone is due. Pure: what happened and the time come in, what to do comes out. Silence is this screen's own affair:
 * nothing in here acknowledges anything.
 */
import type { Alert } from '@coilcast/live-image'

export type Tone = 'critical' | 'warning' | 'test'

/** Whether the browser lets a page be heard: `blocked` until somebody has touched the page. */
export type AudioState = 'closed' | 'running' | 'blocked' | 'missing'

export type SoundMode = 'off' | 'on' | 'muted' | 'blocked' | 'missing'

export interface SoundState {
  /** An operator has enabled it on this screen. */
  readonly isWanted: boolean
  readonly audio: AudioState
  /** By this screen's clock; null while it is not muted. */
  readonly mutedUntil: number | null
  /** What nobody has acknowledged yet. */
  readonly calling: readonly Call[]
  /** The calls that were heard. */
  readonly heard: ReadonlySet<string>
  /** When the critical tone was last played. */
  readonly criticalAt: number | null
  /** A test tone was asked for and has not been heard yet. */
  readonly isTesting: boolean
}

/** An alert as far as sound goes. One that gets worse calls anew. */
export interface Call {
  readonly key: string
  readonly tone: 'critical' | 'warning'
}

export type SoundEvent =
  | { type: 'enable' }
  | { type: 'disable' }
  | { type: 'test' }
  | { type: 'mute'; minutes: number }
  | { type: 'unmute' }
  | { type: 'calls'; calls: readonly Call[] }
  | { type: 'audio'; audio: AudioState }
  | { type: 'tick' }

export type SoundAction = { do: 'open' } | { do: 'close' } | { do: 'play'; tone: Tone }

export const REPEAT_MS = 10_000
export const MOST_MUTED_MINUTES = 60

export const SILENT: SoundState = {
  isWanted: false,
  audio: 'closed',
  mutedUntil: null,
  calling: [],
  heard: new Set(),
  criticalAt: null,
  isTesting: false,
}

/** What is to be heard of the alerts that are firing: those that are acknowledged, silenced by the server, or mere news are not. */
export function callsOf(firing: readonly Alert[], serverNow: number): Call[] {
  return firing.flatMap(({ id, started_at, severity, acknowledged, silenced_until }) => {
    if (severity === 'info' || acknowledged !== null || (silenced_until ?? 0) > serverNow) return []
    return [{ key: `${id} ${started_at} ${severity}`, tone: severity }]
  })
}

export function soundMode({ isWanted, audio, mutedUntil }: SoundState): SoundMode {
  if (!isWanted) return 'off'
  if (audio === 'missing') return 'missing'
  if (audio !== 'running') return 'blocked'
  return mutedUntil === null ? 'on' : 'muted'
}

export function stepSound(state: SoundState, event: SoundEvent, now: number): [SoundState, SoundAction[]] {
  const actions: SoundAction[] = []
  if (event.type === 'enable' || event.type === 'test') actions.push({ do: 'open' })
  if (event.type === 'disable') actions.push({ do: 'close' })
  const [next, tone] = play(unmuteInTime(apply(state, event, now), now), now)
  if (tone !== null) actions.push({ do: 'play', tone })
  return [next, actions]
}

function apply(state: SoundState, event: SoundEvent, now: number): SoundState {
  switch (event.type) {
    case 'enable':
      return { ...state, isWanted: true }
    case 'disable':
      return { ...state, isWanted: false, isTesting: false, mutedUntil: null, criticalAt: null }
    case 'test':
      return { ...state, isTesting: true }
    case 'mute':
      return { ...state, mutedUntil: now + Math.min(event.minutes, MOST_MUTED_MINUTES) * 60_000 }
    case 'unmute':
      return { ...state, mutedUntil: null }
    case 'calls': {
      const keys = new Set(event.calls.map(call => call.key))
      return { ...state, calling: event.calls, heard: new Set([...state.heard].filter(key => keys.has(key))) }
    }
    case 'audio':
      return { ...state, audio: event.audio }
    case 'tick':
      return state
  }
}

/** Over when its time has come, and also when the clock was set so that it would last longer than anybody asked for. */
function unmuteInTime(state: SoundState, now: number): SoundState {
  if (state.mutedUntil === null) return state
  const restMs = state.mutedUntil - now
  return restMs > 0 && restMs <= MOST_MUTED_MINUTES * 60_000 ? state : { ...state, mutedUntil: null }
}

/** One tone at a time: the critical one says all that a warning would. */
function play(state: SoundState, now: number): [SoundState, Tone | null] {
  if (state.audio !== 'running') return [state, null]
  if (state.isTesting) return [{ ...state, isTesting: false }, 'test']
  if (soundMode(state) !== 'on') return [state, null]
  const isNew = (call: Call) => !state.heard.has(call.key)
  const criticals = state.calling.filter(call => call.tone === 'critical')
  const heard = new Set(state.calling.map(call => call.key))
  if (criticals.length > 0 && (criticals.some(isNew) || isRepeatDue(state.criticalAt, now)))
    return [{ ...state, heard, criticalAt: now }, 'critical']
  return state.calling.some(isNew) ? [{ ...state, heard }, 'warning'] : [state, null]
}

function isRepeatDue(criticalAt: number | null, now: number): boolean {
  // A clock that was set back must not make an alarm wait.
  return criticalAt === null || now - criticalAt >= REPEAT_MS || now < criticalAt
}

/** When `tick` is to be said next; null: there is nothing to wait for. */
export function wakeAt(state: SoundState): number | null {
  if (state.mutedUntil !== null) return state.mutedUntil
  if (soundMode(state) !== 'on' || state.criticalAt === null) return null
  return state.calling.some(call => call.tone === 'critical') ? state.criticalAt + REPEAT_MS : null
}
