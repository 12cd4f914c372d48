/** The coil as a whole: its number, how many frames, from when to when, what is missing. */
import type { LiveImage } from '@coilcast/live-image'
import { memo, useMemo } from 'react'
import { formatAge, formatTime } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import styles from './coil.module.css'
import type { FrameState } from './frame-list.ts'
import { layOut } from './layout.ts'

interface SummaryProps {
  coil: string
  frames: FrameState
  isRunning: boolean
  timeZone: string | undefined
}

export const Summary = memo(function Summary({ coil, frames, isRunning, timeZone }: SummaryProps) {
  const { t } = useTranslation('coil')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const { images, status, expected } = frames
  const gaps = useMemo(() => countGaps(images), [images])
  const [first, last] = [images[0], images.at(-1)]
  const total = Math.max(expected ?? 0, images.length)
  return (
    <div className={styles.summary}>
      <h2 className={styles.number}>
        <span className="hidden">{common('coil')} </span>
        <bdi data-testid="coil">{coil}</bdi>
      </h2>
      {isRunning && <span className={styles.running}>{t('running')}</span>}
      <div className={styles.facts}>
        <p className={styles.line}>
          {status === 'loading' && total > images.length ? (
            <span role="status">
              {expected === null
                ? t('loadingFrames', { loaded: images.length })
                : t('loadingFramesOf', { loaded: images.length, total })}
            </span>
          ) : (
            <span data-testid="count">{t('count', { count: images.length })}</span>
          )}
          {first && last && <span>{formatAge(Math.round((last.timestamp - first.timestamp) / 1000), common)}</span>}
          {gaps > 0 && <span className={styles.warning}>{t('gaps', { count: gaps })}</span>}
        </p>
        {first && last && (
          <p>
            {`${formatTime(first.timestamp, language, timeZone).date} `}
            {t('times', {
              from: formatTime(first.timestamp, language, timeZone).time,
              to: formatTime(last.timestamp, language, timeZone).time,
            })}
          </p>
        )}
      </div>
    </div>
  )
})

function countGaps(images: readonly LiveImage[]): number {
  return layOut(images.map(image => ({ timeMs: image.timestamp, along: null, across: null }))).gaps.length
}
