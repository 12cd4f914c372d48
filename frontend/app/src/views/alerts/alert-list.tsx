/** The list itself, and what it says when there is nothing in it, or nothing known. */
import type { Alert } from '@coilcast/live-image'
import { useEffect, useRef } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import type { Language } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import { usePlace } from '../../place/use-place.ts'
import type { Attempts } from './acknowledging.ts'
import { AlertRow } from './alert-row.tsx'
import styles from './alerts.module.css'
import type { Pages } from './alerts.tsx'
import type { Filter } from './listing.ts'

interface AlertListProps {
  list: readonly Alert[]
  pages: Pages
  filter: Filter
  /** NaN when the address names none. */
  chosen: number
  attempts: Attempts
  language: Language
  timeZone: string | undefined
  onAcknowledge(id: number): void
  onSilence(id: number): void
}

export function AlertList(props: AlertListProps) {
  const { list, pages, filter, chosen, attempts, language, timeZone, onAcknowledge, onSilence } = props
  const { t } = useTranslation('alerts')
  const { t: common } = useTranslation()
  if (pages.isPending) return <p className={styles.nothing}>{common('loading')}…</p>
  if (pages.isError && pages.data === undefined && list.length === 0)
    return (
      <div className={styles.nothing} role="alert">
        <h3>{t('error.title')}</h3>
        <p>{pages.error.message}</p>
        <button type="button" className="button" onClick={() => void pages.refetch()}>
          {t('error.retry')}
        </button>
      </div>
    )
  return (
    <div className={styles.body}>
      {pages.isError && (
        <p className={styles.stale}>
          <Sign level="warn" />
          {t('error.stale')}
          <button type="button" className="button" onClick={() => void pages.refetch()}>
            {t('error.retry')}
          </button>
        </p>
      )}
      <Missing {...props} />
      {list.length === 0 ? (
        <div className={styles.nothing}>
          <Sign level="ok" size="2.5em" />
          <h3>{t(`empty.${filter}`)}</h3>
          <p>{t('empty.text')}</p>
        </div>
      ) : (
        <ul className={styles.list} aria-label={t('list')}>
          {list.map(alert => (
            <AlertRow
              key={alert.id}
              alert={alert}
              attempt={attempts.get(alert.id)}
              isChosen={alert.id === chosen}
              language={language}
              timeZone={timeZone}
              onAcknowledge={onAcknowledge}
              onSilence={onSilence}
            />
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <button
          type="button"
          className={styles.more}
          disabled={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {pages.isFetchingNextPage ? common('loading') : t('more')}
        </button>
      )}
    </div>
  )
}

/** A link may name an alert of long ago: so many pages are looked through for it. */
const MOST_PAGES = 10

/** The alert that the address names, when the list does not have it: looked for in earlier pages, and said when it is nowhere. */
function Missing({ list, pages, filter, chosen }: AlertListProps) {
  const { t } = useTranslation('alerts')
  const { change } = usePlace()
  const looked = useRef(0)
  const isMissing = Number.isSafeInteger(chosen) && !list.some(alert => alert.id === chosen)
  const { hasNextPage, isFetching, fetchNextPage } = pages
  const canLook = isMissing && hasNextPage && looked.current < MOST_PAGES
  useEffect(() => {
    if (!canLook || isFetching) return
    looked.current += 1
    void fetchNextPage()
  }, [canLook, isFetching, fetchNextPage])
  if (!isMissing || canLook || isFetching) return null
  const isPast = filter === 'firing'
  return (
    <p className={styles.stale}>
      <Sign level="info" />
      {t(isPast ? 'missingHere' : 'missing', { id: chosen })}
      {isPast && (
        <button type="button" className="button" onClick={() => change({ state: undefined })}>
          {t('showAll')}
        </button>
      )}
    </p>
  )
}
