/** From the frames of one socket to what happened, with the place to resume from. Pure. */
import type { Alert } from './alerts.ts'
import type { Health, LiveImage, Mode, ResetReason, ServerMessage } from './messages.ts'

export interface StreamState {
  readonly node: string | null
  readonly epoch: string | null
  /** The newest event this client was told of. */
  readonly seq: number | null
  /** Up to here it was told all, as the server says. */
  readonly mark: number | null
  /** Before the server has answered `subscribe` it speaks as the replaced service did; held until it is clear to whom. */
  readonly held: readonly ServerMessage[] | null
  /** Where the log stood when the server answered. */
  readonly head: number
  /** So often was asked for something else that is not answered yet: what comes until then is not all that is wanted now. */
  readonly unanswered: number
}

export type StreamOutput =
  | { type: 'snapshot'; images: Readonly<Record<string, LiveImage>>; epoch: string | null }
  | { type: 'update'; image: LiveImage; skipped: number; epoch: string | null }
  | { type: 'removed'; imageSeq: number; epoch: string }
  | { type: 'reset'; reason: ResetReason; epoch: string }
  | { type: 'health'; health: Health }
  | { type: 'pong'; id: number; timestamp: number }
  | { type: 'alert'; alert: Alert }
  | { type: 'subscribed'; timestamp: number; resumed: boolean; version: string | null }

export const NEW_STREAM: StreamState = {
  node: null,
  epoch: null,
  seq: null,
  mark: null,
  held: null,
  head: 0,
  unanswered: 0,
}

const MAX_HELD = 100

/** A new socket: the place in the log is kept, what was held is not. */
export function opened(state: StreamState): StreamState {
  return { ...state, held: [], unanswered: 0 }
}

/**
 * Where to resume from. In mode `every` events come in their order. In `latest` a server that makes up for an interruption tells
 * of one folder after the other, so the newest event may have come without an older one of another folder.
 */
export function placeOf({ epoch, seq, mark }: StreamState, mode: Mode): { epoch: string; seq: number } | null {
  const place = mode === 'latest' ? (mark ?? seq) : seq
  return epoch === null || place === null ? null : { epoch, seq: place }
}

/** `subscribe` was sent. */
export function asked(state: StreamState): StreamState {
  return { ...state, unanswered: state.unanswered + 1 }
}

/** Whether what was held shows a server that numbers its images, which the replaced service never did. */
export function isNumbered({ held }: StreamState): boolean {
  return (held ?? []).some(message => {
    if (message.type === 'image_update') return message.data.seq !== null
    return message.type === 'current_images' && Object.values(message.data).some(image => image.seq !== null)
  })
}

export function receive(state: StreamState, message: ServerMessage): readonly [StreamState, readonly StreamOutput[]] {
  if (message.type === 'pong') {
    const { id, timestamp, seq = null } = message
    const mark = state.unanswered > 0 ? state.mark : (seq ?? state.mark)
    return [{ ...advance(state, seq), mark }, [{ type: 'pong', id, timestamp }]]
  }
  if (message.type === 'subscribed') {
    const { node, epoch, seq: head, timestamp } = message
    const resumed = state.epoch === epoch && state.seq !== null
    const unanswered = Math.max(0, state.unanswered - 1)
    // Who has no place in a log begins with this one; else a reset will say that it is another.
    const next = { ...state, node, head, unanswered, held: null, epoch: state.seq === null ? epoch : state.epoch }
    return [next, [{ type: 'subscribed', timestamp, resumed, version: message.version ?? null }]]
  }
  if (state.held !== null) return [{ ...state, held: hold(state.held, message) }, []]
  switch (message.type) {
    case 'current_images': {
      return [advance(state, state.head), [{ type: 'snapshot', images: message.data, epoch: state.epoch }]]
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
      return [{ ...state, epoch, seq, mark: null, head: seq }, [{ type: 'reset', reason, epoch }]]
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

/** The newest ones, and the snapshot that they go on from. */
function hold(held: readonly ServerMessage[], message: ServerMessage): readonly ServerMessage[] {
  if (held.length < MAX_HELD) return [...held, message]
  const oldest = held.findIndex(each => each.type !== 'current_images')
  return [...held.filter((_, index) => index !== oldest), message]
}

function advance(state: StreamState, seq: number | null): StreamState {
  const isBehind = seq === null || (state.seq !== null && seq <= state.seq)
  return isBehind || state.unanswered > 0 ? state : { ...state, seq }
}
