/** An image's way to the screen: when it was where, and what each step took. */
import type { ImageDetails } from '@coilcast/live-image'
import { memo } from 'react'
import { formatAge, formatTime } from '../../format.ts'
import { type Translate, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import styles from './details.module.css'
import { stepsOf } from './provenance.ts'

export const Provenance = memo(function Provenance({
  details,
  timeZone,
}: {
  details: ImageDetails
  timeZone: string | undefined
}) {
  const { t } = useTranslation('history')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const day = (timeMs: number) => formatTime(timeMs, language, timeZone).date
  const captured = day(details.provenance.captured_at)
  return (
    <section className={styles.card}>
      <h2 className={styles.label}>{t('provenance')}</h2>
      <ol className={styles.steps}>
        {stepsOf(details).map(step => (
          <li key={step.name} className={styles.step} data-known={step.at !== null || undefined}>
            <span className={styles.stepName}>{t(`steps.${step.name}`)}</span>
            {step.at === null ? (
              <span className={styles.missing}>{t(`missing.${step.missing}`)}</span>
            ) : (
              <>
                <time className={styles.stepTime} dateTime={new Date(step.at).toISOString()}>
                  {formatTime(step.at, language, timeZone).time}
                  <span className={styles.ms}>.{String(Math.floor(step.at) % 1000).padStart(3, '0')}</span>
                  {day(step.at) !== captured && <span className={styles.day}>{day(step.at)}</span>}
                </time>
                {step.sinceMs !== null && (
                  <span className={styles.since}>{difference(step.sinceMs, language, common)}</span>
                )}
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
})

/** With its sign: clocks may disagree, and that is to be seen. */
function difference(ms: number, language: string, t: Translate): string {
  const sign = ms < 0 ? '−' : '+'
  const size = Math.abs(Math.round(ms))
  return sign + (size < 60_000 ? `${size.toLocaleString(language)} ms` : formatAge(Math.round(size / 1000), t))
}
