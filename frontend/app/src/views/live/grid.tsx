/** All cameras side by side, each with its own newest image. */
import { useLiveImage } from '@coilcast/live-image/react'
import { Square } from 'lucide-react'
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { DEFAULT_KINDS, type LiveFilter } from '../../data/live-filter.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { KindSwitch } from '../../parts/kind-switch.tsx'
import { usePlace } from '../../place/use-place.ts'
import { KioskBar } from '../../shell/kiosk-bar.tsx'
import { CoilChip } from './coil-chip.tsx'
import controls from './controls.module.css'
import styles from './grid.module.css'
import { type GridShape, shapeGrid } from './grid-shape.ts'
import { NoticeBar } from './notice-bar.tsx'
import { Tile } from './tile.tsx'
import { useCameras } from './use-cameras.ts'
import { useChoices } from './use-choices.ts'
import { useLiveFilter } from './use-live-filter.ts'
import { useLiveKeys } from './use-live-keys.ts'

export function Grid() {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { place } = usePlace()
  const filter = useLiveFilter(place)
  const { config } = useLiveImage(filter)
  const { cameras, see } = useCameras(config)
  const choices = useChoices(config?.kinds ?? DEFAULT_KINDS, cameras)
  const { kinds, kind, isKiosk, choose } = choices
  useLiveKeys(choices)
  const [list, shape] = useGridShape(cameras.length)
  useEffect(() => {
    document.title = `${t('grid.title')} · ${common('product')}`
  }, [t, common])

  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <KindSwitch kinds={kinds} value={kind} onChange={choose.kind} />
        <CoilChip choices={choices} />
        <span className={styles.count}>{t('grid.count', { count: cameras.length })}</span>
        <button
          type="button"
          className={`${controls.tool} ${controls.wide}`}
          title={`${t('keys.single')} (G)`}
          onClick={() => choose.grid(false)}
        >
          <Square size="1.125em" aria-hidden="true" />
          {t('keys.single')}
        </button>
        {isKiosk && <KioskBar filter={filter} onLeave={choose.leaveKiosk} />}
      </div>
      <NoticeBar filter={filter} isBroken={false} />
      <Newcomers filter={filter} see={see} />
      <ul
        ref={list}
        className={styles.grid}
        aria-label={t('grid.title')}
        data-fits={shape.fits || undefined}
        style={{ gridTemplateColumns: `repeat(${shape.columns}, minmax(0, 1fr))` }}
      >
        {cameras.map(camera => (
          <Tile key={camera} camera={camera} />
        ))}
      </ul>
    </div>
  )
}

/** Hears of every image, so that a camera put up just now gets its tile; alone, so that nothing else is rendered for it. */
const Newcomers = memo(function Newcomers({ filter, see }: { filter: LiveFilter; see(camera: string | null): void }) {
  const { currentImage, isDemo } = useLiveImage(filter)
  const camera = isDemo ? null : (currentImage?.camera ?? null)
  useEffect(() => see(camera), [camera, see])
  return null
})

/** As large as the pictures can be in the room that there is. */
function useGridShape(count: number): [(list: HTMLUListElement | null) => void, GridShape] {
  const list = useRef<HTMLUListElement>(null)
  const [shape, setShape] = useState<GridShape>({ columns: 1, fits: true })
  const measure = useCallback(() => {
    if (list.current === null) return
    const { clientWidth: width, clientHeight: height } = list.current
    const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
    const next = shapeGrid(count, { width, height }, CAPTION_REM * remPx, GAP_PX)
    setShape(before => (before.columns === next.columns && before.fits === next.fits ? before : next))
  }, [count])
  useLayoutEffect(measure, [measure])
  const observe = useCallback(
    (element: HTMLUListElement | null) => {
      list.current = element
      // Missing where nothing is laid out, as in a test.
      if (element === null || typeof ResizeObserver === 'undefined') return
      const observer = new ResizeObserver(measure)
      observer.observe(element)
      return () => observer.disconnect()
    },
    [measure],
  )
  return [observe, shape]
}

/** As in grid.module.css. */
const CAPTION_REM = 3.75
const GAP_PX = 12
