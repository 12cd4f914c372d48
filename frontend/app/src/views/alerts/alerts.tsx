/** What is wrong, what was, and who has taken notice. */
import { useAlerts, useLiveImage } from '@coilcast/live-image/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api } from '../../data/api.ts'
import { linkFilter } from '../../data/live-filter.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { serverNow } from '../../parts/use-now.ts'
import { usePlace } from '../../place/use-place.ts'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { type Signature, useAcknowledging } from './acknowledging.ts'
import { AlertList } from './alert-list.tsx'
import styles from './alerts.module.css'
import { FilterSwitch } from './filter-switch.tsx'
import { type Filter, listAlerts, readFilter } from './listing.ts'
import { rank } from './ranking.ts'
import { SilenceDialog } from './silence-dialog.tsx'
import { SoundPanel } from './sound/sound-panel.tsx'
import { useAlertKeys } from './use-alert-keys.ts'
import { formatWhen } from './when.ts'

export default function AlertsView() {
  const { t } = useTranslation('alerts')
  const { t: common } = useTranslation()
  const { place, params, change } = usePlace()
  const { language } = useLook()
  const live = useLiveImage(useMemo(() => linkFilter(place), [place]))
  const { alerts, firing, acknowledge, refresh } = useAlerts()
  const filter = readFilter(params.state)
  const chosen = Number(params.alert ?? Number.NaN)
  const pages = usePages(filter, live.connectionType)
  const list = useMemo(
    () =>
      listAlerts(pages.data?.pages.flatMap(page => page.alerts) ?? [], alerts, { filter, hasMore: pages.hasNextPage }),
    [pages.data, pages.hasNextPage, alerts, filter],
  )

  const { attempts, send } = useAcknowledging(acknowledge, refresh)
  const [asking, setAsking] = useState<number | null>(null)
  const asked = asking === null ? undefined : list.find(alert => alert.id === asking)
  const [silencing, setSilencing] = useState<number | null>(null)
  const silenced = silencing === null ? undefined : list.find(alert => alert.id === silencing)
  const setFilter = useCallback((next: Filter) => change({ state: next === 'all' ? undefined : next }), [change])
  const choose = useCallback((id: number) => change({ alert: id }, { replace: true }), [change])
  useAlertKeys({ list, chosen, filter, choose, setFilter, acknowledge: setAsking, silence: setSilencing })

  const ranking = useMemo(() => rank(firing), [firing])
  const count = ranking?.calling ?? 0
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ''}${common('views.alerts')} · ${common('product')}`
  }, [common, count])

  return (
    <div className={styles.alerts}>
      <div className={styles.head}>
        <h2 className={styles.title}>{common('views.alerts')}</h2>
        <p className={styles.counts}>{t('counts', { firing: firing.length, open: count })}</p>
        <FilterSwitch value={filter} onChange={setFilter} />
      </div>
      <AlertList
        list={list}
        pages={pages}
        filter={filter}
        chosen={chosen}
        attempts={attempts}
        language={language}
        timeZone={live.config?.timezone}
        onAcknowledge={setAsking}
        onSilence={setSilencing}
      />
      <aside className={styles.side} aria-label={t('sound.title')}>
        <SoundPanel timeZone={live.config?.timezone} />
      </aside>
      {asked && (
        <AcknowledgeDialog
          alert={asked}
          before={before(asked.id)}
          onSend={signature => void send(asked.id, signature)}
          onClose={() => setAsking(null)}
        />
      )}
      {silenced && (
        <SilenceDialog
          alert={silenced}
          isSilenced={(silenced.silenced_until ?? 0) > serverNow()}
          when={atMs => formatWhen(atMs, serverNow(), language, live.config?.timezone)}
          onDone={refresh}
          onClose={() => setSilencing(null)}
        />
      )}
    </div>
  )

  function before(id: number): Signature | null {
    const attempt = attempts.get(id)
    if (attempt) return attempt
    const said = asked?.acknowledged
    return said ? { by: said.by, note: said.note ?? '' } : null
  }
}

const PAGE = 100

export type Pages = ReturnType<typeof usePages>

/** The pages asked for so far; after an interruption all of them anew. */
function usePages(filter: Filter, connectionType: string) {
  const pages = useInfiniteQuery({
    queryKey: ['alerts', filter],
    queryFn: ({ pageParam, signal }) => api.alerts({ state: filter, before: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
  })
  const { refetch } = pages
  const before = useRef(connectionType)
  useEffect(() => {
    if (before.current !== connectionType && connectionType === 'websocket') void refetch()
    before.current = connectionType
  }, [connectionType, refetch])
  return pages
}
