/** One camera's newest image, large, and what is known of it. */
import type { LiveImage } from '@coilcast/live-image'
import { useLiveImage } from '@coilcast/live-image/react'
import { useCallback, useEffect, useState } from 'react'
import { DEFAULT_KINDS } from '../../data/live-filter.ts'
import type { ShownFrame } from '../../frame/painter.ts'
import { Stage } from '../../frame/stage.tsx'
import { useTranslation } from '../../i18n/translate.ts'
import { KindSwitch } from '../../parts/kind-switch.tsx'
import { usePlace } from '../../place/use-place.ts'
import { KioskBar } from '../../shell/kiosk-bar.tsx'
import { useZoomInPlace, useZoomKeys } from '../../zoom/use-zoom-gestures.ts'
import { ZoomTools } from '../../zoom/zoom-tools.tsx'
import { Age } from './age.tsx'
import { CameraSwitch } from './camera-switch.tsx'
import { CoilChip } from './coil-chip.tsx'
import { Facts } from './facts.tsx'
import styles from './live.module.css'
import { NoticeBar } from './notice-bar.tsx'
import { useCameras } from './use-cameras.ts'
import { useChoices } from './use-choices.ts'
import { useLiveFilter } from './use-live-filter.ts'
import { useLiveKeys } from './use-live-keys.ts'

export function Single() {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { place } = usePlace()
  const filter = useLiveFilter(place)
  const { config } = useLiveImage(filter)
  const { cameras, see } = useCameras(config)
  const zoom = useZoomInPlace()
  // Another camera sees another thing at the same spot.
  const fit = useCallback(() => zoom.fit(), [zoom])
  const choices = useChoices(config?.kinds ?? DEFAULT_KINDS, cameras, fit)
  const { kinds, kind, isKiosk, choose } = choices
  useLiveKeys(choices)
  useZoomKeys(zoom)
  const [shown, setShown] = useState<ShownFrame | null>(null)
  const [broken, setBroken] = useState<LiveImage | null>(null)
  const onShown = useCallback(
    (next: ShownFrame | null) => {
      setShown(next)
      setBroken(null)
      see(next?.isDemo ? null : (next?.image.camera ?? null))
    },
    [see],
  )

  const coil = shown === null || shown.isDemo ? null : (shown.image.coil_number ?? common('noCoil'))
  useEffect(() => {
    document.title = coil === null ? common('product') : `${coil} · ${common('product')}`
  }, [coil, common])

  return (
    <div className={styles.live}>
      <div className={styles.view}>
        <NoticeBar filter={filter} isBroken={broken !== null} />
        <div className={styles.picture}>
          <Stage filter={filter} label={t('picture')} zoom={zoom} onShown={onShown} onBroken={setBroken} />
          <div className={styles.zoom}>
            <ZoomTools zoom={zoom} />
          </div>
        </div>
      </div>
      <aside className={styles.side} aria-label={t('information')}>
        {isKiosk && <KioskBar filter={filter} onLeave={choose.leaveKiosk} />}
        <CoilChip choices={choices} />
        <CameraSwitch choices={choices} />
        <KindSwitch kinds={kinds} value={kind} onChange={choose.kind} />
        <Facts shown={shown} timeZone={config?.timezone}>
          <Age filter={filter} />
        </Facts>
      </aside>
    </div>
  )
}
