/** What is known of the pair on the screen, and the way to its files. */
import { arrivedAt, type LiveImage } from '@coilcast/live-image'
import { useLiveImage } from '@coilcast/live-image/react'
import { Download, History } from 'lucide-react'
import { memo } from 'react'
import { api } from '../../data/api.ts'
import type { LiveFilter } from '../../data/live-filter.ts'
import { formatAge, formatBytes, formatTime } from '../../format.ts'
import { cameraName, kindName, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { inView } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import { usePlace } from '../../place/use-place.ts'
import styles from './pair-facts.module.css'
import { type Pair, SIDES } from './pairing.ts'

interface PairFactsProps {
  pair: Pair | null
  /** What the newest image is known by, for how old the pair is. */
  filter: LiveFilter
  isFixed: boolean
  timeZone: string | undefined
  /** Said of the last step, if anything. */
  notice: string | null
}

export const PairFacts = memo(function PairFacts({ pair, filter, isFixed, timeZone, notice }: PairFactsProps) {
  const { t } = useTranslation('compare')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const image = pair?.left ?? pair?.right ?? null
  const captured = image && formatTime(image.timestamp, language, timeZone)
  return (
    <section className={styles.facts} aria-label={t('facts')}>
      <dl className={styles.card}>
        <dt>{common('coil')}</dt>
        <dd className={styles.coil} data-testid="coil">
          <bdi>{image === null ? '–' : (image.coil_number ?? common('noCoil'))}</bdi>
        </dd>
      </dl>
      <dl className={styles.card}>
        <dt>{t('captured')}</dt>
        <dd className={styles.large}>
          {captured?.time ?? '–'} <span className={styles.minor}>{captured?.date}</span>
        </dd>
      </dl>
      <PairAge image={image} filter={filter} isFixed={isFixed} notice={notice} />
      {SIDES.map(side => {
        const each = pair?.[side]
        return each && <FileCard key={side} image={each} />
      })}
      {image !== null && image.camera !== 'main' && (
        <dl className={styles.card}>
          <dt>{common('camera')}</dt>
          <dd className={styles.large}>
            <bdi>{cameraName(common, image.camera)}</bdi>
          </dd>
        </dl>
      )}
    </section>
  )
})

interface PairAgeProps {
  image: LiveImage | null
  filter: LiveFilter
  isFixed: boolean
  notice: string | null
}

/** Counts up by the server's clock; of a fixed frame, how far the line has gone on since. */
const PairAge = memo(function PairAge({ image, filter, isFixed, notice }: PairAgeProps) {
  const { t } = useTranslation('compare')
  const { t: common } = useTranslation()
  const live = useLiveImage(filter)
  const { currentImage: newest, isDemo } = live
  if (isFixed) {
    const isNewest = newest === null || isDemo || newest.filename === image?.filename
    const behindS = Math.max(0, Math.round(((newest?.timestamp ?? 0) - (image?.timestamp ?? 0)) / 1000))
    const distance = isNewest ? t('frame.newest') : t('frame.behind', { age: formatAge(behindS, common) })
    return (
      <dl className={`${styles.card} ${styles.age}`} data-frozen>
        <dt>{t('frame.frozen')}</dt>
        <dd className={styles.large}>
          {image === null ? '–' : distance}{' '}
          <span className={styles.minor} role="status">
            {notice}
          </span>
        </dd>
      </dl>
    )
  }
  // Read only while it is shown: what is read is rendered anew every second.
  const { age } = live
  const lateS = image && newest ? Math.round((arrivedAt(newest) - arrivedAt(image)) / 1000) : 0
  return (
    <dl className={`${styles.card} ${styles.age}`}>
      <dt>{t('age')}</dt>
      <dd className={styles.large}>
        {age === null || image === null ? '–' : formatAge(Math.max(0, age + lateS), common)}
      </dd>
    </dl>
  )
})

const FileCard = memo(function FileCard({ image }: { image: LiveImage }) {
  const { t } = useTranslation('compare')
  const { t: common } = useTranslation()
  const { place } = usePlace()
  const kind = kindName(common, image.type)
  const { camera, type, filename: file } = image
  return (
    <div className={styles.file}>
      <dl>
        <dt>
          <bdi>{kind}</bdi> · {formatBytes(image.size)}
          {image.width && image.height ? ` · ${image.width} × ${image.height}` : null}
        </dt>
        <dd className={styles.name} title={image.filename}>
          <bdi>{image.filename}</bdi>
        </dd>
      </dl>
      <PlaceLink
        to={inView(place, 'history', { camera, type, file })}
        className={styles.action}
        title={t('history', { kind })}
        aria-label={t('history', { kind })}
      >
        <History size={18} aria-hidden="true" />
      </PlaceLink>
      <a
        className={styles.action}
        href={api.imageUrl(image)}
        download={image.filename}
        title={t('download', { kind })}
        aria-label={t('download', { kind })}
      >
        <Download size={18} aria-hidden="true" />
      </a>
    </div>
  )
})
