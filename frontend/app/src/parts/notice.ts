/** Which one thing to tell the operator now: the worst first. Pure. */
import type { LiveImageState } from '@coilcast/live-image'
import { formatAge } from '../format.ts'
import type { Wording } from '../wording.ts'

export type NoticeLook = 'bad' | 'warn' | 'demo'

export interface Notice {
  look: NoticeLook
  title: string
  text: string
  /** Beside the text: what the server says of itself, or how often it was tried. */
  detail: string | null
  canRetry: boolean
}

export type NoticeInput = Pick<
  LiveImageState,
  'connectionType' | 'failures' | 'isDemo' | 'isStale' | 'age' | 'health'
> & { isBroken: boolean }

/** Down, and not just for the blink of an eye in which a gateway is replaced: one attempt to come back has failed. */
export function isLost({ connectionType, failures }: Pick<LiveImageState, 'connectionType' | 'failures'>): boolean {
  return connectionType === 'disconnected' && failures > 0
}

export function chooseNotice(input: NoticeInput, wording: Wording): Notice | null {
  const { isDemo, isStale, age, health, isBroken } = input
  if (isLost(input)) {
    return { look: 'bad', ...wording.lost, detail: wording.lost.attempt(input.failures), canRetry: true }
  }
  const trouble = health !== null && health.status !== 'ok' ? { ...health, status: health.status } : null
  if (isStale && age !== null) {
    const title = wording.stale.title(formatAge(age, wording))
    return { look: 'warn', title, text: wording.stale.text, detail: trouble?.reason ?? null, canRetry: false }
  }
  if (isBroken) return { look: 'warn', ...wording.broken, detail: null, canRetry: false }
  if (trouble) {
    const look = trouble.status === 'down' ? 'bad' : 'warn'
    return { look, title: wording.health[trouble.status], text: trouble.reason ?? '', detail: null, canRetry: false }
  }
  if (isDemo) return { look: 'demo', title: wording.demo.title, text: wording.demo.text, detail: null, canRetry: false }
  return null
}
