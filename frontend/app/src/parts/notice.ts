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
  'connectionType' | 'error' | 'failures' | 'isDemo' | 'isStale' | 'age' | 'health'
> & { isBroken: boolean }

export function chooseNotice(input: NoticeInput, wording: Wording): Notice | null {
  const { connectionType, error, failures, isDemo, isStale, age, health, isBroken } = input
  if (connectionType === 'disconnected' && error !== null) {
    const detail = failures > 0 ? wording.lost.attempt(failures) : null
    return { look: 'bad', ...wording.lost, detail, canRetry: true }
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
