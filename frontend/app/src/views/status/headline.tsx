/** The one sentence to read: whether all is well, and since when that is known. */
import type { ApiError, SystemStatus } from '@coilcast/live-image'
import { useAlerts } from '@coilcast/live-image/react'
import { formatAge, formatTime } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import { useNow } from '../../parts/use-now.ts'
import { alertSaying, STATUS_LEVELS } from './figures.ts'
import styles from './headline.module.css'

interface HeadlineProps {
  status: SystemStatus
  /** Why there is no later answer. */
  error: ApiError | null
  timeZone: string | undefined
  onRefresh(): void
}

export function Headline({ status, error, timeZone, onRefresh }: HeadlineProps) {
  const { t } = useTranslation('status')
  const { language } = useLook()
  const { firing } = useAlerts()
  const reason = alertSaying(status.reason, firing)?.summary[language] ?? status.reason
  const level = error === null ? STATUS_LEVELS[status.status] : 'bad'
  return (
    <header className={styles.headline} data-level={level}>
      <Sign level={level} size="2.25em" />
      <h2 className={styles.verdict}>{error === null ? t(`verdict.${status.status}`) : t('unreachable.title')}</h2>
      <p className={styles.reason}>
        {error === null ? (
          <bdi>{reason ?? t(`explain.${status.status}`)}</bdi>
        ) : (
          <>
            {error.status === 0 ? t('unreachable.text') : error.message} <Old at={status.at} />
          </>
        )}
      </p>
      <p className={styles.at}>
        {t('at', { time: formatTime(status.at, language, timeZone).time })}
        <br />
        {t('version', { version: status.version })}
      </p>
      {error !== null && (
        <button type="button" className="button" onClick={onRefresh}>
          {t('again')}
        </button>
      )}
    </header>
  )
}

function Old({ at }: { at: number }) {
  const { t } = useTranslation('status')
  const { t: common } = useTranslation()
  const age = formatAge(Math.max(0, Math.floor((useNow() - at) / 1000)), common)
  return <strong>{t('unreachable.old', { age })}</strong>
}
