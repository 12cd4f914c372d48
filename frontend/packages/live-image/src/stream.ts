/** From the frames of one socket to what happened, with the place to resume from. Pure. */
import type { Alert } from './alerts.ts'
import type { Health, LiveImage, ResetReason, ServerMessage } from './messages.ts'

export interface StreamState {
  readonly node: string | null
  readonly epoch: string | null
  /** The newest event this client was told of: what it resumes from. */
  readonly seq: number | null
  /** Before the server has answered `subscribe` it speaks as the replaced service did; held until it is clear to whom. */
  readonly held: readonly ServerMessage[] | null
  /** Where the log stood when the server answered. */
  readonly head: number
}

export type StreamOutput =
  | { type: 'snapshot'; images: Readonly<Record<string, LiveImage>>; epoch: string | null }
  | { type: 'update'; image: LiveImage; skipped: number; epoch: string | null }
  | { type: 'removed'; imageSeq: number; epoch: string }
  | { type: 'reset'; reason: ResetReason }
  | { type: 'health'; health: Health }
  | { type: 'pong'; id: number; timestamp: number }
  | { type: 'alert'; alert: Alert }
  | { type: 'subscribed'; timestamp: number; resumed: boolean; version: string | null }

export const NEW_STREAM: StreamState = { node: null, epoch: null, seq: null, held: null, head: 0 }

const MAX_HELD = 100

/** A new socket: the place in the log is kept, what was held is not. */
export function opened(state: StreamState): StreamState {
  return { ...state, held: [] }
}

export function receive(state: StreamState, message: ServerMessage): readonly [StreamState, readonly StreamOutput[]] {
  if (message.type === 'pong') return [state, [{ type: 'pong', id: message.id, timestamp: message.timestamp }]]
  if (message.type === 'subscribed') {
    const { node, epoch, seq: head, timestamp } = message
    const resumed = state.epoch === epoch && state.seq !== null
    const next = { ...state, node, head, held: null, epoch: state.epoch ?? epoch }
    return [next, [{ type: 'subscribed', timestamp, resumed, version: message.version ?? null }]]
  }
  if (state.held !== null) return [{ ...state, held: [...state.held, message].slice(-MAX_HELD) }, []]
  switch (message.type) {
    case 'current_images': {
      const seq = Math.max(state.head, state.seq ?? 0)
      return [{ ...state, seq }, [{ type: 'snapshot', images: message.data, epoch: state.epoch }]]
    }
    case 'image_update': {
      const update = { image: message.data, skipped: message.skipped ?? 0, epoch: message.epoch ?? state.epoch }
      return [advance(state, message.data.seq), [{ type: 'update', ...update }]]
    }
    case 'image_revised':
      return [advance(state, message.data.seq), []]
    case 'image_removed': {
      const { seq, image_seq: imageSeq } = message.data
      return [advance(state, seq), [{ type: 'removed', imageSeq, epoch: message.epoch }]]
    }
    case 'reset': {
      const { epoch, seq, reason } = message
      return [{ ...state, epoch, seq, head: seq }, [{ type: 'reset', reason }]]
    }
    case 'health':
      return [state, [{ type: 'health', health: message.data }]]
    case 'alert':
      return [state, [{ type: 'alert', alert: message.data }]]
  }
}

/** The server does not know `subscribe`: what was held is all there is. It has no log to resume from. */
export function acceptLegacy(state: StreamState): readonly [StreamState, readonly StreamOutput[]] {
  let next: StreamState = { ...NEW_STREAM }
  const outputs: StreamOutput[] = []
  for (const message of state.held ?? []) {
    const [after, said] = receive(next, message)
    next = after
    outputs.push(...said)
  }
  return [{ ...next, seq: null }, outputs]
}

function advance(state: StreamState, seq: number | null): StreamState {
  return seq === null || (state.seq !== null && seq <= state.seq) ? state : { ...state, seq }
}
