/**
 * The life of the socket as a table of phase x event. Pure: it takes the time and a random number and answers with the next
 * state and what is to be done; `client.ts` does it.
 */
import { type ErrorCode, LiveImageError } from './errors.ts'
import { type RetryPolicy, retryDelayMs } from './retry.ts'

export type Phase = 'stopped' | 'connecting' | 'subscribing' | 'live' | 'waiting'

export interface LinkState {
  readonly phase: Phase
  /** The server speaks only the two messages of the service that this one replaced. */
  readonly legacy: boolean
  /** Attempts in a row that failed. */
  readonly failures: number
  readonly liveSince: number | null
  /** When the last attempt began, by the local clock. */
  readonly triedAt: number
  /** When the next attempt comes, by the local clock. */
  readonly retryAt: number | null
  /** HTTP stands in. */
  readonly polling: boolean
  /** It has not answered `subscribe` in time, though it knows it. */
  readonly isLate: boolean
  readonly heard: boolean
  readonly silentTicks: number
  readonly error: LiveImageError | null
}

export type TimerName = 'deadline' | 'ping' | 'retry'

export type LinkEvent =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'opened' }
  | { type: 'subscribed' }
  | { type: 'heard' }
  | { type: 'closed'; code: number }
  | { type: 'timer'; timer: TimerName }
  /** The network or the page came back. */
  | { type: 'wake' }
  /** A person asked. */
  | { type: 'retry' }

export type LinkAction =
  | { do: 'open' | 'close' | 'subscribe' | 'ping' | 'accept-legacy' }
  | { do: 'set-timer'; timer: TimerName; ms: number }
  | { do: 'clear-timer'; timer: TimerName }
  | { do: 'poll'; on: boolean }
  /** What waits or hangs over HTTP is asked anew. */
  | { do: 'hurry' }
  | { do: 'report'; error: LiveImageError }

export interface LinkContext {
  now: number
  random: number
  policy: RetryPolicy
  autoReconnect: boolean
  /** This server has shown that it knows `subscribe`, so that it is late if it does not answer. */
  isModern: boolean
}

export const CONNECT_TIMEOUT_MS = 5000
/** A server that has not answered `subscribe` by then does not know it, or has many others to answer. */
export const SUBSCRIBE_TIMEOUT_MS = 2000
/** So much longer does one get that knows it: coming back at once would only be one more to answer. */
const LATE_TIMEOUT_MS = 8000
export const PING_INTERVAL_MS = 3000
/** So many pings in a row without a word, and the link counts as lost. */
export const SILENT_TICKS = 3
const WAKE_ANSWER_MS = 2000
/** An attempt that is older than that when the network comes back was made without it. */
const FRESH_ATTEMPT_MS = 1000
/** A link that lived shorter than this counts as a failure: a server in a crash loop is not hammered. */
const STABLE_AFTER_MS = 5000
const TOO_SLOW = 4408

export const STOPPED: LinkState = {
  phase: 'stopped',
  legacy: false,
  failures: 0,
  liveSince: null,
  triedAt: 0,
  retryAt: null,
  polling: false,
  isLate: false,
  heard: false,
  silentTicks: 0,
  error: null,
}

type Step = readonly [LinkState, LinkAction[]]

export function step(state: LinkState, event: LinkEvent, context: LinkContext): Step {
  switch (event.type) {
    case 'start':
      return state.phase === 'stopped' ? connect(state, context) : [state, []]
    case 'stop':
      return [STOPPED, [...shut(), { do: 'poll', on: false }]]
    case 'retry':
      return state.phase === 'stopped' ? connect(state, context) : wake(state, context)
    case 'wake':
      return wake(state, context)
    case 'opened':
      if (state.phase !== 'connecting') return [state, []]
      return [{ ...state, phase: 'subscribing' }, [{ do: 'subscribe' }, deadline(SUBSCRIBE_TIMEOUT_MS)]]
    case 'subscribed':
      // One that was taken for the replaced service may answer late.
      if (state.phase !== 'subscribing' && !state.legacy) return [state, []]
      return goLive(state, false, context)
    case 'heard':
      return state.heard ? [state, []] : [{ ...state, heard: true }, []]
    case 'closed':
      return state.phase === 'stopped' || state.phase === 'waiting'
        ? [state, []]
        : fail(state, closedCode(state, event), context)
    case 'timer':
      return timer(state, event.timer, context)
  }
}

