/** How old the newest image is, counting up by the server's clock; the bar fills towards the stale limit. */
import { useLiveImage } from '@coilcast/live-image/react'
import { memo } from 'react'
import type { Filter } from '../address.ts'
import { formatAge } from '../format.ts'
import type { Wording } from '../wording.ts'
import styles from './facts.module.css'

const DEFAULT_STALE_AFTER_S = 30

export const Age = memo(function Age({ filter, wording }: { filter: Filter; wording: Wording }) {
  const { age, isStale, config } = useLiveImage(filter)
  const limitS = config?.staleAfterS ?? DEFAULT_STALE_AFTER_S
  const filled = age === null ? 0 : Math.min(100, (age / limitS) * 100)
  return (
    <dl className={styles.card} data-stale={isStale || undefined}>
      <dt className={styles.label}>{wording.age}</dt>
      <dd className={styles.large}>
        {age === null ? '–' : formatAge(age, wording)}
        <svg className={styles.bar} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          <rect width={filled} height="1" />
        </svg>
      </dd>
    </dl>
  )
})
