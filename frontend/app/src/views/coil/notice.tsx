/** Why there is no strip, and what to do about it. */
import { kindName, useTranslation } from '../../i18n/translate.ts'
import styles from './coil.module.css'

interface NoticeProps {
  status: 'loading' | 'noCoils' | 'ready' | 'failed'
  kind: string
  error: unknown
  onRetry(): void
}

export function Notice({ status, kind, error, onRetry }: NoticeProps) {
  const { t } = useTranslation('coil')
  const { t: common } = useTranslation()
  if (status === 'loading') {
    return (
      <p className={styles.notice} role="status">
        {common('loading')}
      </p>
    )
  }
  const words = status === 'ready' ? 'noFrames' : status
  return (
    <div className={styles.notice} role={status === 'failed' ? 'alert' : 'status'}>
      <strong>{t(`${words}.title`, { kind: kindName(common, kind) })}</strong>
      <p>{t(`${words}.text`)}</p>
      {status === 'failed' && (
        <>
          <p className={styles.minor}>
            <bdi>{error instanceof Error ? error.message : ''}</bdi>
          </p>
          <button type="button" className="button" onClick={onRetry}>
            {t('failed.retry')}
          </button>
        </>
      )}
    </div>
  )
}