function timer(state: LinkState, name: TimerName, context: LinkContext): Step {
  if (name === 'retry') return state.phase === 'waiting' ? connect(state, context) : [state, []]
  if (name === 'ping') return state.phase === 'live' ? ping(state, context) : [state, []]
  if (state.phase === 'connecting') return fail(state, 'unreachable', context)
  if (state.phase !== 'subscribing') return [state, []]
  if (!context.isModern) return goLive(state, true, context)
  return state.isLate ? fail(state, 'silent', context) : [{ ...state, isLate: true }, [deadline(LATE_TIMEOUT_MS)]]
}

function connect(state: LinkState, context: LinkContext): Step {
  return [
    { ...state, phase: 'connecting', legacy: false, isLate: false, triedAt: context.now, retryAt: null },
    [{ do: 'clear-timer', timer: 'retry' }, { do: 'open' }, deadline(CONNECT_TIMEOUT_MS)],
  ]
}

function goLive(state: LinkState, legacy: boolean, context: LinkContext): Step {
  const next: LinkState = {
    ...state,
    phase: 'live',
    legacy,
    liveSince: context.now,
    polling: false,
    heard: true,
    silentTicks: 0,
    error: null,
  }
  const actions: LinkAction[] = [
    { do: 'clear-timer', timer: 'deadline' },
    { do: 'poll', on: false },
  ]
  // The replaced service answers no ping that a page can send, so its silence proves nothing.
  if (legacy) return [next, [...actions, { do: 'accept-legacy' }]]
  return [next, [...actions, { do: 'ping' }, { do: 'set-timer', timer: 'ping', ms: PING_INTERVAL_MS }]]
}

function ping(state: LinkState, context: LinkContext): Step {
  const silentTicks = state.heard ? 0 : state.silentTicks + 1
  if (silentTicks >= SILENT_TICKS) return fail(state, 'silent', context)
  return [
    { ...state, heard: false, silentTicks },
    [{ do: 'ping' }, { do: 'set-timer', timer: 'ping', ms: PING_INTERVAL_MS }],
  ]
}

function wake(state: LinkState, context: LinkContext): Step {
  const hurry: LinkAction = { do: 'hurry' }
  if (state.phase === 'waiting') {
    const [next, actions] = connect(state, context)
    return [next, [...actions, hurry]]
  }
  if (state.phase === 'connecting' && context.now - state.triedAt >= FRESH_ATTEMPT_MS) {
    const [next, actions] = connect(state, context)
    return [next, [{ do: 'close' }, ...actions, hurry]]
  }
  // HTTP may be all that works.
  if (state.polling) return [state, [hurry]]
  if (state.phase !== 'live' || state.legacy) return [state, []]
  // It may have died while the machine slept: one short question decides.
  return [
    { ...state, heard: false, silentTicks: SILENT_TICKS - 1 },
    [{ do: 'ping' }, { do: 'set-timer', timer: 'ping', ms: WAKE_ANSWER_MS }],
  ]
}

function fail(state: LinkState, code: ErrorCode, context: LinkContext): Step {
  const lived = state.liveSince === null ? 0 : context.now - state.liveSince
  const failures = lived >= STABLE_AFTER_MS ? 0 : state.failures + 1
  // The same failure again is no news to who shows it.
  const error = state.error?.code === code ? state.error : new LiveImageError(code)
  const lost: LinkState = { ...state, legacy: false, failures, liveSince: null, error }
  const actions: LinkAction[] = [...shut(), { do: 'report', error }]
  if (!context.autoReconnect) return [{ ...lost, phase: 'stopped', retryAt: null }, actions]
  const ms = retryDelayMs(context.policy, failures, context.random)
  actions.push({ do: 'set-timer', timer: 'retry', ms })
  const polling = state.polling || failures >= context.policy.maxAttempts
  if (polling && !state.polling) actions.push({ do: 'poll', on: true })
  return [{ ...lost, phase: 'waiting', retryAt: context.now + ms, polling }, actions]
}

function closedCode(state: LinkState, event: { code: number }): ErrorCode {
  if (event.code === TOO_SLOW) return 'too-slow'
  return state.phase === 'connecting' ? 'unreachable' : 'lost'
}

function shut(): LinkAction[] {
  return [
    { do: 'close' },
    { do: 'clear-timer', timer: 'deadline' },
    { do: 'clear-timer', timer: 'ping' },
    { do: 'clear-timer', timer: 'retry' },
  ]
}

const deadline = (ms: number): LinkAction => ({ do: 'set-timer', timer: 'deadline', ms })
