import { useLiveImage } from '@coilcast/live-image/react'
import { memo } from 'react'
import type { LiveFilter } from '../../data/live-filter.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { chooseNotice, type NoticeLook } from './notice.ts'
import styles from './notice-bar.module.css'

interface NoticeBarProps {
  filter: LiveFilter
  /** The newest image cannot be painted. */
  isBroken: boolean
}

export const NoticeBar = memo(function NoticeBar({ filter, isBroken }: NoticeBarProps) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const live = useLiveImage(filter)
  const { connectionType, failures, isDemo, isStale, health, retry } = live
  // Read only while it is told: what is read is rendered anew every second.
  const age = isStale ? live.age : null
  const coil = filter.coilNumber
  const notice = chooseNotice({ connectionType, failures, isDemo, isStale, age, health, isBroken, coil }, t, common)
  if (notice === null) return <div />
  return (
    <div className={styles.notice} data-look={notice.look}>
      <svg className={styles.icon} viewBox="0 0 24 24" aria-hidden="true">
        {ICONS[notice.look]}
      </svg>
      <p className={styles.text}>
        <strong className={styles.title}>{notice.title}</strong>
        <span>{notice.text}</span>
        {notice.detail !== null && (
          <span className={styles.detail}>
            <bdi>{notice.detail}</bdi>
          </span>
        )}
      </p>
      {notice.canRetry && (
        <button type="button" className={styles.retry} onClick={retry}>
          {common('retry')}
        </button>
      )}
    </div>
  )
})

const ICONS: Record<NoticeLook, React.ReactNode> = {
  bad: <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8Zm3 5v7h2V7Zm0 9v2h2v-2Z" fill="currentColor" fillRule="evenodd" />,
  warn: <path d="M12 2 23 21H1Zm-1 7v6h2V9Zm0 7.5v2h2v-2Z" fill="currentColor" fillRule="evenodd" />,
  demo: <path d="M3 4h18v16H3Zm2 2v12h14V6Zm2 10 4-5 3 3.5 2-2.5 2.5 4Z" fill="currentColor" fillRule="evenodd" />,
}
