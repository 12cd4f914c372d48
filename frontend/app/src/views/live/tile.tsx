/** One camera of the grid: its newest image, its coil, how old it is. All of it is a link to that camera. */
import { useLiveImage } from '@coilcast/live-image/react'
import { memo, useCallback, useMemo, useState } from 'react'
import type { LiveFilter } from '../../data/live-filter.ts'
import { formatAge } from '../../format.ts'
import type { ShownFrame } from '../../frame/painter.ts'
import { Stage } from '../../frame/stage.tsx'
import { cameraName, useTranslation } from '../../i18n/translate.ts'
import { withParams } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import { usePlace } from '../../place/use-place.ts'
import styles from './grid.module.css'
import { useLiveFilter } from './use-live-filter.ts'

export const Tile = memo(function Tile({ camera }: { camera: string }) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { place } = usePlace()
  const to = useMemo(() => withParams(place, { camera, grid: undefined, zoom: undefined }), [place, camera])
  const filter = useLiveFilter(to)
  const [shown, setShown] = useState<ShownFrame | null>(null)
  const [isBroken, setBroken] = useState(false)
  const onShown = useCallback((next: ShownFrame | null) => {
    setShown(next)
    setBroken(false)
  }, [])
  const onBroken = useCallback(() => setBroken(true), [])
  const name = cameraName(common, camera)
  const coil = shown === null || shown.isDemo ? '–' : (shown.image.coil_number ?? common('noCoil'))
  return (
    <li className={styles.tile}>
      <Stage filter={filter} label={t('grid.picture', { camera: name })} onShown={onShown} onBroken={onBroken} />
      <div className={styles.caption}>
        <PlaceLink to={to} className={styles.camera}>
          <bdi>{name}</bdi>
        </PlaceLink>
        <TileAge filter={filter} isBroken={isBroken} />
        <bdi className={styles.coil} data-testid="tile-coil">
          {coil}
        </bdi>
      </div>
    </li>
  )
})

const TileAge = memo(function TileAge({ filter, isBroken }: { filter: LiveFilter; isBroken: boolean }) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { age, isStale } = useLiveImage(filter)
  if (isBroken && !isStale) {
    return (
      <span className={styles.age} data-look="warn" title={t('broken.title')}>
        {t('broken.short')}
      </span>
    )
  }
  const text = age === null ? '–' : formatAge(age, common)
  return (
    <span className={styles.age} data-look={isStale ? 'warn' : undefined}>
      {isStale ? t('stale.short', { age: text }) : text}
    </span>
  )
})
