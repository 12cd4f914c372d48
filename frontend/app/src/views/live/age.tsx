/** How old the newest image is, counting up by the server's clock; the bar fills towards the stale limit. */
import { useLiveImage } from '@coilcast/live-image/react'
import { memo } from 'react'
import type { LiveFilter } from '../../data/live-filter.ts'
import { formatAge } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import styles from './facts.module.css'

const DEFAULT_STALE_AFTER_S = 30

export const Age = memo(function Age({ filter }: { filter: LiveFilter }) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { age, isStale, config } = useLiveImage(filter)
  const limitS = config?.staleAfterS ?? DEFAULT_STALE_AFTER_S
  const filled = age === null ? 0 : Math.min(100, (age / limitS) * 100)
  return (
    <dl className={styles.card} data-stale={isStale || undefined}>
      <dt className={styles.label}>{t('age')}</dt>
      <dd className={styles.large}>
        {age === null ? '–' : formatAge(age, common)}
        <svg className={styles.bar} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          <rect width={filled} height="1" />
        </svg>
      </dd>
    </dl>
  )
})
