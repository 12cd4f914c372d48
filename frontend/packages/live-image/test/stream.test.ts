import { expect, test } from 'vitest'
import type { ServerMessage } from '../src/messages.ts'
import {
  acceptLegacy,
  NEW_STREAM,
  opened,
  placeOf,
  receive,
  type StreamOutput,
  type StreamState,
} from '../src/stream.ts'
import { EPOCH, image } from './support/fake-environment.ts'

const subscribed = (seq: number, epoch = EPOCH): ServerMessage => {
  return { type: 'subscribed', node: 'line-1', epoch, seq, mode: 'latest', timestamp: 1 }
}
const snapshot: ServerMessage = { type: 'current_images', data: { original: image(7) }, timestamp: 1 }
const update = (seq: number): ServerMessage => {
  return { type: 'image_update', data: image(seq), timestamp: 1, epoch: EPOCH, skipped: 2 }
}

function run(messages: ServerMessage[], from: StreamState = opened(NEW_STREAM)) {
  let state = from
  const outputs: StreamOutput[] = []
  for (const message of messages) {
    const [next, said] = receive(state, message)
    state = next
    outputs.push(...said)
  }
  return { state, outputs }
}

test('resumes from the head that the snapshot stands for, then from the newest event', () => {
  const { state } = run([subscribed(9), snapshot])
  expect(state).toMatchObject({ epoch: EPOCH, seq: 9 })
  expect(run([update(12), update(11)], state).state.seq).toBe(12)
})

test('the place in the log outlives the socket', () => {
  const { state } = run([subscribed(9), snapshot, update(10)])
  expect(opened(state)).toMatchObject({ epoch: EPOCH, seq: 10 })
})

test('a resumed stream keeps its place until the missed events come', () => {
  const before = opened(run([subscribed(9), snapshot]).state)
  const { state, outputs } = run([subscribed(40), update(12)], before)
  expect(outputs[0]).toMatchObject({ type: 'subscribed', resumed: true })
  expect(state.seq).toBe(12)
})

test('a reset says why and where the log stands now', () => {
  const before = opened(run([subscribed(900), snapshot]).state)
  const { state, outputs } = run(
    [subscribed(3, 'e2'), { type: 'reset', reason: 'epoch', epoch: 'e2', seq: 3, timestamp: 1 }, snapshot],
    before,
  )
  expect(outputs.map(output => output.type)).toEqual(['subscribed', 'reset', 'snapshot'])
  expect(outputs[2]).toMatchObject({ epoch: 'e2' })
  expect(state).toMatchObject({ epoch: 'e2', seq: 3 })
})

test('what a server says before it answers `subscribe` is dropped when it does', () => {
  const { outputs } = run([snapshot, update(8), subscribed(9)])
  expect(outputs.map(output => output.type)).toEqual(['subscribed'])
})

test('and is all there is when it never does', () => {
  const held = run([snapshot, update(8)]).state
  const [state, outputs] = acceptLegacy(held)
  expect(outputs.map(output => output.type)).toEqual(['snapshot', 'update'])
  expect(state).toMatchObject({ seq: null, epoch: null })
  expect(run([update(9)], state).outputs).toHaveLength(1)
})

test('a new version of an old image moves the place and nothing else', () => {
  const revised: ServerMessage = { type: 'image_revised', data: image(12), timestamp: 1, epoch: EPOCH }
  const { state, outputs } = run([subscribed(9), snapshot, revised])
  expect(state.seq).toBe(12)
  expect(outputs.map(output => output.type)).toEqual(['subscribed', 'snapshot'])
})

test('the count of skipped images is passed on', () => {
  expect(run([subscribed(1), update(2)]).outputs[1]).toMatchObject({ type: 'update', skipped: 2 })
})

test('without a place in a log the next server begins one of its own', () => {
  const cut = opened(run([subscribed(9)]).state)
  const { state } = run([subscribed(3, 'e2'), snapshot], cut)
  expect(state).toMatchObject({ epoch: 'e2', seq: 3 })
})

test('the snapshot outlives a flood that comes before it is clear who speaks', () => {
  const flood = Array.from({ length: 500 }, (_, index) => update(index + 8))
  const [, outputs] = acceptLegacy(run([snapshot, ...flood]).state)
  expect(outputs).toHaveLength(100)
  expect(outputs[0]?.type).toBe('snapshot')
  expect(outputs.at(-1)).toMatchObject({ image: { seq: 507 } })
})

test('in mode latest it resumes from where the server says that all was told, since folders are told of one by one', () => {
  const { state } = run([subscribed(9), snapshot, { type: 'pong', id: 1, timestamp: 1, seq: 10 }, update(12)])
  expect(placeOf(state, 'latest')).toEqual({ epoch: EPOCH, seq: 10 })
  expect(placeOf(state, 'every')).toEqual({ epoch: EPOCH, seq: 12 })
  const unmarked = run([subscribed(9), snapshot, update(12)]).state
  expect(placeOf(unmarked, 'latest')).toEqual({ epoch: EPOCH, seq: 12 })
  const reset: ServerMessage = { type: 'reset', reason: 'trimmed', epoch: EPOCH, seq: 40, timestamp: 1 }
  expect(placeOf(run([reset], state).state, 'latest')).toEqual({ epoch: EPOCH, seq: 40 })
  expect(placeOf(NEW_STREAM, 'every')).toBeNull()
})
