/** One camera's newest image, large, and what is known of it. */
import type { LiveImage } from '@coilcast/live-image'
import { useLiveImage } from '@coilcast/live-image/react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DEFAULT_KINDS, DEFAULT_TYPE, liveFilter } from '../../data/live-filter.ts'
import type { ShownFrame } from '../../frame/painter.ts'
import { Stage } from '../../frame/stage.tsx'
import { KindSwitch } from '../../parts/kind-switch.tsx'
import { usePlace } from '../../place/use-place.ts'
import { Age } from './age.tsx'
import { Facts } from './facts.tsx'
import styles from './live.module.css'
import { NoticeBar } from './notice-bar.tsx'

export function LiveView() {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { place, params, change } = usePlace()
  const filter = useMemo(() => liveFilter(place), [place])
  const { config } = useLiveImage(filter)
  const [shown, setShown] = useState<ShownFrame | null>(null)
  const [broken, setBroken] = useState<LiveImage | null>(null)
  const onShown = useCallback((next: ShownFrame | null) => {
    setShown(next)
    setBroken(null)
  }, [])

  const coil = shown === null || shown.isDemo ? null : (shown.image.coil_number ?? common('noCoil'))
  useEffect(() => {
    document.title = coil === null ? common('product') : `${coil} · ${common('product')}`
  }, [coil, common])

  return (
    <div className={styles.live}>
      <div className={styles.view}>
        <NoticeBar filter={filter} isBroken={broken !== null} />
        <Stage filter={filter} onShown={onShown} onBroken={setBroken} />
      </div>
      <aside className={styles.side} aria-label={t('information')}>
        <KindSwitch
          kinds={config?.kinds ?? DEFAULT_KINDS}
          value={params.type ?? DEFAULT_TYPE}
          onChange={type => change({ type: type === DEFAULT_TYPE ? undefined : type }, { replace: true })}
        />
        <Facts shown={shown} timeZone={config?.timezone}>
          <Age filter={filter} />
        </Facts>
      </aside>
    </div>
  )
}
