/** How the node is: its services, how long images take on their way, how many come, who looks, what room is left. */
import { useLiveImage, useSystemStatus } from '@coilcast/live-image/react'
import { useEffect, useMemo } from 'react'
import { linkFilter } from '../../data/live-filter.ts'
import { useTranslation } from '../../i18n/translate.ts'
import type { Binding } from '../../keys/keys.ts'
import { useKeys } from '../../keys/use-keys.ts'
import { usePlace } from '../../place/use-place.ts'
import type { Scale } from './chart-options.ts'
import { Flows } from './flows.tsx'
import { Headline } from './headline.tsx'
import { Latency } from './latency.tsx'
import { Clients, Disks } from './machine.tsx'
import { Rates } from './rates.tsx'
import { Services } from './services.tsx'
import styles from './status.module.css'

export default function StatusView() {
  const { t } = useTranslation('status')
  const { t: common } = useTranslation()
  const { place, params, change } = usePlace()
  const live = useLiveImage(useMemo(() => linkFilter(place), [place]))
  const { status, error, isLoading, refresh } = useSystemStatus()
  const scale: Scale = params.scale === 'linear' ? 'linear' : 'log'
  const timeZone = live.config?.timezone

  const bindings = useMemo<Binding[]>(
    () => [
      { keys: ['r'], label: t('keys.refresh'), run: refresh },
      {
        keys: ['g'],
        label: t('keys.scale'),
        run: () => change({ scale: scale === 'log' ? 'linear' : undefined }, { replace: true }),
      },
    ],
    [t, refresh, change, scale],
  )
  useKeys(common('views.status'), bindings)
  const verdict = status === null || error !== null ? null : t(`verdict.${status.status}`)
  useEffect(() => {
    document.title = `${verdict ? `${verdict} · ` : ''}${common('views.status')} · ${common('product')}`
  }, [common, verdict])

  if (status === null)
    return (
      <div className={styles.nothing} role={error === null ? undefined : 'alert'}>
        {isLoading || error === null ? (
          <p>{common('loading')}…</p>
        ) : (
          <>
            <h2>{common('unavailable')}</h2>
            <p>{error.status === 0 ? t('unreachable.never') : error.message}</p>
            <button type="button" className="button" onClick={refresh}>
              {t('again')}
            </button>
          </>
        )}
      </div>
    )
  return (
    <div className={styles.status}>
      <Headline status={status} error={error} timeZone={timeZone} onRefresh={refresh} />
      <div className={styles.figures} data-old={error !== null || undefined}>
        <Flows status={status} timeZone={timeZone} />
        <div className={styles.row}>
          <Services status={status} />
          <div className={styles.column}>
            <Clients status={status} />
            <Disks status={status} />
          </div>
        </div>
        <Latency
          status={status}
          scale={scale}
          timeZone={timeZone}
          onScale={next => change({ scale: next === 'log' ? undefined : next }, { replace: true })}
        />
        <Rates status={status} timeZone={timeZone} />
      </div>
    </div>
  )
}
