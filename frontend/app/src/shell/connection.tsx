/** The state of the link as shape, text and colour, and spoken when it changes. */
import { useLiveImage } from '@coilcast/live-image/react'
import { memo } from 'react'
import type { LiveFilter } from '../data/live-filter.ts'
import type { ko } from '../i18n/ko/index.ts'
import { useTranslation } from '../i18n/translate.ts'
import styles from './connection.module.css'
import { isLost } from './lost.ts'

type Look = keyof typeof ko.common.connection

export const Connection = memo(function Connection({ filter }: { filter: LiveFilter }) {
  const { t } = useTranslation()
  const live = useLiveImage(filter)
  const { connectionType } = live
  const look: Look = connectionType === 'disconnected' && !isLost(live) ? 'connecting' : connectionType
  return (
    <p className={styles.connection} data-look={look} role="status" title={look === 'http' ? t('httpHint') : undefined}>
      <svg className={styles.icon} viewBox="0 0 16 16" aria-hidden="true">
        {SHAPES[look]}
      </svg>
      {t(`connection.${look}`)}
    </p>
  )
})

const SHAPES: Record<Look, React.ReactNode> = {
  websocket: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  http: <path d="M8 1.5 15 14H1Z" fill="currentColor" />,
  disconnected: (
    <path
      d="M5 1h6l4 4v6l-4 4H5l-4-4V5Zm0 3.6L4.6 5l3 3-3 3 .4.4 3-3 3 3 .4-.4-3-3 3-3-.4-.4-3 3Z"
      fill="currentColor"
    />
  ),
  connecting: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="4 3" />,
}
