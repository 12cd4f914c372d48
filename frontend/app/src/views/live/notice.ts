/** Which one thing to tell the operator now: the worst first. Pure. */
import type { LiveImageState } from '@coilcast/live-image'
import { formatAge } from '../../format.ts'
import type { Translate } from '../../i18n/translate.ts'
import { isLost } from '../../shell/lost.ts'

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
> & {
  isBroken: boolean
  /** Only this coil's images are shown. */
  coil: string | undefined
}

export function chooseNotice(input: NoticeInput, t: Translate<'live'>, common: Translate): Notice | null {
  const { isDemo, isStale, age, health, isBroken, coil } = input
  if (isLost(input)) {
    const detail = t('lost.attempt', { count: input.failures })
    return { look: 'bad', title: t('lost.title'), text: t('lost.text'), detail, canRetry: true }
  }
  const trouble = health !== null && health.status !== 'ok' ? { ...health, status: health.status } : null
  if (isStale && age !== null) {
    const title = t('stale.title', { age: formatAge(age, common) })
    const text = coil === undefined ? t('stale.text') : t('stale.coil', { coil })
    return { look: 'warn', title, text, detail: trouble?.reason ?? null, canRetry: false }
  }
  if (isBroken) return { look: 'warn', title: t('broken.title'), text: t('broken.text'), detail: null, canRetry: false }
  if (trouble) {
    const look = trouble.status === 'down' ? 'bad' : 'warn'
    return { look, title: t(`health.${trouble.status}`), text: trouble.reason ?? '', detail: null, canRetry: false }
  }
  if (isDemo) return { look: 'demo', title: t('demo.title'), text: t('demo.text'), detail: null, canRetry: false }
  return null
}
