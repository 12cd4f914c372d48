import { describe, expect, test } from 'vitest'
import { type LinkEvent, type LinkState, PING_INTERVAL_MS, STOPPED, step } from '../src/link.ts'

const policy = { maxAttempts: 3, delayMs: 1000 }
const context = { now: 0, random: 0.5, policy, autoReconnect: true, isModern: false }

function run(events: LinkEvent[], from: LinkState = STOPPED, more: Partial<typeof context> = {}) {
  let state = from
  let actions: unknown[] = []
  for (const event of events) {
    const [next, wanted] = step(state, event, { ...context, ...more })
    state = next
    actions = wanted
  }
  return { state, actions }
}

const LIVE: LinkEvent[] = [{ type: 'start' }, { type: 'opened' }, { type: 'subscribed' }]
const LOST: LinkEvent = { type: 'closed', code: 1006 }

describe('the way up', () => {
  test('connects, subscribes, is live, and asks for the time', () => {
    expect(run([{ type: 'start' }]).actions).toContainEqual({ do: 'open' })
    expect(run(LIVE.slice(0, 2)).actions).toContainEqual({ do: 'subscribe' })
    const { state, actions } = run(LIVE)
    expect(state.phase).toBe('live')
    expect(actions).toContainEqual({ do: 'ping' })
  })

  test('a server that does not know `subscribe` is taken as the replaced one, and is not watched for silence', () => {
    const { state, actions } = run([...LIVE.slice(0, 2), { type: 'timer', timer: 'deadline' }])
    expect(state).toMatchObject({ phase: 'live', legacy: true })
    expect(actions).toContainEqual({ do: 'accept-legacy' })
    expect(actions).not.toContainEqual({ do: 'ping' })
  })

  test('a socket that does not open in time counts as failed', () => {
    const { state } = run([{ type: 'start' }, { type: 'timer', timer: 'deadline' }])
    expect(state).toMatchObject({ phase: 'waiting', failures: 1, error: { code: 'unreachable' } })
  })
})

describe('failure', () => {
  test('a stable link is tried again almost at once, one that just came up is not', () => {
    const live = run(LIVE).state
    expect(run([LOST], live, { now: 60_000 }).state).toMatchObject({ failures: 0, retryAt: 60_250 })
    expect(run([LOST], live, { now: 1000 }).state).toMatchObject({ failures: 1, retryAt: 2000 })
  })

  test('after the last attempt HTTP takes over, and the socket is still tried', () => {
    const attempt: LinkEvent[] = [{ type: 'timer', timer: 'retry' }, LOST]
    const before = run([{ type: 'start' }, LOST, ...attempt])
    expect(before.state).toMatchObject({ failures: 2, polling: false })
    const { state, actions } = run(attempt, before.state)
    expect(state).toMatchObject({ phase: 'waiting', failures: 3, polling: true })
    expect(actions).toContainEqual({ do: 'poll', on: true })
    const later = run(attempt, state)
    expect(later.state).toMatchObject({ phase: 'waiting', failures: 4, polling: true })
    expect(later.actions).not.toContainEqual({ do: 'poll', on: true })
  })

  test('HTTP stops when the socket is back', () => {
    const polling = run([{ type: 'start' }, LOST], STOPPED, { policy: { maxAttempts: 1, delayMs: 1000 } }).state
    expect(polling.polling).toBe(true)
    const { state, actions } = run([{ type: 'timer', timer: 'retry' }, ...LIVE.slice(1)], polling)
    expect(state).toMatchObject({ phase: 'live', polling: false, error: null })
    expect(actions).toContainEqual({ do: 'poll', on: false })
  })

  test('without autoReconnect the first failure is the last word until somebody asks', () => {
    const { state } = run([...LIVE, LOST], STOPPED, { autoReconnect: false })
    expect(state).toMatchObject({ phase: 'stopped', error: { code: 'lost' } })
    expect(run([{ type: 'retry' }], state).state.phase).toBe('connecting')
  })

  test('says why: too slow, lost, unreachable', () => {
    expect(run([...LIVE, { type: 'closed', code: 4408 }]).state.error?.code).toBe('too-slow')
    expect(run([...LIVE, { type: 'closed', code: 1012 }]).state.error?.code).toBe('lost')
    expect(run([{ type: 'start' }, LOST]).state.error?.code).toBe('unreachable')
  })
})

describe('silence', () => {
  const tick: LinkEvent = { type: 'timer', timer: 'ping' }

  test('three pings in a row without a word end the link', () => {
    const { state } = run([...LIVE, tick, tick, tick])
    expect(state.phase).toBe('live')
    expect(run([tick], state).state).toMatchObject({ phase: 'waiting', error: { code: 'silent' } })
  })

  test('any word at all keeps it', () => {
    const { state, actions } = run([...LIVE, tick, tick, tick, { type: 'heard' }, tick])
    expect(state).toMatchObject({ phase: 'live', silentTicks: 0 })
    expect(actions).toContainEqual({ do: 'set-timer', timer: 'ping', ms: PING_INTERVAL_MS })
  })

  test('after a sleep one unanswered question is enough', () => {
    const asked = run([...LIVE, { type: 'wake' }])
    expect(asked.actions).toContainEqual({ do: 'ping' })
    expect(run([tick], asked.state).state.phase).toBe('waiting')
    expect(run([{ type: 'heard' }, tick], asked.state).state.phase).toBe('live')
  })
})

test('waking up ends the waiting', () => {
  const waiting = run([{ type: 'start' }, LOST]).state
  expect(run([{ type: 'wake' }], waiting).state.phase).toBe('connecting')
})

test('stopping ends everything, whatever the phase', () => {
  for (const events of [[], LIVE.slice(0, 1), LIVE.slice(0, 2), LIVE, [...LIVE, LOST]]) {
    const { state, actions } = run([...events, { type: 'stop' }])
    expect(state).toEqual(STOPPED)
    expect(actions).toContainEqual({ do: 'close' })
    expect(actions).toContainEqual({ do: 'poll', on: false })
    expect(run([LOST, { type: 'wake' }, { type: 'timer', timer: 'retry' }], state).state).toEqual(STOPPED)
  }
})
