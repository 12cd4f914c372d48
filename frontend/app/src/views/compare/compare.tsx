/** Two kinds of one frame, looked at together: the newest as it comes, or one that is held. */
import { useLiveImage } from '@coilcast/live-image/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { DEFAULT_KINDS, type LiveFilter } from '../../data/live-filter.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { usePlace } from '../../place/use-place.ts'
import { KioskBar } from '../../shell/kiosk-bar.tsx'
import { useIsFit, useZoomInPlace, useZoomKeys } from '../../zoom/use-zoom-gestures.ts'
import { CoilChip } from '../live/coil-chip.tsx'
import { NoticeBar } from '../live/notice-bar.tsx'
import { useCameras } from '../live/use-cameras.ts'
import { useChoices } from '../live/use-choices.ts'
import { comparedCamera } from './camera.ts'
import styles from './compare.module.css'
import { Controls } from './controls.tsx'
import type { DividerHandle } from './divider.tsx'
import { PairFacts } from './pair-facts.tsx'
import type { ShownPair } from './pair-painter.ts'
import { Panes, type PanesHandle } from './panes.tsx'
import { readSettings, writeSplit } from './settings.ts'
import { useCompareKeys } from './use-compare-keys.ts'
import { useDeeds } from './use-deeds.ts'
import { useFixedPair, useLivePair } from './use-pair.ts'
import { wantsLittleMotion } from './use-turns.ts'

export default function CompareView() {
  const { t } = useTranslation('compare')
  const { t: common } = useTranslation()
  const { params, change } = usePlace()
  const { config } = useLiveImage({ camera: params.camera, coilNumber: params.coil })
  const allKinds = config?.kinds ?? DEFAULT_KINDS
  const settings = useMemo(() => readSettings(params, allKinds, wantsLittleMotion()), [params, allKinds])
  const { kinds, frame } = settings
  const { cameras } = useCameras(config)
  const camera = comparedCamera(params.camera, cameras)
  useEffect(() => {
    if (camera !== params.camera) change({ camera }, { replace: true })
  }, [camera, params.camera, change])
  const livePair = useLivePair(kinds, camera, params.coil)
  const fixed = useFixedPair(frame, kinds, params.camera)
  const [shown, setShown] = useState<ShownPair | null>(null)
  const image = shown?.pair.left ?? shown?.pair.right ?? null
  const type = image?.type ?? kinds.left
  const filter = useMemo<LiveFilter>(
    () => ({ imageType: type, camera, coilNumber: params.coil, previews: true }),
    [type, camera, params.coil],
  )

  const zoom = useZoomInPlace()
  const { deeds, notice } = useDeeds({ frame, from: fixed.image, shown: shown?.pair ?? null })
  const panes = useRef<PanesHandle>(null)
  const divider = useRef<DividerHandle>(null)
  useCompareKeys(settings, deeds, useIsFit(zoom), panes, divider)
  useZoomKeys(zoom)
  const choices = useChoices(allKinds, cameras)
  const moveDivider = useCallback((split: number) => change(writeSplit(split), { replace: true }), [change])

  const coil = image === null ? null : (image.coil_number ?? common('noCoil'))
  useEffect(() => {
    document.title = coil === null ? common('product') : `${coil} · ${common('product')}`
  }, [coil, common])
  const isGone = fixed.trouble === 'gone'
  useEffect(() => {
    if (isGone) setShown(null)
  }, [isGone])

  const isFixed = frame !== null
  const trouble = isGone || shown === null ? fixed.trouble : null
  const isBroken = shown !== null && (shown.broken.left || shown.broken.right)
  return (
    <div className={styles.compare}>
      <div className={styles.notice}>{!isFixed && <NoticeBar filter={filter} isBroken={isBroken} />}</div>
      <Controls
        settings={settings}
        kinds={allKinds}
        cameras={cameras}
        camera={camera}
        zoom={zoom}
        deeds={deeds}
        canFreeze={image !== null}
      >
        <CoilChip choices={choices} />
        {params.kiosk !== undefined && <KioskBar filter={filter} onLeave={choices.choose.leaveKiosk} />}
      </Controls>
      {trouble === null ? (
        <Panes
          filter={filter}
          settings={settings}
          zoom={zoom}
          pair={isFixed ? fixed.pair : livePair}
          shown={shown}
          handle={panes}
          divider={divider}
          onShown={setShown}
          onSplit={moveDivider}
        />
      ) : (
        <div className={styles.trouble} role="alert">
          <h2>{t(`${trouble}.title`)}</h2>
          <p>{t(`${trouble}.text`)}</p>
          <button type="button" className="button" onClick={deeds.freeze}>
            {t('frame.live')}
          </button>
        </div>
      )}
      <PairFacts
        pair={shown?.pair ?? null}
        filter={filter}
        isFixed={isFixed}
        timeZone={config?.timezone}
        notice={notice === null ? null : t(`frame.${notice}`)}
      />
    </div>
  )
}
